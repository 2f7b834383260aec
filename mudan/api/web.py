"""Which file of the web pages answers a path? Looked up in a manifest made at start; no path is ever joined."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_SERVER_PREFIXES: Final = (
    "/api",
    "/ngsi-ld",
    "/live",
    "/healthz",
    "/readyz",
    "/metrics",
    "/feeds",
    "/public",
    "/open311",
)
_HASHED: Final = "/assets/"  # the build puts a hash into every name in there
_WORKER: Final = "/assets/worker-"  # the field page's offline shell, which answers for every page
_FOREVER: Final = "public, max-age=31536000, immutable"
_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}  # in order of preference
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file in memory, with what was compressed when it was built."""

    body: bytes
    media_type: str
    etag: str
    encoded: dict[str, bytes]


class WebFiles:
    """The built pages under `root`; without a root there are none."""

    def __init__(self, root: Path | None) -> None:
        self._files = {} if root is None else _manifest(root)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that no route took; raises HTTPException 404."""
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        request = Request(scope)
        await self._answer(request)(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        path = request.url.path
        found = self._files.get(path)
        if found is None and _is_page(path):
            found = self._files.get("/index.html")
        if found is None or request.method not in ("GET", "HEAD"):
            raise HTTPException(404)
        headers = {
            "Cache-Control": _FOREVER if path.startswith(_HASHED) else "no-cache",
            "ETag": found.etag,
            "Vary": "Accept-Encoding",
        }
        if path.startswith(_WORKER):
            headers["Service-Worker-Allowed"] = "/"
        if request.headers.get("if-none-match") == found.etag:
            return Response(status_code=304, headers=headers)
        body = found.body
        accepted = [
            part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")
        ]
        encoding = next((name for name in found.encoded if name in accepted), "")
        if encoding:
            body, headers["Content-Encoding"] = found.encoded[encoding], encoding
        return Response(body, headers=headers, media_type=found.media_type)


def _is_page(path: str) -> bool:
    return not path.startswith(_SERVER_PREFIXES) and "." not in path.rsplit("/", 1)[-1]


def _manifest(root: Path) -> dict[str, WebFile]:
    files = {}
    for file in sorted(root.rglob("*")):
        if file.is_file() and file.suffix not in _ENCODINGS.values():
            files["/" + file.relative_to(root).as_posix()] = _web_file(file)
    return files


def _web_file(file: Path) -> WebFile:
    body = file.read_bytes()
    guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    encoded = {
        name: packed.read_bytes()
        for name, suffix in _ENCODINGS.items()
        if (packed := file.with_name(file.name + suffix)).is_file()
    }
    return WebFile(
        body,
        _TYPES.get(file.suffix, guessed),
        f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        encoded,
    )
