"""How is the byte stream of one terminal cut into frames, whatever is in it?"""

from typing import Final

from mudan.connect.session import Junk, Piece
from mudan.platforms.transport.codec.frame import FLAG, MAX_ESCAPED

CLAUSE: Final = "JT/T 808-2013 §4.4.1"
KEPT_OF_JUNK: Final = 512


class TerminalFramer:
    """Pieces between flags 7E, escapes still in them, flags taken off.

    Bytes before the first flag are junk, as is anything longer than the longest frame: of that only the
    beginning is held, and the rest dropped up to the next flag.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._open = False  # a flag was seen
        self._dropping = False  # in a piece that is already reported as too long

    def feed(self, data: bytes) -> list[Piece]:
        """The frames that this data completes, with junk between them."""
        size = len(data)
        if data[:1] == FLAG and 2 < size <= MAX_ESCAPED and data.find(FLAG, 1) == size - 1 and not self._held:
            self._open, self._dropping = True, False  # what nearly always comes: one frame with its flags
            return [data[1:-1]]
        if FLAG not in data:
            return self._grow(data)
        first, *middle, last = data.split(FLAG)
        pieces = self._ended(first)
        for piece in middle:
            if piece:
                pieces.append(piece if len(piece) <= MAX_ESCAPED else _too_long(piece))
        self._open = True
        return pieces + self._grow(last)

    def pending(self) -> int:
        """Bytes held of an unfinished frame."""
        return len(self._held)

    def finish(self) -> list[Piece]:
        """What is left when the stream ends is junk."""
        rest = bytes(self._held)
        self._held.clear()
        self._open = self._dropping = False
        return [Junk(rest, "the stream ended inside a frame", len(rest), CLAUSE)] if rest else []

    def _ended(self, first: bytes) -> list[Piece]:
        """The piece that the first flag of new data ends."""
        if self._dropping:
            self._dropping = False
            return []
        piece = bytes(self._held) + first if self._held else first
        self._held.clear()
        if not piece:
            return []
        if not self._open:
            return [Junk(piece[:KEPT_OF_JUNK], f"{len(piece)} bytes before a flag", 0, CLAUSE)]
        return [piece if len(piece) <= MAX_ESCAPED else _too_long(piece)]

    def _grow(self, data: bytes) -> list[Piece]:
        if self._dropping or not data:
            return []
        if len(self._held) + len(data) <= MAX_ESCAPED:
            self._held += data
            return []
        held = bytes(self._held) + data[:KEPT_OF_JUNK]
        self._held.clear()
        self._dropping = True
        return [_too_long(held)]


def _too_long(piece: bytes) -> Junk:
    return Junk(
        piece[:KEPT_OF_JUNK],
        f"more than {MAX_ESCAPED} bytes without a flag",
        MAX_ESCAPED,
        "JT/T 808-2013 §4.4.3",
    )
