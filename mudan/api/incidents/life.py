"""How does an incident open, move on and close, and what is read of it?"""

import csv
import io
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from mudan.api.alarms import alarm_out
from mudan.api.centre import Work, work
from mudan.api.incidents.wire import (
    CloseIn,
    HarmIn,
    IncidentCaseOut,
    IncidentDetailOut,
    IncidentMatterOut,
    IncidentOfCaseIn,
    IncidentPageOut,
    IncidentVoidIn,
    LevelIn,
    LinkIn,
    NoteIn,
    OpenIn,
    PhaseIn,
    PlaceIn,
    ReopenIn,
    event_out,
    incident_out,
)
from mudan.api.security import requires
from mudan.api.tasks import task_out
from mudan.api.wire import plain_cell, stamp
from mudan.core.alarms import queries as alarms
from mudan.core.cases import queries as cases
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.words import Case
from mudan.core.incidents import actions, queries
from mudan.core.incidents.model import Harm, Incident
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.tasks import actions as task_actions
from mudan.core.tasks import queries as tasks
from mudan.primitives.geo import Point

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("incidents.read"))]
Writer = Annotated[Actor, Depends(requires("incidents.write"))]
Noter = Annotated[Actor, Depends(requires("incidents.write", "incidents.note"))]
Closer = Annotated[Actor, Depends(requires("incidents.close"))]


async def detail_of(unit: Work, incident: Incident) -> IncidentDetailOut:
    linked = await alarms.of_incident(unit.connection, incident.id)
    sent = await tasks.several(unit.connection, incident=incident.id)
    timeline = await queries.timeline(unit.connection, incident.id)
    return IncidentDetailOut(
        **incident_out(incident, unit.centre).model_dump(),
        alarms=[alarm_out(alarm, unit.centre) for alarm in linked],
        cases=[case_of(one) for one in await cases.of_incident(unit.connection, incident.id)],
        task_list=[task_out(task) for task in sent],
        timeline=[event_out(event) for event in timeline],
    )


def case_of(one: Case) -> IncidentCaseOut:
    state = type_named(one.type).stage(one.state).title
    return IncidentCaseOut(
        id=one.id, number=one.number, title=one.title, state_title=state, ended=one.ended_at is not None
    )


async def changed(
    unit: Work,
    incident: Incident,
    actor: Actor,
    action: str,
    detail: dict[str, Any],
    alarm_ids: Sequence[UUID] = (),
) -> IncidentDetailOut:
    await audit(unit.connection, actor, f"incident.{action}", incident.number, detail)
    unit.incidents.add(incident.id)
    unit.changes.alarms |= set(alarm_ids)
    detail_out = await detail_of(unit, incident)
    for one in detail_out.cases:
        unit.touched("cases", one.id)
    return detail_out


@router.get("/api/incidents")
async def page(
    actor: Reader,
    request: Request,
    phase: Literal["open", "closed", "all"] = "open",
    q: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=40)] = None,
) -> IncidentPageOut:
    """One page of incidents, newest first."""
    async with work(actor, request) as unit:
        found, total, following = await queries.page(
            unit.connection, phase=phase, text=q, limit=limit, before=cursor
        )
    items = [incident_out(incident, unit.centre) for incident in found]
    return IncidentPageOut(items=items, total=total, next=following, as_of=unit.now)


@router.post("/api/incidents", status_code=201)
async def open_incident(actor: Writer, request: Request, body: OpenIn) -> IncidentDetailOut:
    """Open an incident."""
    async with work(actor, request) as unit:
        incident = await actions.open_incident(unit.connection, actor, unit.now, **body.model_dump())
        return await changed(unit, incident, actor, "open", {"title": body.title}, body.alarm_ids)


@router.post("/api/cases/{case_id}/incident", status_code=201)
async def open_from_case(
    actor: Writer, request: Request, case_id: UUID, body: IncidentOfCaseIn
) -> IncidentDetailOut:
    """Open an incident with a case's place and words; again it is the same one."""
    async with work(actor, request) as unit:
        becoming = actions.Becoming(**body.model_dump())
        incident, case = await actions.open_from_case(unit.connection, case_id, becoming, actor, unit.now)
        return await changed(
            unit, incident, actor, "open_from_case", {"case": case.number, "ends": body.ends}
        )


@router.get("/api/incidents/{incident_id}")
async def detail(actor: Reader, request: Request, incident_id: UUID) -> IncidentDetailOut:
    """One incident, whole."""
    async with work(actor, request) as unit:
        return await detail_of(unit, await queries.one(unit.connection, incident_id))


@router.post("/api/incidents/{incident_id}/alarms")
async def link(actor: Writer, request: Request, incident_id: UUID, body: LinkIn) -> IncidentDetailOut:
    """Link alarms."""
    async with work(actor, request) as unit:
        incident = await actions.link_alarms(unit.connection, incident_id, body.alarm_ids, actor, unit.now)
        detail = {"alarms": [str(alarm) for alarm in body.alarm_ids]}
        return await changed(unit, incident, actor, "link", detail, body.alarm_ids)


