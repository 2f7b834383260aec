"""What is being dealt with? Incidents, their timelines, and whom to send."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from mudan.api.alarms import AlarmOut, alarm_out
from mudan.api.centre import Centre, Work, work
from mudan.api.security import requires
from mudan.api.tasks import TaskOut, task_out
from mudan.api.units import UnitOut, unit_out
from mudan.api.wire import Body, Instant, stamp
from mudan.core.alarms import queries as alarms
from mudan.core.incidents import actions, queries
from mudan.core.incidents.model import Event, Incident, next_phases
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.tasks import actions as task_actions
from mudan.core.tasks import queries as tasks
from mudan.core.units import queries as units
from mudan.core.units.model import NEEDS, ranked
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

router = APIRouter(tags=["incidents"])
Reader = Annotated[Actor, Depends(requires("incidents.read"))]
Writer = Annotated[Actor, Depends(requires("incidents.write"))]
Noter = Annotated[Actor, Depends(requires("incidents.write", "incidents.note"))]
Closer = Annotated[Actor, Depends(requires("incidents.close"))]
Assigner = Annotated[Actor, Depends(requires("tasks.assign"))]


class IncidentOut(BaseModel):
    """An incident as lists show it."""

    id: UUID
    number: str
    title: str
    kind: str
    level: int
    phase: str
    next_phases: list[str]
    lon: float | None
    lat: float | None
    address: str
    area_code: str
    area_name: Text
    commander: str
    opened_at: Instant
    opened_by: str
    closed_at: Instant | None
    disposition: str | None
    summary: str
    version: int
    alarm_count: int
    open_tasks: int
    tasks: int


class EventOut(BaseModel):
    """One line of the timeline."""

    seq: int
    at: Instant
    recorded_at: Instant
    source: str
    actor: str
    kind: str
    text: Text
    detail: dict[str, Any]


class IncidentDetailOut(IncidentOut):
    """An incident with its alarms, tasks and timeline."""

    alarms: list[AlarmOut]
    task_list: list[TaskOut]
    timeline: list[EventOut]


class IncidentPageOut(BaseModel):
    """One page of incidents, newest first."""

    items: list[IncidentOut]
    total: int
    next: str | None
    as_of: Instant


class OpenIn(Body):
    """A new incident."""

    title: str = Field(min_length=1, max_length=200)
    kind: str
    level: int = Field(ge=1, le=4)
    alarm_ids: list[UUID] = Field(default_factory=list, max_length=200)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    address: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=4000)


class LinkIn(Body):
    """Alarms to link."""

    alarm_ids: list[UUID] = Field(min_length=1, max_length=200)


class NoteIn(Body):
    """Words for the timeline."""

    text: str = Field(min_length=1, max_length=4000)


class PhaseIn(Body):
    """The phase to go to."""

    phase: str
    version: int
    reason: str = Field(default="", max_length=500)


class LevelIn(Body):
    """The level to set, with the reason."""

    level: int = Field(ge=1, le=4)
    version: int
    reason: str = Field(min_length=1, max_length=500)


class CloseIn(Body):
    """How it ended."""

    disposition: str
    summary: str = Field(min_length=1, max_length=4000)
    version: int


class ReopenIn(Body):
    """Why it is opened again."""

    reason: str = Field(min_length=1, max_length=500)
    version: int


class AssignIn(Body):
    """Whom to send with which order."""

    unit_id: UUID
    order: str = Field(min_length=1, max_length=1000)
    expires_s: int = Field(default=300, ge=30, le=3600)


class CandidateOut(BaseModel):
    """A unit held against the incident's need. `eta_s` is reckoned from the straight line, not routed."""

    unit: UnitOut
    rank: int
    suitable: bool
    reasons: list[Text]
    distance_m: float | None
    eta_s: float | None
    position_age_s: float | None


class CandidatesOut(BaseModel):
    """All units, best first."""

    required: list[str]
    items: list[CandidateOut]
    as_of: Instant


def incident_out(incident: Incident, centre: Centre) -> IncidentOut:
    """An incident as it goes over the wire."""
    return IncidentOut(
        id=incident.id, number=incident.number, title=incident.title, kind=incident.kind, level=incident.level,
        phase=incident.phase, next_phases=list(next_phases(incident.phase)), lon=incident.lon, lat=incident.lat,
        address=incident.address, area_code=incident.area_code, area_name=centre.area_name(incident.area_code),
        commander=incident.commander, opened_at=incident.opened_at, opened_by=incident.opened_by,
        closed_at=incident.closed_at, disposition=incident.disposition, summary=incident.summary,
        version=incident.version, alarm_count=incident.alarm_count, open_tasks=incident.open_tasks,
        tasks=incident.tasks,
    )  # fmt: skip


def event_out(event: Event) -> EventOut:
    """A line of the timeline as it goes over the wire."""
    return EventOut(
        seq=event.seq, at=event.at, recorded_at=event.recorded_at, source=event.source, actor=event.actor,
        kind=event.kind, text=Text(event.text_zh, event.text_en), detail=event.detail,
    )  # fmt: skip


async def _detail(unit: Work, incident: Incident) -> IncidentDetailOut:
    linked = await alarms.of_incident(unit.connection, incident.id)
    sent = await tasks.several(unit.connection, incident=incident.id)
    timeline = await queries.timeline(unit.connection, incident.id)
    return IncidentDetailOut(
        **incident_out(incident, unit.centre).model_dump(),
        alarms=[alarm_out(alarm, unit.centre) for alarm in linked],
        task_list=[task_out(task) for task in sent],
        timeline=[event_out(event) for event in timeline],
    )


