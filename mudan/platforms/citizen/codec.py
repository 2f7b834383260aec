"""Which fields does a document of GeoReport v2 have, whichever it is, in XML or JSON?

    services · service definition · requests · tickets (answers and tokens) · errors · discovery · updates

The codec itself is the core's (`mudan.core.cases.model.georeport`), because the API speaks the same standard.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from mudan.core.cases.model.georeport import Document, Request, read
from mudan.platforms.citizen.model import Standing
from mudan.primitives.errors import DecodeError


def document(raw: bytes) -> Document:
    """The document of some bytes. Raises DecodeError."""
    return read(raw)


def described(found: Document) -> dict[str, Any]:
    """A document as integrators read it: its kind, its items with all their fields, and the items that are bad."""
    return {
        "kind": found.kind,
        "items": [_plain(item) for item in found.items],
        "bad": [_plain(one) for one in found.bad],
    }


def standing(found: Document) -> Standing | None:
    """How the requests of a document stand; None for other documents, and where nothing says when."""
    requests = [one for one in found.items if isinstance(one, Request)]
    times = [at for one in requests for at in (one.updated_at, one.requested_at) if at is not None]
    if not times:
        return None
    now = max(times)
    waiting = [one for one in requests if not one.is_closed]
    oldest = min((one.requested_at for one in waiting if one.requested_at is not None), default=now)
    return Standing(now, len(waiting), len(requests) - len(waiting), (now - oldest).total_seconds() / 60)


def rows(found: Document) -> list[tuple[int, dict[str, Any]]]:
    """The requests of a document that have a number, as rows: their place in it, from 1, and their fields."""
    if found.kind not in ("requests", "empty"):
        raise DecodeError(f"requests were expected, not {found.kind}")
    numbered = enumerate((one for one in found.items if isinstance(one, Request)), 1)
    return [(place, _row(one)) for place, one in numbered if one.id]


def _row(one: Request) -> dict[str, Any]:
    row: dict[str, Any] = {
        "service_request_id": one.id, "status": "closed" if one.is_closed else "open",
        "status_notes": one.status_notes, "service_code": one.service_code, "service_name": one.service_name,
        "description": one.description, "agency_responsible": one.agency_responsible, "address": one.address,
        "lat": one.lat, "long": one.lon, "media_url": one.media_url, "requested_datetime": _stamp(one.requested_at),
        "updated_datetime": _stamp(one.updated_at or one.requested_at), "expected_datetime": _stamp(one.expected_at),
    }  # fmt: skip
    return {name: None if value == "" else value for name, value in row.items()}


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, datetime) else value