@router.post("/api/incidents/{incident_id}/notes")
async def note(actor: Noter, request: Request, incident_id: UUID, body: NoteIn) -> IncidentDetailOut:
    """Write into the timeline."""
    async with work(actor, request) as unit:
        incident = await actions.add_note(
            unit.connection, incident_id, body.text, actor, unit.now, kind=body.kind
        )
        return await changed(unit, incident, actor, body.kind, {})


@router.post("/api/incidents/{incident_id}/harm")
async def harm(actor: Noter, request: Request, incident_id: UUID, body: HarmIn) -> IncidentDetailOut:
    """Record how many people are harmed, as known now."""
    async with work(actor, request) as unit:
        counts = Harm(**body.model_dump())
        incident = await actions.count_harm(unit.connection, incident_id, counts, actor, unit.now)
        return await changed(unit, incident, actor, "harm", body.model_dump(exclude_none=True))


@router.get("/api/incidents/{incident_id}/matters")
async def matters(actor: Reader, request: Request, incident_id: UUID) -> list[IncidentMatterOut]:
    """What is still open and, where mandatory, forbids closing."""
    async with work(actor, request) as unit:
        await queries.one(unit.connection, incident_id)
        found = await queries.open_matters(unit.connection, incident_id)
    return [
        IncidentMatterOut(noun=one.noun, id=one.id, text=one.text, mandatory=one.mandatory) for one in found
    ]


@router.post("/api/incidents/{incident_id}/void")
async def void(actor: Closer, request: Request, incident_id: UUID, body: IncidentVoidIn) -> IncidentDetailOut:
    """Take back an incident that was opened by mistake; its alarms are free again."""
    async with work(actor, request) as unit:
        freed = await queries.alarms_of(unit.connection, incident_id)
        for one in await cases.of_incident(unit.connection, incident_id):
            unit.touched("cases", one.id)
        incident = await actions.void(
            unit.connection, incident_id, body.reason, body.version, actor, unit.now
        )
        unit.touched("roads", incident_id)
        return await changed(unit, incident, actor, "void", {"reason": body.reason}, freed)


@router.post("/api/incidents/{incident_id}/phase")
async def phase(actor: Writer, request: Request, incident_id: UUID, body: PhaseIn) -> IncidentDetailOut:
    """Take the incident to a next phase."""
    async with work(actor, request) as unit:
        incident = await actions.set_phase(
            unit.connection, incident_id, body.phase, body.version, body.reason, actor, unit.now
        )
        return await changed(unit, incident, actor, "phase", {"phase": body.phase, "reason": body.reason})


@router.post("/api/incidents/{incident_id}/level")
async def level(actor: Writer, request: Request, incident_id: UUID, body: LevelIn) -> IncidentDetailOut:
    """Change the level."""
    async with work(actor, request) as unit:
        incident = await actions.set_level(
            unit.connection, incident_id, body.level, body.version, body.reason, actor, unit.now
        )
        return await changed(unit, incident, actor, "level", {"level": body.level, "reason": body.reason})


@router.post("/api/incidents/{incident_id}/place")
async def place(actor: Writer, request: Request, incident_id: UUID, body: PlaceIn) -> IncidentDetailOut:
    """Give or correct the place; crews on their way are told at once."""
    async with work(actor, request) as unit:
        where = Point(body.lon, body.lat)
        incident = await actions.set_place(
            unit.connection, incident_id, where, body.address, body.version, body.reason, actor, unit.now
        )
        unit.changes.add(await task_actions.tell_place(unit.connection, incident, actor.name, unit.now))
        detail = body.model_dump(exclude={"version"})
        return await changed(unit, incident, actor, "place", detail)


@router.post("/api/incidents/{incident_id}/close")
async def close(actor: Closer, request: Request, incident_id: UUID, body: CloseIn) -> IncidentDetailOut:
    """Close: every task ended, with a disposition and a summary."""
    async with work(actor, request) as unit:
        incident = await actions.close(
            unit.connection, incident_id, body.disposition, body.summary, body.version, actor, unit.now
        )
        unit.touched("roads", incident_id)
        return await changed(unit, incident, actor, "close", {"disposition": body.disposition})


@router.post("/api/incidents/{incident_id}/reopen")
async def reopen(actor: Closer, request: Request, incident_id: UUID, body: ReopenIn) -> IncidentDetailOut:
    """Open an ended incident again."""
    async with work(actor, request) as unit:
        incident = await actions.reopen(
            unit.connection, incident_id, body.reason, body.version, actor, unit.now
        )
        return await changed(unit, incident, actor, "reopen", {"reason": body.reason})


@router.get("/api/incidents/{incident_id}/timeline.csv", response_class=Response)
async def timeline_csv(actor: Reader, request: Request, incident_id: UUID) -> Response:
    """The timeline as a table for spreadsheets (UTF-8 with a mark, so that they read the Chinese)."""
    async with work(actor, request) as unit:
        incident = await queries.one(unit.connection, incident_id)
        events = await queries.timeline(unit.connection, incident_id)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["seq", "at", "recorded_at", "source", "actor", "kind", "zh", "en"])
    for event in events:
        row = [event.seq, stamp(event.at), stamp(event.recorded_at), event.source, event.actor, event.kind]
        table.writerow([plain_cell(cell) for cell in [*row, event.text_zh, event.text_en]])
    name = f"attachment; filename=incident-{incident.number}.csv"
    return Response(
        "\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )
