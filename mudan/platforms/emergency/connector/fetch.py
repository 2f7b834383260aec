"""How is one document fetched over HTTP? Bounded in size and time; other hosts are never followed."""

import contextlib
import http.client
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit

from mudan.primitives.errors import Unavailable

MOST_BYTES: Final = 2 << 20
TIMEOUT_S: Final = 20.0
MOST_REDIRECTS: Final = 3
_MOVED: Final = frozenset((301, 302, 303, 307, 308))
_AGENT: Final = "Mudan warnings reader"


@dataclass(slots=True)
class Memory:
    """What a server said last, to be told "not modified" next time."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document; None: not modified since. `memory` is to be kept once the document is recorded."""

    data: bytes | None
    memory: Memory = field(default_factory=Memory)


def fetch(address: str, memory: Memory | None = None) -> Fetched:
    """Fetch a document; blocks, so it runs in a thread. Raises Unavailable with the reason."""
    host = urlsplit(address).netloc
    for _ in range(MOST_REDIRECTS + 1):
        moved, found = _asked(address, memory or Memory())
        if found is not None:
            return found
        address = urljoin(address, moved)
        if urlsplit(address).netloc != host or urlsplit(address).scheme not in {"http", "https"}:
            raise Unavailable(f"redirected to another host: {address[:120]}")
    raise Unavailable("redirected too often")


def same_host(address: str, other: str) -> bool:
    """Whether two addresses are served by one host and scheme: what a feed may make us fetch."""
    one, two = urlsplit(address), urlsplit(other)
    return (one.scheme, one.netloc) == (two.scheme, two.netloc)


def _asked(address: str, memory: Memory) -> tuple[str, Fetched | None]:
    parts = urlsplit(address)
    headers = {
        "User-Agent": _AGENT,
        "Accept": "application/cap+xml, application/atom+xml, application/xml, */*",
    }
    if memory.etag:
        headers["If-None-Match"] = memory.etag
    if memory.modified:
        headers["If-Modified-Since"] = memory.modified
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with contextlib.closing(_connection(parts.scheme, parts.hostname or "", parts.port)) as wire:
            wire.request("GET", target, headers=headers)
            return _answer(wire.getresponse(), memory)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"{type(error).__name__}: {error}"[:200]) from error


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)


def _answer(answer: http.client.HTTPResponse, memory: Memory) -> tuple[str, Fetched | None]:
    if answer.status == 304:
        return "", Fetched(None, memory)
    if answer.status in _MOVED:
        return answer.getheader("Location", ""), None
    if answer.status != 200:
        raise Unavailable(f"HTTP {answer.status}")
    data = answer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unavailable(f"more than {MOST_BYTES} bytes")
    return "", Fetched(data, Memory(answer.getheader("ETag", ""), answer.getheader("Last-Modified", "")))
