"""How does a terminal cut what the centre sends into frames?"""

from typing import Final

from mudan.platforms.transport.codec.frame import FLAG, MAX_ESCAPED

MOST_HELD: Final = MAX_ESCAPED + 1


class Cutter:
    """Whole pieces between flags, escapes still in them. Holds at most one frame's worth of bytes."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The pieces that this data completes."""
        *pieces, self._held = (self._held + data).split(FLAG)
        self._held = self._held[-MOST_HELD:]
        return [piece for piece in pieces if piece]
