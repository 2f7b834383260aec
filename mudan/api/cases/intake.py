"""What does the desk need while somebody speaks: has this number reported before, and how much work is the form?"""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, target_titles, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Filled
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.records import queries as records
from mudan.primitives.clock import CST
from mudan.primitives.text import Text
from mudan.storage.pool import centre_within

router = APIRouter()
Desk = Annotated[Actor, Depends(requires("cases.write"))]
Reader = Annotated[Actor, Depends(requires("cases.read"))]


class CaseCallerIn(Body):
    """A caller's number, and what it is looked up for; both are written into the trail, the number masked."""

    phone: str = Field(min_length=3, max_length=40)
    purpose: Literal["call", "complaint", "call_back"]


class CaseCallerOut(BaseModel):
    """How often that number has reported, how many are open, when last; not what."""

    count: int
    open: int
    last_at: Instant | None


class CaseFilledIn(Body):
    """How much work an entry was, as the form measured it: fields filled and seconds from the first to the last."""

    form: Literal["intake", "report"]
    fields: int = Field(ge=0, le=200)
    seconds: int = Field(ge=0, le=86_400)


class CaseBurdenOut(BaseModel):
    """The sums of a day, a form and a department; never of a person."""

    day: date
    form: str
    department: str
    entries: int
    fields: int
    seconds: int
    avoided: int


class CaseSparedOut(BaseModel):
    """Entries that arrived at another system in those days without being typed there, and how many fields that was."""

    platform: str
    target: str
    title: Text
    entries: int
    fields: int


class CaseBurdensOut(BaseModel):
    """The newest day first. `seconds_per_field`: what one took on the forms of those days, so what a spared one is."""

    items: list[CaseBurdenOut]
    spared: list[CaseSparedOut]
    seconds_per_field: float | None
    as_of: Instant


async def weigh(unit: Work, actor: Actor, filled: CaseFilledIn | None, *, avoided: bool) -> None:
    """Add an entry to the sums of the actor's department, or of the desk."""
    if filled is not None:
        department = next(iter(sorted(actor.scope.departments or ())), "")
        done = Filled(filled.form, filled.fields, filled.seconds, avoided)
        await actions.weigh(unit.connection, unit.space, department, done, unit.now)


@router.post("/api/cases/callers")
async def callers(actor: Desk, request: Request, body: CaseCallerIn) -> CaseCallerOut:
    """How often a caller has reported, for a purpose that is written down."""
    phone = re.sub(r"[\s\-()]", "", body.phone)
    async with work(actor, request) as unit:
        known = await queries.callers(unit.connection, [body.phone.strip(), phone])
        masked = f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"
        await audit(unit.connection, actor, "case.callers", masked, {"purpose": body.purpose})
    return CaseCallerOut(count=known.count, open=known.open, last_at=known.last_at)


@router.get("/api/cases/burden")
async def burden(
    actor: Reader, request: Request, days: Annotated[int, Query(ge=1, le=90)] = 7
) -> CaseBurdensOut:
    """How much work the forms were in the last days, by day, form and department."""
    async with work(actor, request) as unit:
        since = unit.now.astimezone(CST).date() - timedelta(days=days - 1)
        found = await queries.burdens(unit.connection, unit.space, since)
        spared = await _spared(unit, actor, since)
    items = [CaseBurdenOut.model_validate(one, from_attributes=True) for one in found]
    fields, seconds = sum(one.fields for one in found), sum(one.seconds for one in found)
    each = round(seconds / fields, 1) if fields else None
    return CaseBurdensOut(items=items, spared=spared, seconds_per_field=each, as_of=unit.now)


async def _spared(unit: Work, actor: Actor, since: date) -> list[CaseSparedOut]:
    """What was entered elsewhere of the cases of the actor's area; sums alone, so the centre counts them."""
    if unit.space != 0:  # an exercise tells nobody
        return []
    begun = datetime.combine(since, time(), CST)
    async with centre_within(unit.connection):
        rows = await records.spared(unit.connection, begun, actor.scope.area)
    titles = target_titles(unit.centre)
    return [CaseSparedOut(**row, title=titles.get((row["platform"], row["target"]), Text(row["target"], row["target"])))
            for row in rows]  # fmt: skip
