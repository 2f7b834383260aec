"""Where in a stream of bytes do frames that carry their own length begin and end? One byte on after a failure."""

from abc import ABC, abstractmethod
from typing import Final

from mudan.connect.session import Junk, Piece

WAIT: Final = 0
NO: Final = -1
WORST_JUNK: Final = 4_096  # bytes of junk in one piece


class Cutter(ABC):
    """Cuts frames out of a stream; a protocol says what a beginning, a length and a good sum are.

    A whole-looking frame with a wrong sum becomes junk of its own, so that it can be denied, unless a good
    frame lies within it.
    """

    def __init__(self) -> None:
        self.buffer = bytearray()
        self._broken_end = 0  # where the frame with a wrong sum ends that is being looked through

    def pending(self) -> int:
        """Bytes held of an unfinished frame."""
        return len(self.buffer)

    def feed(self, data: bytes) -> list[Piece]:
        """Frames completed by this data, in order, with junk between them."""
        self.buffer += data
        return self._cut(last=False)

    def finish(self) -> list[Piece]:
        """What is left when the stream ends: an unfinished frame is junk."""
        return self._cut(last=True)

    @abstractmethod
    def size(self, at: int) -> int:
        """The length of the frame that begins here, `WAIT` when too little is there, `NO` when none does."""

    @abstractmethod
    def whole(self, at: int, size: int) -> bool:
        """Whether the sum of the frame that begins here is right."""

    @abstractmethod
    def starts(self, at: int) -> list[int]:
        """From here on, where a frame, or a part of one, may begin next; none when nowhere."""

    @abstractmethod
    def junk(self, begin: int, end: int) -> Junk:
        """Bytes that are no frame, in words."""

    def drop(self, count: int) -> None:
        """Forget so many bytes of the beginning."""
        del self.buffer[:count]
        self._broken_end = max(0, self._broken_end - count)

    def _cut(self, *, last: bool) -> list[Piece]:
        buffer, pieces = self.buffer, list[Piece]()
        at = begun = 0  # bytes from `begun` to `at` are junk
        while at < len(buffer):
            if at > begun and (at == self._broken_end or at - begun >= WORST_JUNK):
                pieces.append(self.junk(begun, at))
                begun = at
            size = self.size(at)
            if size > 0 and self.whole(at, size):
                if at > begun:
                    pieces.append(self.junk(begun, at))
                pieces.append(bytes(buffer[at : at + size]))
                at = begun = at + size
            elif size == WAIT and not last:
                break
            else:
                if size > 0 and at >= self._broken_end:
                    if at > begun:
                        pieces.append(self.junk(begun, at))
                        begun = at
                    self._broken_end = at + size
                at = self._next_start(at + 1, begun)
        if at > begun:
            pieces.append(self.junk(begun, at))
        self.drop(at)
        return pieces

    def _next_start(self, at: int, begun: int) -> int:
        """Where a frame may begin next, or where the junk so far ends as a piece of its own."""
        ends = [*self.starts(at), max(at, begun + WORST_JUNK), len(self.buffer)]
        if self._broken_end >= at:
            ends.append(self._broken_end)
        return min(ends)
