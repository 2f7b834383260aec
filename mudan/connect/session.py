"""Who is at the other end of the wire? One TCP connection, or one UDP address, with its bounds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

WRITE_LIMIT = 256 << 10  # a peer that lets so many bytes of answers pile up is cut off


@dataclass(frozen=True, slots=True)
class Junk:
    """Bytes that are no frame: what was wrong, at which byte, against which clause."""

    raw: bytes
    reason: str
    offset: int = 0
    clause: str = ""

    def __len__(self) -> int:
        return len(self.raw)


Piece = bytes | Junk


class Framer(Protocol):
    """Cuts a byte stream into frames. Holds at most a bounded number of bytes between calls."""

    def feed(self, data: bytes) -> list[Piece]:
        """The frames completed by this data, in order, with junk between them."""
        ...

    def pending(self) -> int:
        """Bytes held of an unfinished frame."""
        ...

    def finish(self) -> list[Piece]:
        """What is left when the stream ends: an unfinished frame is junk."""
        ...


class Session:
    """One peer. Platforms keep their own state of it in `state` and `device`."""

    __slots__ = (
        "_transport",
        "_write",
        "bad",
        "bad_bytes",
        "closed",
        "device",
        "entity",
        "framer",
        "last_frame_s",
        "last_s",
        "opened_s",
        "peer",
        "state",
    )

    def __init__(
        self,
        peer: str,
        framer: Framer,
        now_s: float,
        *,
        transport: asyncio.Transport | None = None,
        write: Callable[[bytes], None] | None = None,
    ) -> None:
        self.peer = peer
        self.framer = framer
        self.opened_s = self.last_s = self.last_frame_s = now_s
        self._transport = transport
        self._write = write
        self.bad = self.bad_bytes = 0
        self.closed = False
        self.device = ""
        self.entity: int | None = None
        self.state: Any = None

    def write(self, data: bytes) -> None:
        """Send bytes; a closed peer gets nothing, a peer that does not read is cut off."""
        if self.closed:
            return
        if self._transport is None:
            if self._write is not None:
                self._write(data)
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > WRITE_LIMIT:
            self._transport.abort()

    def close(self) -> None:
        """End the connection after what is written has gone out."""
        self.closed = True
        if self._transport is not None:
            self._transport.close()

    def pause(self) -> None:
        """Stop reading."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
