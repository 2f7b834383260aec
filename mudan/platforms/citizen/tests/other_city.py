"""What does another city's endpoint answer? One over a real socket, whose requests and manners a test sets."""

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mudan.core.cases.model.georeport import FORMATS, Request, moment, written

BEGAN = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def request(number: int, status: str = "open", *, changed_h: int | None = None) -> Request:
    """A request of theirs: one an hour since BEGAN."""
    at = BEGAN + timedelta(hours=number)
    changed = at if changed_h is None else BEGAN + timedelta(hours=changed_h)
    return Request(
        f"N{number}",
        status,
        "lamp",
        "路灯",
        description=f"第 {number} 盏",
        requested_at=at,
        updated_at=changed,
    )


class OtherCity:
    """The endpoint. `knows_pages` False: it answers all it has whatever is asked; `status`: of every answer."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.asked: list[dict[str, str]] = []
        self.told: list[dict[str, str]] = []
        self.knows_pages = True
        self.status = 200
        self.body: bytes | None = None
        self.url = ""

    def answer(self, path: str, query: dict[str, str]) -> bytes:
        """What a GET is answered with."""
        self.asked.append(query)
        form = path.rpartition(".")[2]
        assert form in FORMATS
        found = [one for one in self.requests if query.get("status", one.status) == one.status]
        if self.knows_pages:
            since = moment(query.get("updated_after", "2000-01-01"))
            found = [one for one in found if one.updated_at is None or one.updated_at >= since]
            size, page = int(query.get("page_size", "1000")), int(query.get("page", "1"))
            found = found[(page - 1) * size : page * size]
        return written(found, "service_requests", form) if self.body is None else self.body

    @contextlib.contextmanager
    def open(self) -> Iterator["OtherCity"]:
        """Answer while the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _speaker(self))
        self.url = f"http://127.0.0.1:{server.server_address[1]}/v2"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _speaker(city: OtherCity) -> type[BaseHTTPRequestHandler]:
    class Speaker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._say(city.answer(parts.path, dict(parse_qsl(parts.query))))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            city.told.append(dict(parse_qsl(body)))
            self._say(city.body or b'[{"update_id": "U1"}]')

        def _say(self, data: bytes) -> None:
            self.send_response(city.status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: Any) -> None:
            """Say nothing on the terminal."""

    return Speaker
