"""How is a warning pushed to us? HTTP POST of one document; the answer says whether it is durable."""

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator, Callable
from typing import Final

from mudan.platforms.emergency.connector.fetch import MOST_BYTES
from mudan.platforms.emergency.connector.newsdesk import TAKEN
from mudan.platforms.emergency.connector.sources import Post
from mudan.primitives.errors import Unavailable

HEAD_BYTES: Final = 8 << 10
READ_S: Final = 15.0
MOST_AT_ONCE: Final = 16
_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))
_REASONS: Final = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 405: "Method Not Allowed"} | {
    411: "Length Required",
    413: "Content Too Large",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}


class Push:
    """A small HTTP server for one thing. Without a token it only opens on this machine's own address."""

    def __init__(self, post: Post, token: str, keep: Callable[[bytes], None]) -> None:
        self._post = post
        self._token = token
        self._keep = keep
        self._open = 0

    @contextlib.asynccontextmanager
    async def listening(self, host: str, port: int) -> AsyncIterator[int]:
        """Listen while the block runs; yields the port in use."""
        address = host if self._token or host in _LOOPBACK else "127.0.0.1"
        server = await asyncio.start_server(self._converse, address, port, limit=HEAD_BYTES)
        found: int = server.sockets[0].getsockname()[1]
        try:
            yield found
        finally:
            server.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open > MOST_AT_ONCE:
                status, note = 503, "busy"
            else:
                status, note = await self._answer(reader)
            writer.write(_response(status, note))
            await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            pass  # a caller that goes away or sends no HTTP is no matter
        finally:
            self._open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, str]:
        async with asyncio.timeout(READ_S):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:])
            }
            refused = self._refused(head[0], headers)
            if refused:
                return refused
            data = await reader.readexactly(int(headers["content-length"]))
        try:
            said = await self._post.deliver(data, "push")
        except Unavailable as error:
            return 503, error.reason
        if said != TAKEN:
            return 422, said.decode(errors="replace")
        self._keep(data)
        return 200, "taken"

    def _refused(self, request: str, headers: dict[str, str]) -> tuple[int, str] | None:
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if not request.startswith("POST "):
            return 405, "POST one document"
        if self._token and not hmac.compare_digest(given.encode(), self._token.encode()):
            return 401, "bearer token"
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            return 411, "content-length"
        return (413, f"at most {MOST_BYTES} bytes") if int(length) > MOST_BYTES else None


def _response(status: int, note: str) -> bytes:
    """The answer, with a body as the national interface gives its receipts: status 0 is good."""
    plain = note.replace("&", "+").replace("<", "(").replace(">", ")")
    code = "0" if status == 200 else "1"
    rows = f"<rows><status>{code}</status><error_code>{status}</error_code><note>{plain}</note></rows>"
    body = f'<?xml version="1.0" encoding="UTF-8"?><msg><data>{rows}</data></msg>'.encode()
    head = f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/xml; charset=utf-8\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
