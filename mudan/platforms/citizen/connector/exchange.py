"""How is the other side asked and told over HTTP? Bounded in size and time; no redirect is followed."""

import contextlib
import http.client
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from mudan.primitives.errors import Unavailable

MOST_BYTES: Final = 8 << 20
TIMEOUT_S: Final = 20.0
_AGENT: Final = "Mudan Open311 client"


class NotReached(Unavailable):
    """Not a word has gone out: what was to be told is certainly not known there."""


Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side answered."""

    status: int
    data: bytes


def asked(address: str, query: Pairs) -> Answer:
    """GET; blocks, so it runs in a thread. Raises Unavailable with the reason."""
    return _exchanged("GET", f"{address}?{urlencode(query)}" if query else address, None)


def told(address: str, form: Pairs) -> Answer:
    """POST a form; blocks. Raises Unavailable with the reason."""
    return _exchanged("POST", address, urlencode(form).encode())


def _exchanged(method: str, address: str, body: bytes | None) -> Answer:
    parts = urlsplit(address)
    headers = {"User-Agent": _AGENT, "Accept": "application/json, text/xml"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        with contextlib.closing(_connection(parts.scheme, parts.hostname or "", parts.port)) as wire:
            _reach(wire)
            wire.request(method, target, body, headers)
            answer = wire.getresponse()
            data = answer.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"{type(error).__name__}: {error}"[:200]) from error
    if len(data) > MOST_BYTES:
        raise Unavailable(f"more than {MOST_BYTES} bytes")
    return Answer(answer.status, data)


def _reach(wire: http.client.HTTPConnection) -> None:
    try:
        wire.connect()
    except OSError as error:
        raise NotReached(f"{type(error).__name__}: {error}"[:200]) from error


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
