"""What does a gateway report of a warning it has taken, and is the report its own?

    {"delivery": "<id>", "at": "2026-11-23T09:12:00+08:00", "reached": 10450, "failed": 37, "said": "…", "gateway": "…"}

Only `delivery` and `at` must be there. Counts are totals so far: the newest report holds, whatever order they come in.
A report over HTTP is signed as our own posts are: `Mudan-Signature: t=<epoch seconds>,v1=<hex>`, HMAC-SHA-256 of
`<t>.<body>`.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.primitives.errors import Invalid, NotAllowed

MOST_BYTES: Final = 16_384
MOST_PEOPLE: Final = 2_000_000_000
SKEW: Final = timedelta(minutes=5)
_WORDS: Final = 300


@dataclass(frozen=True, slots=True)
class GatewayReport:
    """One report; None where the gateway does not know."""

    delivery: UUID
    at: datetime
    reached: int | None
    failed: int | None
    said: str
    gateway: str


def report_of(body: bytes) -> GatewayReport:
    """The report in a text; raises Invalid with what is wrong, nothing else."""
    if len(body) > MOST_BYTES:
        raise Invalid(f"a report has {MOST_BYTES} bytes at most", field="body")
    try:
        found = json.loads(body)
        given = {str(name): value for name, value in found.items()}
        delivery, at = UUID(str(given["delivery"])), datetime.fromisoformat(str(given["at"]))
    except (ValueError, KeyError, AttributeError, RecursionError) as error:
        raise Invalid("a report names its delivery and its time, as JSON", field="body") from error
    if at.tzinfo is None:
        raise Invalid("the time of a report has a time zone", field="at")
    return GatewayReport(
        delivery, at.astimezone(UTC), _count(given, "reached"), _count(given, "failed"), _words(given, "said"),
        _words(given, "gateway"),
    )  # fmt: skip


def _count(given: dict[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is not None and (
        not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_PEOPLE
    ):
        raise Invalid("a count is a whole number from 0", field=name)
    return value


def _words(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise Invalid("words are a text", field=name)
    return value.strip()[:_WORDS]


def signature(secret: bytes, at: str, body: bytes) -> str:
    """`t=…,v1=…` over a body at a time (epoch seconds)."""
    made = hmac.new(secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def check_signature(given: str, secret: bytes, body: bytes, now: datetime) -> None:
    """Raises NotAllowed unless the header signs this body, not long ago."""
    parts = dict(part.strip().partition("=")[::2] for part in given.split(",")[:4])
    at = parts.get("t", "")
    if not at.isdecimal() or len(at) > 12 or abs(int(at) - now.timestamp()) > SKEW.total_seconds():
        raise NotAllowed("the signature is missing, or its time is not now")
    if not hmac.compare_digest(
        signature(secret, at, body).encode(), f"t={at},v1={parts.get('v1', '')}".encode()
    ):
        raise NotAllowed("the signature does not fit")
