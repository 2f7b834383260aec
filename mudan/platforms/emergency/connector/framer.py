"""Where in a stream of bytes do packets begin and end? By 40 40, length and 23 23; one byte on after a failure."""

from typing import Final

from mudan.connect.cutting import NO, WAIT, Cutter
from mudan.connect.session import Junk
from mudan.platforms.emergency.codec.packet import (
    CHECK,
    END,
    FRAME,
    LONGEST_BODY,
    SHORTEST,
    START,
    TAIL,
    checksum,
)

_LENGTH_END: Final = 26


class EmergencyFramer(Cutter):
    """Cuts packets out of a stream."""

    def starts(self, at: int) -> list[int]:
        """The next 40 40, or a 40 that ends the buffer."""
        found = self.buffer.find(START, at)
        if found >= 0:
            return [found]
        return [max(at, len(self.buffer) - 1)] if self.buffer.endswith(START[:1]) else []

    def size(self, at: int) -> int:
        """The length of the packet that begins here, `WAIT` when too little is there, `NO` when none does."""
        buffer, left = self.buffer, len(self.buffer) - at
        if buffer[at] != START[0] or (left > 1 and buffer[at + 1] != START[1]):
            return NO
        if left < _LENGTH_END:
            return WAIT
        length = int.from_bytes(buffer[at + 24 : at + _LENGTH_END], "little")
        if length > LONGEST_BODY:
            return NO
        size = SHORTEST + length
        if left < size:
            return WAIT
        return size if buffer[at + size - 2 : at + size] == END else NO

    def whole(self, at: int, size: int) -> bool:
        """Whether its sum is right."""
        end = at + size - TAIL
        return checksum(bytes(self.buffer[at + 2 : end])) == self.buffer[end]

    def junk(self, begin: int, end: int) -> Junk:
        """Bytes that are no packet, in words."""
        raw = bytes(self.buffer[begin:end])
        if raw.startswith(START):
            if self.size(begin) == len(raw):
                counted = checksum(raw[2:-TAIL])
                return Junk(
                    raw, f"bad_checksum: bytes give {counted}, sent {raw[-TAIL]}", len(raw) - TAIL, CHECK
                )
            return Junk(raw, "a packet's beginning without a whole packet", 0, FRAME)
        return Junk(raw, "bytes outside any packet", 0, FRAME)
