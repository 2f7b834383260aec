"""Where in a stream of bytes do packets begin and end? By 40 40, length and 23 23; one byte on after a failure."""

from typing import Final

from mudan.connect.session import Junk, Piece
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

_WAIT: Final = 0
_NO: Final = -1
_WORST_JUNK: Final = 4_096  # bytes of junk in one piece
_LENGTH_END: Final = 26


class EmergencyFramer:
    """Cuts packets out of a stream. A whole-looking packet with a wrong sum becomes junk of its own, so that it
    can be denied, unless a good packet lies within it."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._broken_end = 0

    def pending(self) -> int:
        """Bytes held of an unfinished packet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Piece]:
        """Packets completed by this data, in order, with junk between them."""
        self._buffer += data
        return self._cut(last=False)

    def finish(self) -> list[Piece]:
        """What is left when the stream ends: an unfinished packet is junk."""
        return self._cut(last=True)

    def _cut(self, *, last: bool) -> list[Piece]:
        buffer, pieces = self._buffer, list[Piece]()
        at = begun = 0  # bytes from `begun` to `at` are junk
        while at < len(buffer):
            if at > begun and (at == self._broken_end or at - begun >= _WORST_JUNK):
                pieces.append(self._junk(begun, at))
                begun = at
            size = self._size(at)
            if size > 0 and self._right(at, size):
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
        del buffer[:at]
        self._broken_end = max(0, self._broken_end - at)
        return pieces

    def _next_start(self, at: int, begun: int) -> int:
        """Where a packet may begin next, or where the junk so far ends as a piece of its own."""
        buffer = self._buffer
        found = buffer.find(START, at)
        half = len(buffer) - 1 if buffer.endswith(START[:1]) else len(buffer)
        ends = [found if found >= 0 else max(at, half), max(at, begun + _WORST_JUNK), len(buffer)]
        if self._broken_end >= at:
            ends.append(self._broken_end)
        return min(ends)

    def _size(self, at: int) -> int:
        """The length of the packet that begins here, `_WAIT` when too little is there, `_NO` when none does."""
        buffer, left = self._buffer, len(self._buffer) - at
        if buffer[at] != START[0] or (left > 1 and buffer[at + 1] != START[1]):
            return _NO
        if left < _LENGTH_END:
            return _WAIT
        length = int.from_bytes(buffer[at + 24 : at + _LENGTH_END], "little")
        if length > LONGEST_BODY:
            return _NO
        size = SHORTEST + length
        if left < size:
            return _WAIT
        return size if buffer[at + size - 2 : at + size] == END else _NO

    def _right(self, at: int, size: int) -> bool:
        end = at + size - TAIL
        return checksum(bytes(self._buffer[at + 2 : end])) == self._buffer[end]

    def _junk(self, begin: int, end: int) -> Junk:
        raw = bytes(self._buffer[begin:end])
        if raw.startswith(START):
            if self._size(begin) == len(raw):
                counted = checksum(raw[2:-TAIL])
                return Junk(
                    raw, f"bad_checksum: bytes give {counted}, sent {raw[-TAIL]}", len(raw) - TAIL, CHECK
                )
            return Junk(raw, "a packet's beginning without a whole packet", 0, FRAME)
        return Junk(raw, "bytes outside any packet", 0, FRAME)
