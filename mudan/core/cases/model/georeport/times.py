"""When is it, in the times of GeoReport? ISO 8601 as the W3C note has it: with a zone, always.

Servers exist that leave the zone out or write it without a colon: such a time is read in the zone one expects there.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from mudan.primitives.errors import DecodeError

_TIME: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


def moment(text: str, zone: tzinfo = UTC) -> datetime:
    """The UTC time of a text; `zone` where it names none. Raises DecodeError."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise DecodeError(f"no time of ISO 8601: {text[:40]}")
    year, month, day, hour, minute, second, part, offset = found.groups()
    fraction_us = int((part or "0").ljust(6, "0")[:6])
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), fraction_us, zone
        )  # fmt: skip
        if offset is None:
            return local.astimezone(UTC)
        return local.replace(tzinfo=UTC) - _offset(offset)
    except (ValueError, OverflowError):
        raise DecodeError(f"there is no such time: {text[:40]}") from None


def _offset(text: str) -> timedelta:
    if text in ("Z", "z"):
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    return (-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)


def stamped(at: datetime) -> str:
    """The time as GeoReport writes it, in UTC: `2026-11-23T01:00:00Z`, with a fraction only where there is one."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
