"""How is another system asked something over HTTP? Bounded in size and time; no redirect is followed."""

import contextlib
import http.client
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from mudan.connect.tables import MOST_BYTES
from mudan.primitives.errors import Unavailable

TIMEOUT_S: Final = 15.0


def target_of(url: str) -> str:
    """The path and query of an address."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def asked(method: str, url: str, body: bytes | None, head: Mapping[str, str]) -> tuple[int, bytes]:
    """Status and body of one request; blocks, so it runs in a thread. Raises Unavailable with the reason."""
    try:
        parts = urlsplit(url)
        with contextlib.closing(_connection(parts.scheme, parts.hostname or "", parts.port)) as wire:
            wire.request(method, target_of(url), body, dict(head))
            answer = wire.getresponse()
            data = answer.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES:
                raise Unavailable(f"more than {MOST_BYTES >> 20} MB")
            return answer.status, data
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"{type(error).__name__}: {error}"[:200]) from error


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT_S, context=ssl.create_default_context()
        )
    if scheme != "http":
        raise ValueError("an address begins with http or https")
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
