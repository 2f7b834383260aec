"""What is checked before any route is looked for, and what is said in the head of every answer?

path without tricks → not too often, for what is public → body not too large → Origin, for changes and web sockets
→ route → headers
"""

import logging
import re
from collections.abc import Callable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mudan.api.deps import deps_of
from mudan.api.errors import REFUSED_CLOSE
from mudan.api.security.origin import client_address, origin_allowed
from mudan.api.security.rate import PUBLIC_PREFIXES, Rate
from mudan.api.security.requirement import SAFE_METHODS
from mudan.primitives.errors import NotAllowed

log = logging.getLogger(__name__)

CSP: Final = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
_HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
_HSTS: Final = "max-age=31536000; includeSubDomains"
# No browser asks here: the body's signature, or the key in it, says who speaks.
SIGNED: Final = ("/api/warnings/receipts", "/open311/v2/requests.xml", "/open311/v2/requests.json")
BODY_LIMIT: Final = 1 << 20
PHOTO_LIMIT: Final = 8 << 20
FILE_LIMIT: Final = 33 << 20  # a census: its file and the form around it
PICTURE_LIMIT: Final = 16 << 20  # of cases: straight from a citizen's camera, with the form around it
PICTURED: Final = ("/public/report", "/public/cases/", "/api/public/pictures")
PUSH_LIMIT: Final = 8 << 20
TABLE_LIMIT: Final = 65 << 20
_PUSHED: Final = re.compile(r"/api/records/[a-z0-9_]+/[a-z0-9_]+")  # signed as well
_TABLES: Final = re.compile(r"/api/records/[a-z0-9_]+/[a-z0-9_]+/(import|preview)")

Answer = Callable[[Request, Exception], Response]


class Guard:
    """The outermost layer of the app; `answer` words its refusals."""

    def __init__(self, app: ASGIApp, *, answer: Answer) -> None:
        self._app = app
        self._answer = answer
        self._rate = Rate()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            connection = HTTPConnection(scope)
            if self._tricky(scope) or not origin_allowed(connection, deps_of(connection).settings):
                await send({"type": "websocket.close", "code": REFUSED_CLOSE})
                return
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        deps = deps_of(request)
        started_s = deps.clock.monotonic_s()
        status = 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if deps.settings.secure_cookies:
                    headers.setdefault("Strict-Transport-Security", _HSTS)
            await send(message)

        try:
            self._check(request)
            await self._app(scope, _limited(receive, _limit(scope)), send_guarded)
        except Exception as error:
            if status:
                log.exception("failed after the answer had begun")
                raise
            await self._answer(request, error)(scope, receive, send_guarded)
        route = getattr(scope.get("route"), "path", "other")
        seconds = deps.clock.monotonic_s() - started_s
        deps.metrics.observe(scope["method"], route, status, seconds)

    def _check(self, request: Request) -> None:
        if self._tricky(request.scope):
            raise HTTPException(400)
        deps, path = deps_of(request), request.scope["path"]
        if path.startswith(PUBLIC_PREFIXES):
            self._rate.take(client_address(request, deps.settings), deps.clock.monotonic_s())
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _limit(request.scope):
            raise HTTPException(413)
        if path in SIGNED or _PUSHED.fullmatch(path) or request.method in SAFE_METHODS:
            return
        if not origin_allowed(request, deps.settings):
            raise NotAllowed("the request does not come from this centre's own pages")

    @staticmethod
    def _tricky(scope: Scope) -> bool:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        path: str = scope["path"]
        return b"%25" in raw or ".." in path or "\\" in path or "\0" in path


def _limit(scope: Scope) -> int:
    path: str = scope["path"]
    if path == "/api/census":
        return FILE_LIMIT
    if path.startswith("/open311/v2/requests.") and scope["method"] == "POST":
        return PICTURE_LIMIT
    if path.startswith(PICTURED) or (path.startswith("/api/cases/") and path.endswith("/pictures")):
        return PICTURE_LIMIT
    is_photo = path.startswith(("/api/tasks/", "/api/directives/", "/api/visits/")) and path.endswith(
        "/photos"
    )
    if path.startswith("/api/households/register"):
        return PUSH_LIMIT
    if _TABLES.fullmatch(path):
        return TABLE_LIMIT
    return PUSH_LIMIT if _PUSHED.fullmatch(path) else PHOTO_LIMIT if is_photo else BODY_LIMIT


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def receive_limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413)
        return message

    return receive_limited
