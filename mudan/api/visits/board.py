"""What is a grid worker's day, how is a visit entered once, and which visits were made?"""

from datetime import date, timedelta
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from pydantic import AwareDatetime

from mudan.api.cases.wire import CaseOut, case_out
from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.visits.planning import notice_out
from mudan.api.visits.wire import (
    VisitCallOut,
    VisitDayOut,
    VisitEntryIn,
    VisitOut,
    VisitsOut,
    VisitStopOut,
    VisitWordOut,
    stop_of,
    visit_out,
    visit_row,
    words_of,
)
from mudan.core.cases import queries as cases
from mudan.core.cases.model.known import known_types
from mudan.core.people.model import Actor
from mudan.core.visits import actions, queries
from mudan.core.visits.model.order import ordered
from mudan.core.visits.model.words import CHECKS, KINDS, OUTCOMES, ToCall, Visit
from mudan.primitives.clock import CST
from mudan.primitives.geo import Point
from mudan.storage.pool import centre_within

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("visits.read", "visits.own"))]
Maker = Annotated[Actor, Depends(requires("visits.write", "visits.own"))]
MOST_STOPS: Final = 60
_REPAIRS: Final = 30


def today_of(unit: Work) -> date:
    """The county's day."""
    return unit.now.astimezone(CST).date()


@router.get("/api/visits")
async def page(
    actor: Reader,
    request: Request,
    state: Literal["due", "overdue", "planned", "done", "cancelled", "all"] = "due",
    area: Annotated[str | None, Query(max_length=32)] = None,
    kind: Annotated[str | None, Query(max_length=20)] = None,
    register: Annotated[str | None, Query(max_length=40)] = None,
    household: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> VisitsOut:
    """Visits within scope; `register`: those whose entry serves that record."""
    wanted = queries.Wanted(state, area, kind, register, household, limit, offset)
    async with work(actor, request) as unit:
        found, total = await queries.page(unit.connection, wanted, today_of(unit))
    items = [visit_out(one, today_of(unit)) for one in found]
    return VisitsOut(items=items, total=total, as_of=unit.now)


@router.get("/api/visits/day")
async def day(
    actor: Maker,
    request: Request,
    lon: Annotated[float | None, Query(ge=-180, le=180)] = None,
    lat: Annotated[float | None, Query(ge=-90, le=90)] = None,
) -> VisitDayOut:
    """Today's visits in order, from where the asker stands if that is said (it is not kept), and what goes along."""
    async with work(actor, request) as unit:
        connection, today = unit.connection, today_of(unit)
        due, total = await queries.page(connection, queries.Wanted("today", limit=MOST_STOPS), today)
        tell = await queries.to_tell(connection, [one.household for one in due if one.household], today)
        begun = unit.now - timedelta(hours=24)
        made = await queries.made_by(connection, actor.person, begun)
        notices = await queries.notices(connection, today)
        whose = "all" if actor.may("cases.read") else "mine"
        wanted = cases.Wanted(whose, "open", queries.REPAIR, area=actor.scope.area, limit=_REPAIRS)
        known = {one.name: one for one in known_types()}
        repairs = (
            (await cases.page(connection, actor, wanted, unit.now))[0] if queries.REPAIR in known else []
        )
        async with centre_within(connection):
            calls = await queries.to_call(connection, unit.space, actor.scope.area)
    by_id = {one.id: one for one in due}
    start = None if lon is None or lat is None else Point(lon, lat)
    way = ordered([stop_of(one) for one in due], today, start)
    classes = known[queries.REPAIR].classes if queries.REPAIR in known else ()
    above = {one.code[:2] for one in classes if len(one.code) > 2}
    return VisitDayOut(
        today=today,
        stops=[_stop(by_id[stop.id], far, tell, today) for stop, far in way],
        later=max(0, total - len(due)),
        made=[visit_out(one, today) for one in made],
        notices=[notice_out(one) for one in notices],
        calls=[_call(one) for one in calls],
        repairs=[CaseOut.model_validate(case_out(one, actor)) for one in repairs],
        kinds=words_of(KINDS), outcomes=words_of(OUTCOMES), checks=words_of(CHECKS),
        classes=[VisitWordOut(code=one.code, title=one.title) for one in classes if one.code not in above],
        as_of=unit.now,
    )  # fmt: skip


def _stop(one: Visit, far: float | None, tell: dict[UUID, list[UUID]], today: date) -> VisitStopOut:
    told = [] if one.household is None else tell.get(one.household, [])
    metres = None if far is None else round(far)
    return VisitStopOut.model_validate(visit_row(one, today) | {"metres": metres, "tell": told})


def _call(one: ToCall) -> VisitCallOut:
    return VisitCallOut.model_validate(
        {
            "run_id": one.run, "step_id": one.step, "title": one.title, "words": one.words, "level": one.level,
            "name": one.name, "people": one.people, "state": one.state, "lon": one.lon, "lat": one.lat,
        }
    )  # fmt: skip


@router.post("/api/visits", status_code=201)
async def enter(actor: Maker, request: Request, body: VisitEntryIn) -> VisitOut:
    """Record what was found at the door, once for every record that it serves; the same client_id again: once."""
    async with work(actor, request) as unit:
        one = await actions.enter(unit.connection, actor, unit.now, body.entry())
        unit.touched("visits", one.id)
        if one.cases:
            unit.touched("cases", one.id)
        if body.answer is not None:
            unit.touched("duty", body.answer.run_id)
        return visit_out(one, today_of(unit))


@router.get("/api/visits/{visit_id}")
async def detail(actor: Reader, request: Request, visit_id: UUID) -> VisitOut:
    """One visit."""
    async with work(actor, request) as unit:
        return visit_out(await queries.one(unit.connection, visit_id), today_of(unit))


@router.post("/api/visits/{visit_id}/photos")
async def add_photo(
    actor: Maker,
    request: Request,
    visit_id: UUID,
    file: Annotated[UploadFile, File()],
    client_id: Annotated[UUID, Form()],
    taken_at: Annotated[AwareDatetime, Form()],
) -> VisitOut:
    """A picture of a visit that was made; drawn anew, so that nothing but the picture is kept.

    `visit_id` may be the client_id of the entry: a phone that entered it without network knows no other name.
    """
    data = await file.read()
    async with work(actor, request) as unit:
        known = await queries.entered(unit.connection, visit_id)
        which = visit_id if known is None else known.id
        one = await actions.add_photo(unit.connection, which, client_id, data, taken_at, actor, unit.now)
        unit.touched("visits", one.id)
        return visit_out(one, today_of(unit))


@router.get("/api/visits/{visit_id}/photos/{photo_id}", response_class=Response)
async def picture(actor: Reader, request: Request, visit_id: UUID, photo_id: UUID) -> Response:
    """A picture of a visit."""
    async with work(actor, request) as unit:
        one = await queries.one(unit.connection, visit_id)
        jpeg = await queries.picture(unit.connection, one.id, photo_id)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400"})
