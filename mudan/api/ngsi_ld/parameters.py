"""What does the reader ask for? The query parameters, checked; what is unknown is refused, not ignored."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Request

from mudan.api.ngsi_ld.context import Context
from mudan.api.ngsi_ld.errors import refused
from mudan.api.ngsi_ld.q import Query, parsed
from mudan.primitives.geo import Point

LIMIT_DEFAULT: Final = 20
LIMIT_MOST: Final = 1000
_OFFSET_MOST: Final = 1_000_000
_FORMS: Final = frozenset({"normalized", "keyValues", "simplified", "sysAttrs"})
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"\\{}|^`]+")
_NEAR: Final = re.compile(r"near;(max|min)Distance==(\d+(?:\.\d+)?)")
_GEORELS: Final = ("within", "contains", "overlaps", "intersects", "equals", "disjoint")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


@dataclass(frozen=True, slots=True)
class Near:
    """Not farther (`at_most`) or not nearer than so many metres from a point."""

    point: Point
    metres: float
    at_most: bool


@dataclass(frozen=True, slots=True)
class Form:
    """How the answer is written."""

    simplified: bool
    sys_attrs: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One query of entities; names are stored names."""

    urns: tuple[str, ...]
    types: tuple[str, ...]
    attrs: tuple[str, ...]
    q: Query | None
    near: Near | None
    limit: int
    offset: int
    count: bool
    form: Form


def asked(request: Request, context: Context) -> Asked:
    """The query of GET /entities; raises BadRequestData or InvalidRequest."""
    given = single(
        request,
        {
            *("id", "type", "attrs", "q", "georel", "geometry", "coordinates", "geoproperty"),
            *("limit", "offset", "count", "options", "format"),
        },
    )
    if not any(given.get(name) for name in ("type", "attrs", "q", "georel")):
        raise refused("BadRequestData", "one of type, attrs, q or georel is needed")
    count = _flag(given, "count")
    return Asked(
        urns=tuple(checked_uri(urn) for urn in _csv(given, "id")),
        types=_types(given, context),
        attrs=names(given, context),
        q=parsed(given["q"]) if given.get("q") else None,
        near=_near(given),
        limit=_whole(given, "limit", LIMIT_DEFAULT, 0 if count else 1, LIMIT_MOST),
        offset=_whole(given, "offset", 0, 0, _OFFSET_MOST),
        count=count,
        form=form_of(given),
    )


def single(request: Request, known: set[str]) -> dict[str, str]:
    """The parameters, each known and given once; raises InvalidRequest."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise refused("InvalidRequest", "there is a query parameter that is not known here")
        if name in given:
            raise refused("InvalidRequest", f"{name} is given twice")
        given[name] = value
    return given


def names(given: Mapping[str, str], context: Context) -> tuple[str, ...]:
    """The stored names of `attrs`."""
    found = _csv(given, "attrs")
    if {"id", "type", "@id", "@type"} & set(found):
        raise refused("BadRequestData", "attrs names attributes; id and type are none")
    return tuple(context.stored(name) for name in found)


def form_of(given: Mapping[str, str], extra: frozenset[str] = frozenset()) -> Form:
    """How the answer is to be written, from options and format; `extra` options are taken elsewhere."""
    chosen = set(_csv(given, "options")) | set(_csv(given, "format"))
    if chosen - _FORMS - extra:
        raise refused("InvalidRequest", f"options may be {', '.join(sorted(_FORMS | extra))}")
    return Form(bool(chosen & {"keyValues", "simplified"}), "sysAttrs" in chosen)


def checked_uri(text: str) -> str:
    """The text, when it is a URI; raises BadRequestData."""
    if not _URI.fullmatch(text):
        raise refused("BadRequestData", "an id is a URI")
    return text


def moment(given: Mapping[str, str], name: str) -> datetime | None:
    """A DateTime parameter in UTC (`…Z`), or None; raises BadRequestData."""
    text = given.get(name)
    if text is None:
        return None
    if _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            pass
    raise refused("BadRequestData", f"{name} is a time such as 2026-11-23T01:00:00Z") from None


def whole(given: Mapping[str, str], name: str, most: int) -> int | None:
    """A whole number from 1 to `most`, or None when it is not given."""
    return _whole(given, name, 1, 1, most) if name in given else None


def _near(given: Mapping[str, str]) -> Near | None:
    parts = [name for name in ("georel", "geometry", "coordinates") if given.get(name)]
    if not parts:
        return None
    if len(parts) < 3:
        raise refused("BadRequestData", "georel, geometry and coordinates go together")
    if given.get("geoproperty", "location") != "location":
        raise refused("OperationNotSupported", "distances are measured from location only")
    near = _NEAR.fullmatch(given["georel"])
    if near is None:
        if given["georel"] in _GEORELS:
            raise refused("OperationNotSupported", "near is the one georel offered")
        raise refused("BadRequestData", "georel is near;maxDistance==m or near;minDistance==m")
    if given["geometry"] != "Point":
        raise refused("OperationNotSupported", "near is measured from a Point")
    metres = float(near[2])
    if not 0 < metres < 1e8:
        raise refused("BadRequestData", "the distance is more than 0 metres")
    return Near(_point(given["coordinates"]), metres, near[1] == "max")


def _point(text: str) -> Point:
    try:
        lon, lat = json.loads(text)
        if isinstance(lon, bool) or isinstance(lat, bool):
            raise TypeError
        point = Point(float(lon), float(lat))
    except (ValueError, TypeError, RecursionError):
        raise refused("BadRequestData", "coordinates of a Point are [longitude,latitude]") from None
    if not (-180 <= point.lon <= 180 and -90 <= point.lat <= 90):
        raise refused("BadRequestData", "the coordinates are not on the earth")
    return point


def _types(given: Mapping[str, str], context: Context) -> tuple[str, ...]:
    text = given.get("type", "")
    if text == "*":
        return ()
    if any(sign in text for sign in ";()"):
        raise refused("OperationNotSupported", "an entity has one type here: list types with a comma")
    return tuple(context.stored(name.strip()) for name in re.split(r"[,|]", text) if name.strip())


def _csv(given: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in given.get(name, "").split(",") if part.strip()]


def _flag(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name, "false")
    if text not in ("true", "false"):
        raise refused("BadRequestData", f"{name} is true or false")
    return text == "true"


def _whole(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or not least <= int(text) <= most:
        raise refused("BadRequestData", f"{name} is a whole number from {least} to {most}")
    return int(text)
