"""Where do the open cases lie, as points or, when they are many, as cells with their number?"""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.cases import queries
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid

router = APIRouter()
_SMALLEST: Final = 1e-5  # degrees: a metre
Lamp = Literal["green", "amber", "red", "overdue"]


class CasePointOut(BaseModel):
    """One case on the map."""

    id: UUID
    number: str
    title: str
    type: str
    class_code: str
    state: str
    lamp: Lamp
    next_due_at: Instant | None
    lon: float
    lat: float


class CaseCellOut(BaseModel):
    """Many cases near each other: where on the average, how many, the most pressing colour."""

    lon: float
    lat: float
    count: int
    lamp: Lamp


class CaseMapOut(BaseModel):
    """The open cases of a box: either points, at most 400, or cells, at most 576."""

    points: list[CasePointOut]
    cells: list[CaseCellOut]
    total: int = Field(description="how many lie in the box")
    as_of: Instant


@router.get("/api/cases/map")
async def on_map(
    actor: Annotated[Actor, Depends(requires("cases.read"))],
    request: Request,
    west: Annotated[float, Query(ge=-180, le=180)],
    south: Annotated[float, Query(ge=-90, le=90)],
    east: Annotated[float, Query(ge=-180, le=180)],
    north: Annotated[float, Query(ge=-90, le=90)],
    kind: Annotated[str | None, Query(alias="type", max_length=64)] = None,
    lamp: Lamp | None = None,
) -> CaseMapOut:
    """The open cases of a box within scope that have a place."""
    if east - west < _SMALLEST or north - south < _SMALLEST:
        raise Invalid("a box has a west before its east, and a south before its north", field="east")
    box = queries.Box(west, south, east, north)
    async with work(actor, request) as unit:
        few = await queries.points(unit.connection, unit.space, box, kind, lamp)
        many = [] if few is not None else await queries.cells(unit.connection, unit.space, box, kind, lamp)
    points = [CasePointOut.model_validate(one, from_attributes=True) for one in few or []]
    cells = [CaseCellOut.model_validate(one, from_attributes=True) for one in many]
    total = len(points) + sum(one.count for one in cells)
    return CaseMapOut(points=points, cells=cells, total=total, as_of=unit.now)
