"""Which cases are there, which may be the same, and how is one reported and moved on?"""

from datetime import timedelta
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from mudan.api.cases.wire import (
    CaseDetailOut,
    CaseGroupsOut,
    CaseIn,
    CaseOut,
    CaseReporterIn,
    CasesOut,
    CaseStepIn,
    CaseTwinOut,
    CaseTwinsOut,
    advice_out,
    case_out,
    clock_out,
    event_out,
    form_out,
    group_out,
    picture_out,
    reporter_out,
    twin_out,
)
from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.core.cases import actions, queries
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.likeness import NEAR_M, WINDOW, Report, Twin, repeated, twins
from mudan.core.cases.model.matrix import Advice, advised
from mudan.core.cases.model.words import Case
from mudan.core.people import queries as people
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("cases.read", "cases.own"))]
Reporting = Annotated[Actor, Depends(requires("cases.write", "cases.own"))]
Desk = Annotated[Actor, Depends(requires("cases.write"))]
OfType = Annotated[str, Query(alias="type", max_length=64)]
_NOBODY: Final = UUID(int=0)


async def detail_out(unit: Work, actor: Actor, one: Case) -> CaseDetailOut:
    """A case, whole."""
    connection = unit.connection
    titles = {spec.name: spec.title for spec in type_named(one.type).clocks}
    given: dict[str, Any] = case_out(one, actor) | {"text": one.text, "form": form_out(one, actor)}
    given["clocks"] = [clock_out(run, titles, unit.now) for run in await queries.clocks(connection, one.id)]
    given["history"] = [event_out(each) for each in await queries.history(connection, one.id)]
    given["reporters"] = [reporter_out(each, actor) for each in await queries.reporters(connection, one.id)]
    given["pictures"] = [picture_out(each, one) for each in await queries.pictures(connection, one.id)]
    given["merged"] = [each.number for each in await queries.merged_into(connection, one.id)]
    report = Report(one.id, one.number, one.class_code, one.lon, one.lat, one.created_at)
    found = await _twins(unit, one.type, report) if one.ended_at is None else []
    given["twins"] = await _twins_out(unit, found)
    advice = await _advice(unit, one)
    names = await people.department_names(connection) if advice else {}
    given["advice"] = None if advice is None else advice_out(advice, names)
    return CaseDetailOut.model_validate({**given, "as_of": unit.now})


async def _twins(unit: Work, type_name: str, report: Report) -> list[Twin]:
    if report.lon is None or report.lat is None:
        return []
    class_ = type_named(type_name).class_of(report.class_code)
    near_m = class_.near_m if class_ is not None and class_.near_m is not None else NEAR_M
    since = report.at - WINDOW
    known = await queries.near(unit.connection, unit.space, type_name, report.lon, report.lat, near_m, since)
    return twins(report, known, near_m=near_m)


async def _twins_out(unit: Work, found: list[Twin]) -> list[CaseTwinOut]:
    looks = await queries.first_pictures(unit.connection, [twin.report.id for twin in found])
    return [twin_out(twin, looks.get(twin.report.id)) for twin in found]


async def _advice(unit: Work, one: Case) -> Advice | None:
    if one.situation.owner is not None or one.ended_at is not None:
        return None
    day = one.created_at.astimezone(CST).date()
    rules = await queries.rules_for(unit.connection, one.space, one.type, one.class_code, one.area_code, day)
    return advised(rules, one.class_code, one.area_code, day)


async def changed(unit: Work, actor: Actor, one: Case, action: str, detail: dict[str, Any]) -> CaseDetailOut:
    """Write the deed into the trail, tell the screens, answer the case as the actor may see it now."""
    await audit(unit.connection, actor, f"case.{action}", one.number, detail)
    unit.touched("cases", one.id)
    return await detail_out(unit, actor, one)