async def _changed(
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
    return await _detail(unit, incident)


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
        return await _changed(unit, incident, actor, "open", {"title": body.title}, body.alarm_ids)


@router.get("/api/incidents/{incident_id}")
async def detail(actor: Reader, request: Request, incident_id: UUID) -> IncidentDetailOut:
    """One incident, whole."""
    async with work(actor, request) as unit:
        return await _detail(unit, await queries.one(unit.connection, incident_id))


@router.post("/api/incidents/{incident_id}/alarms")
async def link(actor: Writer, request: Request, incident_id: UUID, body: LinkIn) -> IncidentDetailOut:
    """Link alarms."""
    async with work(actor, request) as unit:
        incident = await actions.link_alarms(unit.connection, incident_id, body.alarm_ids, actor, unit.now)
        detail = {"alarms": [str(alarm) for alarm in body.alarm_ids]}
        return await _changed(unit, incident, actor, "link", detail, body.alarm_ids)


@router.post("/api/incidents/{incident_id}/notes")
async def note(actor: Noter, request: Request, incident_id: UUID, body: NoteIn) -> IncidentDetailOut:
    """Write into the timeline."""
    async with work(actor, request) as unit:
        incident = await actions.add_note(unit.connection, incident_id, body.text, actor, unit.now)
        return await _changed(unit, incident, actor, "note", {})


@router.post("/api/incidents/{incident_id}/phase")
async def phase(actor: Writer, request: Request, incident_id: UUID, body: PhaseIn) -> IncidentDetailOut:
    """Take the incident to a next phase."""
    async with work(actor, request) as unit:
        incident = await actions.set_phase(
            unit.connection, incident_id, body.phase, body.version, body.reason, actor, unit.now
        )
        return await _changed(unit, incident, actor, "phase", {"phase": body.phase, "reason": body.reason})


@router.post("/api/incidents/{incident_id}/level")
async def level(actor: Writer, request: Request, incident_id: UUID, body: LevelIn) -> IncidentDetailOut:
    """Change the level."""
    async with work(actor, request) as unit:
        incident = await actions.set_level(
            unit.connection, incident_id, body.level, body.version, body.reason, actor, unit.now
        )
        return await _changed(unit, incident, actor, "level", {"level": body.level, "reason": body.reason})


@router.post("/api/incidents/{incident_id}/close")
async def close(actor: Closer, request: Request, incident_id: UUID, body: CloseIn) -> IncidentDetailOut:
    """Close: every task ended, with a disposition and a summary."""
    async with work(actor, request) as unit:
        incident = await actions.close(
            unit.connection, incident_id, body.disposition, body.summary, body.version, actor, unit.now
        )
        return await _changed(unit, incident, actor, "close", {"disposition": body.disposition})


@router.post("/api/incidents/{incident_id}/reopen")
async def reopen(actor: Closer, request: Request, incident_id: UUID, body: ReopenIn) -> IncidentDetailOut:
    """Open an ended incident again."""
    async with work(actor, request) as unit:
        incident = await actions.reopen(
            unit.connection, incident_id, body.reason, body.version, actor, unit.now
        )
        return await _changed(unit, incident, actor, "reopen", {"reason": body.reason})


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


def plain_cell(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


@router.get("/api/incidents/{incident_id}/candidates")
async def candidates(
    actor: Assigner,
    request: Request,
    incident_id: UUID,
    capability: Annotated[str | None, Query(max_length=200)] = None,
) -> CandidatesOut:
    """All units for an incident, best first, each with the reasons."""
    async with work(actor, request) as unit:
        incident = await queries.one(unit.connection, incident_id)
        found = await units.all_units(unit.connection)
    need = (
        tuple(part for part in capability.split(",") if part)
        if capability is not None
        else NEEDS[incident.kind]
    )
    place = (
        Point(incident.lon, incident.lat) if incident.lon is not None and incident.lat is not None else None
    )
    items = [
        CandidateOut(
            unit=unit_out(one.unit, unit.centre), rank=rank, suitable=one.suitable, reasons=list(one.reasons),
            distance_m=one.distance_m, eta_s=one.eta_s, position_age_s=one.position_age_s,
        )
        for rank, one in enumerate(ranked(found, need, place, unit.now), start=1)
    ]  # fmt: skip
    return CandidatesOut(required=list(need), items=items, as_of=unit.now)


@router.post("/api/incidents/{incident_id}/tasks", status_code=201)
async def assign(actor: Assigner, request: Request, incident_id: UUID, body: AssignIn) -> TaskOut:
    """Send a unit: the order goes to its field page and its vehicle's terminal."""
    async with work(actor, request) as unit:
        task = await task_actions.assign(
            unit.connection, incident_id, body.unit_id, body.order, actor, unit.now,
            life=timedelta(seconds=body.expires_s),
        )  # fmt: skip
        await audit(unit.connection, actor, "task.assign", str(task.id), {"unit": task.unit_code})
        unit.changes.tasks.add(task.id)
        unit.incidents.add(incident_id)
        if task.command_id is not None:
            unit.changes.commands.add(task.command_id)
    return task_out(task)
