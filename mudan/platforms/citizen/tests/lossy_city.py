"""What does an endpoint do that takes reports and loses its answers? One over a real socket, by what a test sets."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mudan.core.cases.model.georeport import Refusal, Request, Service, Ticket, written
from mudan.platforms.citizen.tests.other_city import BEGAN


class LossyCity:
    """Takes reports. `loses`: how many answers to reports are lost after they were taken; `kind`: of its service."""

    def __init__(self, kind: str = "realtime") -> None:
        self.kind = kind
        self.loses = 0
        self.refuses: tuple[int, bytes] | None = None
        self.lists = True  # whether what was reported stands in its list
        self.numbers = True  # whether tokens have become numbers
        self.requests: list[Request] = []
        self.posted: list[dict[str, str]] = []
        self.asked: list[str] = []
        self.url = ""

    def get(self, path: str, query: dict[str, str]) -> bytes:
        """What a GET is answered with."""
        self.asked.append(path)
        what, _, form = path.removeprefix("/v2/").rpartition(".")
        if what == "services":
            return written([Service("pothole", "坑洞", type=self.kind)], "services", form)
        if what.startswith("tokens/"):
            number = what.removeprefix("tokens/T") if self.numbers else ""
            return written(
                [Ticket(number and f"N{number}", what.removeprefix("tokens/"))], "service_requests", form
            )
        wanted = set(query.get("service_request_id", "").split(",")) - {""}
        size, page = int(query.get("page_size", "1000")), int(query.get("page", "1"))
        found = [one for one in self.requests if (one.id in wanted if wanted else self.lists)]
        return written(found[(page - 1) * size : page * size], "service_requests", form)

    def post(self, form: dict[str, str], ending: str) -> tuple[int, bytes] | None:
        """What a report is answered with; None: the line breaks after it was taken."""
        if self.refuses is not None:
            return self.refuses
        self.posted.append(form)
        number = len(self.posted)
        self.requests.append(
            Request(
                f"N{number}", "open", "pothole", "坑洞", description=form["description"], requested_at=BEGAN
            )
        )
        if self.loses:
            self.loses -= 1
            return None
        if self.kind == "blackbox":
            return 200, written([Ticket(service_notice="谢谢")], "service_requests", ending)
        ticket = Ticket(f"N{number}") if self.kind == "realtime" else Ticket(token=f"T{number}")
        return 201, written([ticket], "service_requests", ending)

    @contextlib.contextmanager
    def open(self) -> Iterator["LossyCity"]:
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


def refusal(code: str, said: str, ending: str) -> bytes:
    """An error as the standard words it."""
    return written([Refusal(code, said)], "errors", ending)


def _speaker(city: LossyCity) -> type[BaseHTTPRequestHandler]:
    class Speaker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._say(200, city.get(parts.path, dict(parse_qsl(parts.query))))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            answer = city.post(dict(parse_qsl(body)), self.path.rpartition(".")[2])
            if answer is not None:
                self._say(*answer)
            else:
                self.close_connection = True

        def _say(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words: Any) -> None:
            """Say nothing on the terminal."""

    return Speaker
