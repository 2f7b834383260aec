"""Which households are there, and how is one opened for a purpose?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from mudan.api.centre import Work, work
from mudan.api.households.wire import (
    HouseholdOut,
    HouseholdsOut,
    OpenedOut,
    OpeningIn,
    ResidentOut,
    care_out,
    household_out,
    opening_out,
)
from mudan.api.security import requires
from mudan.core.households import actions, queries
from mudan.core.households.model.opening import Opening
from mudan.core.households.model.words import CARE, Resident
from mudan.core.people.model import Actor
from mudan.core.visits import actions as visits
from mudan.primitives.errors import NotFound

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("households.read", "visits.own"))]
Opener = Annotated[Actor, Depends(requires("households.purpose"))]


@router.get("/api/households")
async def page(
    actor: Reader,
    request: Request,
    area: Annotated[str | None, Query(max_length=32)] = None,
    care: Annotated[str | None, Query(max_length=40)] = None,
    looked_after: bool = False,
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> HouseholdsOut:
    """Households within scope without a name; `q` is looked for in addresses only."""
    wanted = queries.Wanted(area, care, q, looked_after, limit, offset)
    async with work(actor, request) as unit:
        found, total = await queries.page(unit.connection, wanted)
    items = [household_out(one, unit.centre.area_name(one.area_code)) for one in found]
    return HouseholdsOut(items=items, total=total, care=care_out(tuple(CARE)), as_of=unit.now)


@router.get("/api/households/{household_id}")
async def detail(actor: Reader, request: Request, household_id: UUID) -> HouseholdOut:
    """One household, masked as in the list."""
    async with work(actor, request) as unit:
        one = await queries.one(unit.connection, household_id)
    return household_out(one, unit.centre.area_name(one.area_code))


@router.post("/api/households/{household_id}/open")
async def open_household(actor: Opener, request: Request, household_id: UUID, body: OpeningIn) -> OpenedOut:
    """Open a household for a visit, a case, an incident, or by breaking the glass; audited, lapses by itself."""
    async with work(actor, request) as unit:
        opening, residents = await visits.open_household(
            unit.connection, actor, unit.now, body.new(household_id)
        )
        return _opened(unit, opening, residents)


@router.get("/api/households/{household_id}/residents")
async def residents(actor: Opener, request: Request, household_id: UUID, opening: UUID) -> OpenedOut:
    """Who lives in a household, under one's own opening while it lasts."""
    async with work(actor, request) as unit:
        await queries.one(unit.connection, household_id)
        found = await actions.read_again(unit.connection, opening, actor, unit.now)
        known = await queries.opening(unit.connection, opening)
        if known is None or known.household != household_id:
            raise NotFound("there is no such opening")
        return _opened(unit, known, found)


def _opened(unit: Work, opening: Opening, found: list[Resident]) -> OpenedOut:
    shown = [
        ResidentOut(
            name=one.name, phone=one.phone, relation=one.relation, born=one.born, care=care_out(one.care),
            note=one.note,
        )
        for one in found
    ]  # fmt: skip
    return OpenedOut(opening=opening_out(opening), residents=shown, as_of=unit.now)
