"""Which households are there, and how does a register come in, a household open, an auditor look at who opened it?"""

import asyncio
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile

from mudan.api.centre import Work, work
from mudan.api.households.wire import (
    HouseholdOut,
    HouseholdsOut,
    OpenedOut,
    OpeningIn,
    OpeningOut,
    OpeningsOut,
    RegisterFaultOut,
    RegisterOut,
    ResidentOut,
    VerdictIn,
    care_out,
    household_out,
    opening_out,
)
from mudan.api.security import requires
from mudan.connect import tables
from mudan.core.households import actions, queries
from mudan.core.households.model import register as registers
from mudan.core.households.model.opening import Opening
from mudan.core.households.model.words import CARE, Resident
from mudan.core.people.model import Actor
from mudan.core.visits import actions as visits
from mudan.primitives.errors import NotFound

router = APIRouter(tags=["households"])
Reader = Annotated[Actor, Depends(requires("households.read", "visits.own"))]
Opener = Annotated[Actor, Depends(requires("households.purpose"))]
Keeper = Annotated[Actor, Depends(requires("households.write"))]
Auditor = Annotated[Actor, Depends(requires("households.review"))]


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


@router.post("/api/households/register")
async def register(
    actor: Keeper,
    request: Request,
    file: Annotated[UploadFile, File()],
    source: Annotated[str, Form(min_length=1, max_length=100)],
    example: Annotated[bool, Form()] = False,
) -> RegisterOut:
    """Take a register from CSV, JSON or XLSX: good rows are kept, bad ones named, identity cards passed over."""
    data = await file.read()
    given, numbers, faults, not_kept = await asyncio.to_thread(_read, data, file.filename or "")
    async with work(actor, request) as unit:
        made = await actions.register(unit.connection, actor, unit.now, source, given, example=example)
        planned = await visits.plan_registered(unit.connection, actor, unit.now, made.households)
        for household, _ in made.households[:1]:
            unit.touched("households", household)
            unit.touched("visits", household)
    faults += [
        RegisterFaultOut(row=numbers[one.row - 1], field=one.field, reason=one.reason) for one in made.faults
    ]
    return RegisterOut(
        households=len(made.households), rows=made.rows, planned=planned,
        faults=sorted(faults, key=lambda one: one.row), not_kept=not_kept, as_of=unit.now,
    )  # fmt: skip


def _read(
    data: bytes, name: str
) -> tuple[list[dict[str, Any]], list[int], list[RegisterFaultOut], list[str]]:
    """The rows of a file under the register's names, their numbers, what is wrong, which columns are not kept."""
    given: list[dict[str, Any]] = []
    numbers: list[int] = []
    faults: list[RegisterFaultOut] = []
    not_kept: set[str] = set()
    for row in islice(tables.rows(data, name), registers.MOST_ROWS + 1):
        kept, passed = registers.titled(row.values)
        not_kept |= set(passed)
        if row.faults:
            faults += [
                RegisterFaultOut(row=row.number, field=one.field, reason=one.reason.en) for one in row.faults
            ]
        else:
            given.append(kept)
            numbers.append(row.number)
    return given, numbers, faults, sorted(not_kept)


@router.get("/api/households/openings")
async def openings(
    actor: Auditor,
    request: Request,
    unseen: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> OpeningsOut:
    """Who opened which household for what; `unseen`: broken glass that nobody has looked at yet."""
    async with work(actor, request) as unit:
        found = await queries.openings(unit.connection, unseen=unseen, limit=limit)
    return OpeningsOut(items=[opening_out(one) for one in found], as_of=unit.now)


@router.post("/api/households/openings/{opening_id}/review")
async def review(actor: Auditor, request: Request, opening_id: UUID, body: VerdictIn) -> OpeningOut:
    """Say whether a household was opened rightly."""
    async with work(actor, request) as unit:
        one = await actions.review(unit.connection, opening_id, body.verdict, body.note, actor, unit.now)
    return opening_out(one)


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
