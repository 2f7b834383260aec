"""Where is the place that a caller names: a thing we know, a village, somewhere in a town? No more exact than known."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from mudan.api.centre import work
from mudan.api.reports.calls import Reader
from mudan.core.calls import queries as calls
from mudan.core.entities import queries as entities
from mudan.primitives.text import Text

router = APIRouter()
_VILLAGE_M = 1000.0  # 示例: so far a village reaches around the place of its desk


class SpotOut(BaseModel):
    """A place by its name. `approximate`: somewhere within about so many metres of it."""

    name: Text
    sort: Literal["entity", "village", "area"]
    area_code: str
    area_name: Text
    lon: float
    lat: float
    approximate: bool
    about_m: float


class SpotsOut(BaseModel):
    """Places that the words may mean: things first, then villages, then towns by the middle of what is there."""

    items: list[SpotOut]


@router.get("/api/places")
async def places(
    actor: Reader, request: Request, q: Annotated[str, Query(min_length=2, max_length=200)]
) -> SpotsOut:
    """Where some words of a caller may be."""
    words = q.strip()
    async with work(actor, request) as unit:
        found = await entities.entities_named(unit.connection, words)
        villages = await calls.villages_named(unit.connection, words)
        found += [
            entities.Spot(
                Text(one.name, one.name), "village", one.area_code, one.lon, one.lat, approximate=True,
                about_m=_VILLAGE_M,
            )
            for one in villages
            if one.lon is not None and one.lat is not None
        ]  # fmt: skip
        found += await entities.areas_named(unit.connection, words)
        items = [
            SpotOut.model_validate(one._asdict() | {"area_name": unit.centre.area_name(one.area_code)})
            for one in found
            if one.area_code.startswith(actor.scope.area)
        ]
    return SpotsOut(items=items)
