"""Which things of some kinds lie in a box, with their shapes and the cases open in them? For a layer of the map."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.cases import queries as cases
from mudan.core.entities import queries
from mudan.core.entities.model import Box, Entity
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

router = APIRouter(tags=["entities"])
_WIDEST = 10.0  # degrees


class ShapeOut(BaseModel):
    """A thing with its place as GeoJSON; `open`, `overdue`: its cases, null for who may not read cases."""

    urn: str
    type: str
    name: Text
    area_code: str
    place: dict[str, Any]
    example: bool
    open: int | None
    overdue: int | None


class ShapeClusterOut(BaseModel):
    """Many things near each other: where on the average, and how many."""

    lon: float
    lat: float
    count: int


class ShapesOut(BaseModel):
    """The things of a box: each of them while they are no more than 500, else clusters, at most 576."""

    items: list[ShapeOut]
    clusters: list[ShapeClusterOut]
    as_of: Instant


@router.get("/api/shapes")
async def shapes(
    actor: Annotated[Actor, Depends(requires("entities.read"))],
    request: Request,
    type: Annotated[str, Query(max_length=200)],  # noqa: A002 - the wire's own word
    west: Annotated[float, Query(ge=-180, le=180)],
    south: Annotated[float, Query(ge=-90, le=90)],
    east: Annotated[float, Query(ge=-180, le=180)],
    north: Annotated[float, Query(ge=-90, le=90)],
    case_type: Annotated[str, Query(max_length=400)] = "",
) -> ShapesOut:
    """Things of some types (joined by commas) of a box within scope; `case_type`: whose open cases are counted."""
    if not (0 < east - west <= _WIDEST and 0 < north - south <= _WIDEST):
        raise Invalid("a box has a west before its east, and a south before its north", field="east")
    box, types = Box(west, south, east, north), type.split(",")[:8]
    async with work(actor, request) as unit:
        found = await queries.in_box(unit.connection, unit.space, types, box)
        many = [] if found is not None else await queries.clustered(unit.connection, unit.space, types, box)
        counted = await _counted(unit, actor, found or [], case_type)
    return ShapesOut(
        items=[_out(one, counted) for one in found or []],
        clusters=[ShapeClusterOut.model_validate(one, from_attributes=True) for one in many],
        as_of=unit.now,
    )


async def _counted(
    unit: Work, actor: Actor, found: list[Entity], case_type: str
) -> dict[str, cases.OfArea] | None:
    """Open cases by area; None where they are not asked for or not to be seen."""
    if not case_type or "cases.read" not in actor.permissions:
        return None
    codes = [one.area_code for one in found if _is_area(one)]
    rows = await cases.of_areas(unit.connection, unit.space, case_type.split(",")[:20], codes, unit.now)
    return {one.area_code: one for one in rows}


def _is_area(one: Entity) -> bool:
    return (one.place or {}).get("type") in ("Polygon", "MultiPolygon")


def _out(one: Entity, counted: dict[str, cases.OfArea] | None) -> ShapeOut:
    shape = one.place
    if shape is None and one.point is not None:
        shape = {"type": "Point", "coordinates": [one.point.lon, one.point.lat]}
    held = None
    if counted is not None and _is_area(one):
        held = counted.get(one.area_code, cases.OfArea(one.area_code, 0, 0))
    return ShapeOut(
        urn=one.urn, type=one.type, name=one.name, area_code=one.area_code, place=shape or {},
        example=bool(one.properties.get("example")), open=held.open if held else None,
        overdue=held.overdue if held else None,
    )  # fmt: skip
