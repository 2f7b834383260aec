"""Is the frame whole? CRC-16 of SL 651: reflected 8005, start FFFF, sent high byte first."""

from typing import Final

_POLYNOMIAL: Final = 0xA001
_START: Final = 0xFFFF


def _step(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
    return value


_TABLE: Final = tuple(_step(value) for value in range(256))


def crc16(data: bytes | bytearray) -> int:
    """The checksum of all bytes before it, the start characters included."""
    value = _START
    table = _TABLE
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 0xFF]
    return value


class Checksums:
    """The checksum of any part of a growing buffer in constant time, each byte being read at most once.

    A CRC is linear: crc(start, part) = state(end) ^ shifted(state(begin) ^ start, length), where a shift by n
    bytes is a product with x^8n. A flood of false starts therefore costs no more than honest traffic.
    """

    def __init__(self, buffer: bytearray) -> None:
        self._buffer = buffer
        self._states = [0]  # of the buffer's first bytes, as far as they were needed

    def drop(self, count: int) -> None:
        """Forget bytes that are being removed from the front of the buffer."""
        if count < len(self._states):
            del self._states[:count]
        else:
            self._states = [0]  # only differences count, so any state may begin

    def of(self, begin: int, end: int) -> int:
        """The checksum of buffer[begin:end]."""
        self._reach(end)
        return self._states[end] ^ _product(self._states[begin] ^ _START, _power(end - begin))

    def _reach(self, end: int) -> None:
        states, table = self._states, _TABLE
        value = states[-1]
        for byte in self._buffer[len(states) - 1 : end]:
            value = value >> 8 ^ table[(value ^ byte) & 0xFF]
            states.append(value)


_POWERS: Final = [0x8000]  # x^0 in the reflected notation


def _power(count: int) -> int:
    while len(_POWERS) <= count:
        _POWERS.append(_TABLE[_POWERS[-1] & 0xFF] ^ _POWERS[-1] >> 8)
    return _POWERS[count]


def _product(left: int, right: int) -> int:
    """Product of two reflected polynomials modulo the generator."""
    result = 0
    while left:
        if left & 0x8000:
            result ^= right
        left = left << 1 & 0xFFFF
        right = right >> 1 ^ (_POLYNOMIAL if right & 1 else 0)
    return result
