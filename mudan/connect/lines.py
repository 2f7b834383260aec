"""Where in a stream of bytes do lines end? One document a line; what is longer than any line is junk."""

from mudan.connect.session import Junk, Piece


class Lines:
    """Cuts a stream into lines of at most `longest` bytes. Looks for ends in what is new only."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._held = bytearray()

    def feed(self, data: bytes) -> list[Piece]:
        """The lines completed by this data, without their ends."""
        self._held += data
        if b"\n" not in data and len(self._held) <= self._longest:
            return []
        *lines, rest = bytes(self._held).split(b"\n")
        self._held = bytearray(rest)
        pieces: list[Piece] = [line for line in lines if line.strip()]
        return pieces + self.finish() if len(self._held) > self._longest else pieces

    def pending(self) -> int:
        """Bytes held of an unfinished line."""
        return len(self._held)

    def finish(self) -> list[Piece]:
        """What is left when the stream ends."""
        rest, self._held = bytes(self._held), bytearray()
        return [Junk(rest, "the line has no end", offset=len(rest))] if rest else []
