"""Which known things stand near a place? For whoever stands there and reports: a name, a number, no more."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.entities import queries
from mudan.core.entities.model import holds
from mudan.core.people.model import Actor
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

router = APIRouter(tags=["entities"])
_SHOWN: Final = ("class_code", "state", "grid")


class NearbyOut(BaseModel):
    """A thing near a place. `within`: the place lies inside its shape."""

    urn: str
    type: str
    name: Text
    area_code: str
    device: str
    distance_m: float
    within: bool
    properties: dict[str, str]


class NearbysOut(BaseModel):
    """Things near a place, the nearest first."""

    items: list[NearbyOut]
    as_of: Instant


@router.get("/api/nearby")
async def nearby(
    actor: Annotated[Actor, Depends(requires("entities.read", "cases.own"))],
    request: Request,
    lon: Annotated[float, Query(ge=-180, le=180)],
    lat: Annotated[float, Query(ge=-90, le=90)],
    type: Annotated[str, Query(max_length=200)],  # noqa: A002 - the wire's own word
    metres: Annotated[float, Query(gt=0, le=1000)] = 60,
) -> NearbysOut:
    """Things of some types (joined by commas) within so many metres, twenty at most."""
    here = Point(lon, lat)
    async with work(actor, request) as unit:
        found = await queries.near(unit.connection, unit.space, type.split(",")[:8], here, metres)
    items = [
        NearbyOut(
            urn=one.urn, type=one.type, name=one.name, area_code=one.area_code, device=one.urn.rsplit(":", 1)[-1],
            distance_m=round(distance_m(here, one.point), 1), within=holds(one.place, here),
            properties={name: str(one.properties[name]) for name in _SHOWN if name in one.properties},
        )
        for one in found
        if one.point is not None
    ]  # fmt: skip
    return NearbysOut(items=sorted(items, key=_first)[:20], as_of=unit.now)


def _first(one: NearbyOut) -> tuple[float, bool, str]:
    """At one distance a thing comes before the cell it stands in."""
    return one.distance_m, one.within, one.urn
