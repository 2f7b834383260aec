"""How is a message written to a thousand screens without waking a task for each of them?

The usual way to a web socket takes three awaits and a task's turn, which is most of what a screen costs. The
protocol lends its application a way to write at once, as an extension of the ASGI scope; who finds that the peer
has not taken what was written before keeps the message and sends it the usual way.
"""

from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.http11 import Request

EXTENSION: Final = "mudan.write_now"


class ScreenProtocol(WebSocketsSansIOProtocol):
    """The server's web sockets, with `write_now` lent to the application."""

    def handle_connect(self, event: Request) -> None:
        """Begin as usual; the application, which has not run yet, finds the way to write in its scope."""
        super().handle_connect(event)
        scope: Any = getattr(self, "scope", None)  # none when the handshake was refused
        if scope is not None:
            scope["extensions"][EXTENSION] = self.write_now

    def write_now(self, text: bytes) -> bool:
        """Write one whole text message (UTF-8); False, and nothing is written, when the peer is behind or gone."""
        if not self.writable.is_set() or self.close_sent or self.disconnected or not self.handshake_complete:
            return False
        try:
            self.conn.send_text(text)
        except InvalidState:
            return False
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True
