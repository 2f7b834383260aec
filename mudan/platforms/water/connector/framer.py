"""Where in a stream of bytes do frames begin and end? By length, one byte on after every failure."""

import re
from typing import Final

from mudan.connect.cutting import NO, WAIT, Cutter
from mudan.connect.session import Junk
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


class WaterFramer(Cutter):
    """Cuts HEX and ASCII frames out of a stream.

    Every byte is checked once and every start costs constant time, whatever is sent.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sums = Checksums(self.buffer)

    def starts(self, at: int) -> list[int]:
        """The next whole head, and what may be one that is still to come."""
        buffer = self.buffer
        whole = _HEAD.search(buffer, at)
        part = _BEGUN.search(buffer, max(at, len(buffer) - ASCII_HEAD))
        return [found.start() for found in (whole, part) if found]

    def drop(self, count: int) -> None:
        """Forget so many bytes of the beginning, and their sums."""
        self._sums.drop(count)
        super().drop(count)

    def size(self, at: int) -> int:
        """The length of the frame that begins here, `WAIT` when too little is there, `NO` when none does."""
        buffer = self.buffer
        first, left = buffer[at], len(buffer) - at
        if first not in _STARTS:
            return NO
        if first == _ASCII:
            return self._ascii_size(at, left)
        if left > 1 and buffer[at + 1] != _HEX:
            return NO
        if left < HEX_HEAD:
            return WAIT
        if buffer[at + 13] not in {STX, SYN} or buffer[at + 11] & 0x70:
            return NO
        length = (buffer[at + 11] & 0x0F) << 8 | buffer[at + 12]
        return self._ended(at, HEX_HEAD + length, HEX_TAIL) if length else NO

    def _ascii_size(self, at: int, left: int) -> int:
        buffer = self.buffer
        for byte in buffer[at + 1 : at + ASCII_HEAD - 1]:
            if byte not in UPPER_HEX:
                return NO
        if left < ASCII_HEAD:
            return WAIT
        if buffer[at + 23] not in {STX, SYN}:
            return NO
        length = int(buffer[at + 20 : at + 23], 16)
        return self._ended(at, ASCII_HEAD + length, ASCII_TAIL) if length else NO

    def _ended(self, at: int, to_end: int, tail: int) -> int:
        if len(self.buffer) <= at + to_end:
            return WAIT
        if self.buffer[at + to_end] not in END_NAMES:
            return NO
        return WAIT if len(self.buffer) < at + to_end + tail else to_end + tail

    def whole(self, at: int, size: int) -> bool:
        """Whether its CRC is right."""
        sent_size = 4 if self.buffer[at] == _ASCII else 2
        end = at + size - sent_size
        sent = bytes(self.buffer[end : at + size])
        counted = self._sums.of(at, end)
        return sent == (f"{counted:04X}".encode("ascii") if sent_size == 4 else counted.to_bytes(2, "big"))

    def junk(self, begin: int, end: int) -> Junk:
        """Bytes that are no frame, in words."""
        raw = bytes(self.buffer[begin:end])
        if raw[0] in _STARTS:
            size = self.size(begin)
            if size == len(raw):
                counted = self._sums.of(begin, end - (4 if raw[0] == _ASCII else 2))
                return Junk(raw, f"CRC mismatch: bytes give {counted:04X}", len(raw) - 2, CHECK)
            if raw[:2] == b"\x7e\x7e" or raw[0] == _ASCII:
                return Junk(raw, "a frame start without a whole frame", 0, STRUCTURE)
        return Junk(raw, "bytes outside any frame", 0, STRUCTURE)
