"""Which doors have heard a notice or answered a call, and how are the others told again?"""

from datetime import date, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.visits.planning import notice_out
from mudan.api.visits.wire import Outcome, VisitNoticeOut
from mudan.api.wire import Body, Instant
from mudan.core.people.model import Actor
from mudan.core.visits import actions, queries
from mudan.core.visits.model.telling import Called, Door
from mudan.core.visits.model.words import OUTCOMES
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text
from mudan.storage.pool import centre_within

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("visits.read"))]
Planner = Annotated[Actor, Depends(requires("visits.write"))]
_KEPT: Final = timedelta(days=60)  # how long an ended notice stays in the list
_LATEST: Final = timedelta(days=60)


class VisitDoorOut(BaseModel):
    """A household that a notice is for; no name stands in it but the first character."""

    household_id: UUID
    area_code: str
    area_name: Text
    address: str
    shown_as: str
    example: bool
    told_at: Instant | None
    visit_id: UUID | None
    tried: Outcome | None
    tried_title: Text | None
    tried_at: Instant | None
    reminded: int
    reminded_at: Instant | None
    visit_on: date | None


class VisitGridToldOut(BaseModel):
    """How many doors of a grid a notice is for, and how many have heard it."""

    area_code: str
    area_name: Text
    asked: int
    told: int


class VisitDoorsOut(BaseModel):
    """A notice with its grids and doors, those that have not heard it first."""

    notice: VisitNoticeOut
    grids: list[VisitGridToldOut]
    items: list[VisitDoorOut]
    total: int
    as_of: Instant


class VisitCarriedOut(BaseModel):
    """A notice, and whether it is still to be told."""

    notice: VisitNoticeOut
    open: bool


class VisitCarriedNoticesOut(BaseModel):
    """What was or is to be told, the newest first."""

    items: list[VisitCarriedOut]
    as_of: Instant


class VisitCalledOut(BaseModel):
    """A place of a call chain (叫应), whether it answered, by whom and how."""

    run_id: UUID
    step_id: UUID
    title: str
    level: int
    started_at: Instant
    running: bool
    name: str
    people: int
    state: Literal["calling", "answered", "unreached", "cancelled"]
    attempts: int
    answered_at: Instant | None
    answered_by: str
    answered_how: str
    area_code: str
    area_name: Text
    reminded: int
    reminded_at: Instant | None


class VisitCalledPlacesOut(BaseModel):
    """The places of the last days' chains, those without an answer first."""

    items: list[VisitCalledOut]
    as_of: Instant


class VisitAgainIn(Body):
    """Doors that are to be told again: their grids are told, or somebody goes by until that day."""

    households: list[UUID] = Field(min_length=1, max_length=200)
    go_by: date | None = None


@router.get("/api/visits/carried")
async def carried(actor: Reader, request: Request) -> VisitCarriedNoticesOut:
    """What was or is to be told at the doors, and at how many it has been."""
    async with work(actor, request) as unit:
        today = unit.now.astimezone(CST).date()
        found = await queries.notices_since(unit.connection, today - _KEPT)
    items = [VisitCarriedOut(notice=notice_out(one), open=one.until >= today) for one in found]
    return VisitCarriedNoticesOut(items=items, as_of=unit.now)


@router.get("/api/visits/carried/{carried_id}")
async def doors(
    actor: Reader,
    request: Request,
    carried_id: UUID,
    told: bool | None = None,
    area: Annotated[str | None, Query(max_length=32)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> VisitDoorsOut:
    """Which doors have heard a notice, when, by which grid; the others first."""
    async with work(actor, request) as unit:
        return await _doors(unit, carried_id, told, area, limit, offset)


async def _doors(
    unit: Work, notice_id: UUID, told: bool | None, area: str | None, limit: int, offset: int
) -> VisitDoorsOut:
    connection = unit.connection
    notice = await queries.notice(connection, notice_id)
    found, total = await queries.doors(
        connection, notice_id, told=told, area=area, limit=limit, offset=offset
    )
    grids = await queries.told_by_grid(connection, notice_id)
    return VisitDoorsOut(
        notice=notice_out(notice),
        grids=[
            VisitGridToldOut(
                area_code=one.area_code, area_name=unit.centre.area_name(one.area_code), asked=one.asked, told=one.told
            )
            for one in grids
        ],
        items=[_door(one, unit) for one in found], total=total, as_of=unit.now,
    )  # fmt: skip


def _door(one: Door, unit: Work) -> VisitDoorOut:
    given = {name: getattr(one, name) for name in VisitDoorOut.model_fields if hasattr(one, name)}
    return VisitDoorOut.model_validate(
        given
        | {
            "household_id": one.household, "visit_id": one.told_by, "area_name": unit.centre.area_name(one.area_code),
            "tried_title": None if one.tried is None else OUTCOMES[one.tried],
        }
    )  # fmt: skip


@router.post("/api/visits/carried/{carried_id}/again")
async def tell_again(actor: Planner, request: Request, carried_id: UUID, body: VisitAgainIn) -> VisitDoorsOut:
    """Tell the grids of some doors again, or (`go_by`) plan visits to them."""
    async with work(actor, request) as unit:
        connection, now = unit.connection, unit.now
        if body.go_by is None:
            await actions.tell_again(connection, actor, now, carried_id, body.households)
        else:
            today = now.astimezone(CST).date()
            if not today <= body.go_by <= today + _LATEST:
                raise Invalid("a day from today on, within two months", field="go_by")
            await actions.go_by(connection, actor, now, carried_id, body.households, body.go_by)
        unit.touched("visits", carried_id)
        unit.touched("notices", carried_id)
        return await _doors(unit, carried_id, None, None, 100, 0)


@router.get("/api/visits/called")
async def called(actor: Reader, request: Request) -> VisitCalledPlacesOut:
    """The places of the last days' call chains within scope, those without an answer first."""
    async with work(actor, request) as unit:
        return await _called(unit, actor)


async def _called(unit: Work, actor: Actor) -> VisitCalledPlacesOut:
    since = unit.now - actions.CALLS_KEPT
    async with centre_within(unit.connection):
        found = await queries.called(unit.connection, unit.space, actor.scope.area, since)
    return VisitCalledPlacesOut(items=[_place(one, unit) for one in found], as_of=unit.now)


def _place(one: Called, unit: Work) -> VisitCalledOut:
    given = {name: getattr(one, name) for name in VisitCalledOut.model_fields if hasattr(one, name)}
    area = unit.centre.area_name(one.area_code)
    return VisitCalledOut.model_validate(given | {"run_id": one.run, "step_id": one.step, "area_name": area})


@router.post("/api/visits/called/{step_id}/again")
async def call_again(actor: Planner, request: Request, step_id: UUID) -> VisitCalledPlacesOut:
    """Tell the grid of a place that has not answered that somebody must knock."""
    async with work(actor, request) as unit:
        await actions.call_again(unit.connection, actor, unit.now, step_id)
        unit.touched("visits", step_id)
        unit.touched("notices", step_id)
        return await _called(unit, actor)
