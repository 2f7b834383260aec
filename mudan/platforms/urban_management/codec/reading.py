"""How is a field of a message read so that what is wrong with it is told by its name?"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

from mudan.primitives.clock import EPOCH
from mudan.primitives.errors import DecodeError

LONGEST_TEXT: Final = 4_000
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)


def words(given: Mapping[str, Any], name: str, *, needed: bool = True, longest: int = LONGEST_TEXT) -> str:
    """A text; numbers are no text, because a long code that was a number has lost its zeros. Raises DecodeError."""
    value = given.get(name)
    if value is None or value == "":
        if needed:
            raise DecodeError(f"{name} is missing", field=name)
        return ""
    if not isinstance(value, str):
        raise DecodeError(f"{name} is not a text", field=name)
    if len(value) > longest:
        raise DecodeError(f"{name} has {len(value)} characters; at most {longest}", field=name)
    if "\0" in value or not value.strip():
        raise DecodeError(f"{name} holds no words", field=name)
    return value.strip()


def matched(given: Mapping[str, Any], name: str, pattern: re.Pattern[str], what: str) -> str:
    """A text of a pattern; `what` says which. Raises DecodeError."""
    value = words(given, name)
    if not pattern.fullmatch(value):
        raise DecodeError(f"{name} is not {what}", field=name)
    return value


def chosen(given: Mapping[str, Any], name: str, among: tuple[str, ...]) -> str:
    """One of some words. Raises DecodeError."""
    value = words(given, name)
    if value not in among:
        raise DecodeError(f"{name} is one of {', '.join(among)}", field=name)
    return value


def moment(given: Mapping[str, Any], name: str) -> datetime:
    """A time with its offset, as aware UTC. Raises DecodeError."""
    value = words(given, name, longest=40)
    try:
        found = datetime.fromisoformat(value)
        found = found.astimezone(UTC) if found.tzinfo is not None else found
    except (ValueError, OverflowError):
        raise DecodeError(f"{name} is no time; write 2026-07-18T08:30:00+08:00", field=name) from None
    if found.tzinfo is None:
        raise DecodeError(f"{name} has no offset; write 2026-07-18T08:30:00+08:00", field=name)
    if not EPOCH < found < _LATEST:
        raise DecodeError(f"{name} is not between 1970 and 2100", field=name)
    return found


def place(given: Mapping[str, Any], *, needed: bool = False) -> tuple[float | None, float | None]:
    """Longitude and latitude (WGS-84), both or neither. Raises DecodeError."""
    lon, lat = _degrees(given, "lon", 180.0), _degrees(given, "lat", 90.0)
    if (lon is None) != (lat is None) or (needed and lon is None):
        raise DecodeError("lon and lat are both needed", field="lat" if lat is None else "lon")
    return lon, lat


def _degrees(given: Mapping[str, Any], name: str, most: float) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise DecodeError(f"{name} is not a number", field=name)
    if abs(value) > most:
        raise DecodeError(f"{name} is not on the globe", field=name)
    return float(value)
