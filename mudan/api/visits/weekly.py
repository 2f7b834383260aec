"""Which visits does a week hold, on which day and by which post, how full are the grids' days?"""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.visits.wire import VisitOut, VisitWordOut, visit_row, words_of
from mudan.api.wire import Body, Instant
from mudan.core.people.model import Actor
from mudan.core.visits import actions, queries
from mudan.core.visits.model.week import MOST_A_DAY, POSTS, Slot, days_of, monday
from mudan.core.visits.model.words import Visit
from mudan.primitives.clock import CST
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("visits.read"))]
Planner = Annotated[Actor, Depends(requires("visits.write"))]
PostName = Literal["grid", "community", "doctor", "police", "volunteer"]


class VisitPlannedOut(VisitOut):
    """A visit with its drafted day and post, and whether the phones know them."""

    draft_on: date | None
    draft_post: str
    published: bool


class VisitGridWeekOut(BaseModel):
    """A grid in a week: overdue, without a day, and how many visits each day holds; no person is counted."""

    area_code: str
    area_name: Text
    overdue: int
    unplanned: int
    loads: list[int]


class VisitPublicationOut(BaseModel):
    """A plan as it was published."""

    area_code: str
    visits: int
    published_by: str
    published_at: Instant


class VisitWeekOut(BaseModel):
    """A week's plan: overdue visits first; `unpublished`: how many the phones know otherwise; `full`: too much."""

    week: date
    today: date
    days: list[date]
    grids: list[VisitGridWeekOut]
    items: list[VisitPlannedOut]
    total: int
    unpublished: int
    publications: list[VisitPublicationOut]
    posts: list[VisitWordOut]
    full: int
    as_of: Instant


class VisitSlotIn(Body):
    """A visit on a day by a post; without a day it is taken off the plan."""

    visit_id: UUID
    on: date | None
    post: PostName = "grid"


class VisitDraftIn(Body):
    """What is put where in a week that begins on that Monday."""

    week: date
    area: str | None = Field(default=None, max_length=32)
    slots: list[VisitSlotIn] = Field(min_length=1, max_length=200)


class VisitWeekIn(Body):
    """A week, by its Monday, in an area (the asker's own unless named)."""

    week: date
    area: str | None = Field(default=None, max_length=32)


async def _shown(unit: Work, actor: Actor, first: date, area: str | None, offset: int = 0) -> VisitWeekOut:
    connection, today = unit.connection, unit.now.astimezone(CST).date()
    where = area or actor.scope.area
    found, total = await queries.week(connection, first, today, where, 200, offset)
    grids = await queries.grids_of_week(connection, first, today, where)
    return VisitWeekOut(
        week=first, today=today, days=days_of(first),
        grids=[
            VisitGridWeekOut(
                area_code=one.area_code, area_name=unit.centre.area_name(one.area_code), overdue=one.overdue,
                unplanned=one.unplanned, loads=list(one.loads),
            )
            for one in grids
        ],
        items=[_planned(one, today) for one in found], total=total,
        unpublished=await queries.unpublished(connection, first, today, where),
        publications=[
            VisitPublicationOut.model_validate(one, from_attributes=True)
            for one in await queries.publications(connection, first)
        ],
        posts=words_of(POSTS), full=MOST_A_DAY, as_of=unit.now,
    )  # fmt: skip


def _planned(one: Visit, today: date) -> VisitPlannedOut:
    published = (one.draft_on, one.draft_post) == (one.planned_on, one.post)
    more = {"draft_on": one.draft_on, "draft_post": one.draft_post, "published": published}
    return VisitPlannedOut.model_validate(visit_row(one, today) | more)


@router.get("/api/visits/week")
async def week(
    actor: Reader,
    request: Request,
    week: date | None = None,
    area: Annotated[str | None, Query(max_length=32)] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> VisitWeekOut:
    """A week's plan (this one unless named by any of its days) with the load of each grid's days."""
    async with work(actor, request) as unit:
        first = monday(week or unit.now.astimezone(CST).date())
        return await _shown(unit, actor, first, area, offset)


@router.put("/api/visits/week")
async def draft(actor: Planner, request: Request, body: VisitDraftIn) -> VisitWeekOut:
    """Put visits on days and posts; the phones hear of it when it is published."""
    slots = [Slot(one.visit_id, one.on, one.post) for one in body.slots]
    async with work(actor, request) as unit:
        await actions.draft(unit.connection, actor, unit.now, body.week, slots)
        return await _shown(unit, actor, body.week, body.area)


@router.post("/api/visits/week/suggest")
async def suggest(actor: Planner, request: Request, body: VisitWeekIn) -> VisitWeekOut:
    """Find a working day for every visit that has none, overdue ones first, the grids' days evenly filled."""
    async with work(actor, request) as unit:
        where = body.area or actor.scope.area
        await actions.suggest(unit.connection, actor, unit.now, body.week, where)
        return await _shown(unit, actor, body.week, body.area)


@router.post("/api/visits/week/publish")
async def publish(actor: Planner, request: Request, body: VisitWeekIn) -> VisitWeekOut:
    """Let the phones' day lists follow the plan."""
    async with work(actor, request) as unit:
        where = body.area or actor.scope.area
        await actions.publish(unit.connection, actor, unit.now, body.week, where)
        unit.touched("visits", str(body.week))
        return await _shown(unit, actor, body.week, body.area)
