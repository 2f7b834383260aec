"""How does an incident look over the wire?"""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.alarms import AlarmOut
from mudan.api.centre import Centre
from mudan.api.tasks import TaskOut
from mudan.api.wire import Body, Instant
from mudan.core.incidents.model import Event, Incident, next_phases
from mudan.primitives.text import Text


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
    merged_into: UUID | None
    void_reason: str
    authority: str
    command_area: str
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
    incident_number: str


class IncidentCaseOut(BaseModel):
    """A case that has become the incident."""

    id: UUID
    number: str
    title: str
    state_title: Text
    ended: bool


class IncidentDetailOut(IncidentOut):
    """An incident with its alarms, the cases it came of, its tasks and its timeline."""

    cases: list[IncidentCaseOut]

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


class IncidentOfCaseIn(Body):
    """What a case becomes; `version` is that of the case, and `ends`: the case ends with that."""

    kind: str
    level: int = Field(ge=1, le=4)
    version: int
    client_id: UUID
    title: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=4000)
    ends: bool = False


class LinkIn(Body):
    """Alarms to link."""

    alarm_ids: list[UUID] = Field(min_length=1, max_length=200)


class NoteIn(Body):
    """Words for the timeline."""

    text: str = Field(min_length=1, max_length=4000)
    kind: Literal["note", "situation", "objective", "safety", "need"] = "note"


class HarmIn(Body):
    """People counted; what is not known is left out."""

    dead: int | None = Field(default=None, ge=0)
    injured: int | None = Field(default=None, ge=0)
    missing: int | None = Field(default=None, ge=0)
    trapped: int | None = Field(default=None, ge=0)
    moved: int | None = Field(default=None, ge=0)


class IncidentVoidIn(Body):
    """Why it should never have been opened."""

    reason: str = Field(min_length=1, max_length=500)
    version: int


class IncidentMatterOut(BaseModel):
    """Something still open; a mandatory one forbids closing."""

    noun: str
    id: UUID
    text: Text
    mandatory: bool


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


class PlaceIn(Body):
    """Where it is, WGS-84, with the reason."""

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)
    address: str = Field(default="", max_length=200)
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


def incident_out(incident: Incident, centre: Centre) -> IncidentOut:
    """An incident as it goes over the wire."""
    return IncidentOut(
        id=incident.id, number=incident.number, title=incident.title, kind=incident.kind, level=incident.level,
        phase=incident.phase, next_phases=list(next_phases(incident.phase)), lon=incident.lon, lat=incident.lat,
        address=incident.address, area_code=incident.area_code, area_name=centre.area_name(incident.area_code),
        commander=incident.commander, opened_at=incident.opened_at, opened_by=incident.opened_by,
        closed_at=incident.closed_at, disposition=incident.disposition, summary=incident.summary,
        version=incident.version, alarm_count=incident.alarm_count, open_tasks=incident.open_tasks,
        tasks=incident.tasks, merged_into=incident.merged_into, void_reason=incident.void_reason,
        authority=incident.authority, command_area=incident.command_area,
    )  # fmt: skip


def event_out(event: Event) -> EventOut:
    """A line of the timeline as it goes over the wire."""
    return EventOut(
        seq=event.seq, at=event.at, recorded_at=event.recorded_at, source=event.source, actor=event.actor,
        kind=event.kind, text=Text(event.text_zh, event.text_en), detail=event.detail,
        incident_number=event.incident_number,
    )  # fmt: skip
