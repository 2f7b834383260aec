"""How many cases are open where?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.cases import queries
from mudan.core.people.model import Actor

router = APIRouter()


class CaseAreaOut(BaseModel):
    """Open cases of one area itself, not of the areas within it."""

    area_code: str
    open: int
    overdue: int


class CaseAreasOut(BaseModel):
    """Areas that have open cases."""

    items: list[CaseAreaOut]
    as_of: Instant


@router.get("/api/cases/areas")
async def areas(
    actor: Annotated[Actor, Depends(requires("cases.read"))],
    request: Request,
    kind: Annotated[str, Query(alias="type", max_length=400)],
) -> CaseAreasOut:
    """Open cases of some types (names joined by commas) within scope, by the area they were reported in."""
    async with work(actor, request) as unit:
        found = await queries.by_area(unit.connection, unit.space, kind.split(",")[:20], unit.now)
    return CaseAreasOut(
        items=[CaseAreaOut(area_code=one.area_code, open=one.open, overdue=one.overdue) for one in found],
        as_of=unit.now,
    )
