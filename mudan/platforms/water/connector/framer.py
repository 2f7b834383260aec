"""Where in a stream of bytes do frames begin and end? By length, one byte on after every failure."""

import re
from typing import Final

from mudan.connect.session import Junk, Piece
from mudan.platforms.water.codec.crc import Checksums
from mudan.platforms.water.codec.frames import (
    ASCII_HEAD,
    ASCII_TAIL,
    CHECK,
    HEX_HEAD,
    HEX_TAIL,
    STRUCTURE,
    UPPER_HEX,
)
from mudan.platforms.water.model.words import END_NAMES, STX, SYN

_HEX: Final = 0x7E
_ASCII: Final = 0x01
_STARTS: Final = frozenset((_HEX, _ASCII))
_HEAD: Final = re.compile(rb"\x7e\x7e.{11}[\x02\x16]|\x01[0-9A-F]{22}[\x02\x16]", re.DOTALL)  # a whole head
_BEGUN: Final = re.compile(rb"[\x7e\x01]")  # perhaps the beginning of one that is still to come
_WAIT: Final = 0
_NO: Final = -1
_WORST_JUNK: Final = 4_096  # bytes of junk in one piece


class WaterFramer:
    """Cuts HEX and ASCII frames out of a stream.

    A whole-looking frame whose CRC is wrong becomes junk of its own, unless a good frame lies within it.
    Every byte is checked once and every start costs constant time, whatever is sent.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._sums = Checksums(self._buffer)
        self._broken_end = 0  # where the frame with a wrong CRC ends that is being looked through

    def pending(self) -> int:
        """Bytes held of an unfinished frame."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Piece]:
        """Frames completed by this data, in order, with junk between them."""
        self._buffer += data
        return self._cut(last=False)

    def finish(self) -> list[Piece]:
        """What is left when the stream ends: an unfinished frame is junk."""
        return self._cut(last=True)

    def _cut(self, *, last: bool) -> list[Piece]:
        buffer, pieces = self._buffer, list[Piece]()
        at = begun = 0  # bytes from `begun` to `at` are junk
        while at < len(buffer):
            if at > begun and (at == self._broken_end or at - begun >= _WORST_JUNK):
                pieces.append(self._junk(begun, at))
                begun = at
            size = self._size(at)
            if size > 0 and self._whole(at, size):
                if at > begun:
                    pieces.append(self._junk(begun, at))
                pieces.append(bytes(buffer[at : at + size]))
                at = begun = at + size
            elif size == _WAIT and not last:
                break
            else:
                if size > 0 and at >= self._broken_end:
                    if at > begun:
                        pieces.append(self._junk(begun, at))
                        begun = at
                    self._broken_end = at + size
                at = self._next_start(at + 1, begun)
        if at > begun:
            pieces.append(self._junk(begun, at))
        self._drop(at)
        return pieces

    def _next_start(self, at: int, begun: int) -> int:
        """Where a frame may begin next, or where the junk so far ends as a piece of its own."""
        buffer = self._buffer
        whole = _HEAD.search(buffer, at)
        part = _BEGUN.search(buffer, max(at, len(buffer) - ASCII_HEAD))
        ends = [found.start() for found in (whole, part) if found] + [
            max(at, begun + _WORST_JUNK),
            len(buffer),
        ]
        if self._broken_end >= at:
            ends.append(self._broken_end)
        return min(ends)

    def _drop(self, count: int) -> None:
        self._sums.drop(count)
        del self._buffer[:count]
        self._broken_end = max(0, self._broken_end - count)

    def _size(self, at: int) -> int:
        """The length of the frame that begins here, `_WAIT` when too little is there, `_NO` when none does."""
        buffer = self._buffer
        first, left = buffer[at], len(buffer) - at
        if first not in _STARTS:
            return _NO
        if first == _ASCII:
            return self._ascii_size(at, left)
        if left > 1 and buffer[at + 1] != _HEX:
            return _NO
        if left < HEX_HEAD:
            return _WAIT
        if buffer[at + 13] not in {STX, SYN} or buffer[at + 11] & 0x70:
            return _NO
        length = (buffer[at + 11] & 0x0F) << 8 | buffer[at + 12]
        return self._ended(at, HEX_HEAD + length, HEX_TAIL) if length else _NO

    def _ascii_size(self, at: int, left: int) -> int:
        buffer = self._buffer
        for byte in buffer[at + 1 : at + ASCII_HEAD - 1]:
            if byte not in UPPER_HEX:
                return _NO
        if left < ASCII_HEAD:
            return _WAIT
        if buffer[at + 23] not in {STX, SYN}:
            return _NO
        length = int(buffer[at + 20 : at + 23], 16)
        return self._ended(at, ASCII_HEAD + length, ASCII_TAIL) if length else _NO

    def _ended(self, at: int, to_end: int, tail: int) -> int:
        if len(self._buffer) <= at + to_end:
            return _WAIT
        if self._buffer[at + to_end] not in END_NAMES:
            return _NO
        return _WAIT if len(self._buffer) < at + to_end + tail else to_end + tail

    def _whole(self, at: int, size: int) -> bool:
        sent_size = 4 if self._buffer[at] == _ASCII else 2
        end = at + size - sent_size
        sent = bytes(self._buffer[end : at + size])
        counted = self._sums.of(at, end)
        return sent == (f"{counted:04X}".encode("ascii") if sent_size == 4 else counted.to_bytes(2, "big"))

    def _junk(self, begin: int, end: int) -> Junk:
        raw = bytes(self._buffer[begin:end])
        if raw[0] in _STARTS:
            size = self._size(begin)
            if size == len(raw):
                counted = self._sums.of(begin, end - (4 if raw[0] == _ASCII else 2))
                return Junk(raw, f"CRC mismatch: bytes give {counted:04X}", len(raw) - 2, CHECK)
            if raw[:2] == b"\x7e\x7e" or raw[0] == _ASCII:
                return Junk(raw, "a frame start without a whole frame", 0, STRUCTURE)
        return Junk(raw, "bytes outside any frame", 0, STRUCTURE)