@router.get("/api/cases")
async def page(
    actor: Reader,
    request: Request,
    whose: Literal["all", "mine"] = "all",
    state: Annotated[str, Query(pattern="^[a-z_]{1,20}$")] = "open",
    kind: Annotated[str | None, Query(alias="type", max_length=64)] = None,
    class_code: Annotated[str | None, Query(max_length=8)] = None,
    department: Annotated[str | None, Query(max_length=64)] = None,
    area: Annotated[str | None, Query(max_length=32)] = None,
    lamp: Literal["green", "amber", "red", "overdue"] | None = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> CasesOut:
    """Cases within scope; `state` is open, overdue, closed, all or a stage. Without cases.read one's own only."""
    whose = whose if actor.may("cases.read") else "mine"
    wanted = queries.Wanted(whose, state, kind, class_code, department, area, lamp, q, limit, offset)
    async with work(actor, request) as unit:
        items, total = await queries.page(unit.connection, actor, wanted, unit.now)
    shown = [CaseOut.model_validate(case_out(one, actor)) for one in items]
    return CasesOut(items=shown, total=total, as_of=unit.now)


@router.post("/api/cases", status_code=201)
async def report(actor: Reporting, request: Request, body: CaseIn) -> CaseDetailOut:
    """Report a case; a collector and a department report from their own source."""
    async with work(actor, request) as unit:
        one = await actions.report(unit.connection, actor, unit.now, body.new(actor.scope.area, unit.now))
        return await changed(unit, actor, one, "report", {"title": one.title, "source": body.source})


@router.get("/api/cases/twins")
async def alike(
    actor: Reader,
    request: Request,
    lon: Annotated[float, Query(ge=-180, le=180)],
    lat: Annotated[float, Query(ge=-90, le=90)],
    class_code: Annotated[str, Query(max_length=8)],
    kind: OfType = "hotline",
) -> CaseTwinsOut:
    """Which known cases, closed ones too, a report of now at that place may be."""
    async with work(actor, request) as unit:
        found = await _twins(unit, kind, Report(_NOBODY, "", class_code, lon, lat, unit.now))
        shown = await _twins_out(unit, found)
    return CaseTwinsOut(items=shown, as_of=unit.now)


@router.get("/api/cases/repeated")
async def again(
    actor: Annotated[Actor, Depends(requires("cases.read"))],
    request: Request,
    kind: OfType = "hotline",
    days: Annotated[int, Query(ge=1, le=90)] = 30,
) -> CaseGroupsOut:
    """Places where the same was reported again and again in the last days."""
    async with work(actor, request) as unit:
        since = unit.now - timedelta(days=days)
        known = await queries.recent(unit.connection, unit.space, type_named(kind).name, since)
    return CaseGroupsOut(items=[group_out(one, kind) for one in repeated(known)], as_of=unit.now)


@router.get("/api/cases/{case_id}")
async def detail(actor: Reader, request: Request, case_id: UUID) -> CaseDetailOut:
    """One case, whole."""
    async with work(actor, request) as unit:
        return await detail_out(unit, actor, await queries.one(unit.connection, case_id))


@router.post("/api/cases/{case_id}/steps")
async def step(actor: Reader, request: Request, case_id: UUID, body: CaseStepIn) -> CaseDetailOut:
    """Take a step; the same client_id again changes nothing."""
    async with work(actor, request) as unit:
        one = await actions.move(unit.connection, case_id, body.step(), actor, unit.now)
        for other in (one.situation.main, body.main_id):
            if other is not None:
                unit.touched("cases", other)
        return await changed(unit, actor, one, body.event, {"reason": body.reason, "note": body.note})


@router.post("/api/cases/{case_id}/reporters")
async def add_reporter(actor: Desk, request: Request, case_id: UUID, body: CaseReporterIn) -> CaseDetailOut:
    """Somebody else told of the same; the same id again changes nothing."""
    async with work(actor, request) as unit:
        given = body.reporter(unit.now)
        one = await actions.add_reporter(unit.connection, case_id, given, actions.author_of(actor), unit.now)
        return await changed(unit, actor, one, "reporter", {"channel": body.channel})
