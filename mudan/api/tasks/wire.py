"""How do tasks look on the wire, going out and coming in?"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.core.tasks.model import Stamp, Task, next_events
from mudan.primitives.text import Text


class TaskIncidentOut(BaseModel):
    """What a task tells of its incident."""

    id: UUID
    number: str
    title: str
    level: int
    lon: float | None
    lat: float | None
    address: str


class TaskUnitOut(BaseModel):
    """The unit a task was given to."""

    id: UUID
    code: str
    name: Text
    kind: str


class ReceiptOut(BaseModel):
    """What became of the order on its way to the vehicle's terminal."""

    state: Literal["none", "queued", "sent", "delivered", "failed", "expired"]
    sent_at: Instant | None
    delivered_at: Instant | None
    reason: str


class ProposalOut(BaseModel):
    """What the vehicle's position suggests; a person confirms it."""

    event: str
    at: Instant
    reason: Text


class PhotoOut(BaseModel):
    """A photo from the field."""

    id: UUID
    taken_at: Instant
    url: str


class SuccessorOut(BaseModel):
    """Who could come instead of a unit that will not; `task_id` when policy has asked it already."""

    unit_id: UUID
    unit_code: str
    unit_name: Text
    reasons: list[Text]
    at: Instant
    task_id: UUID | None


class HelpOut(BaseModel):
    """A crew's call for more."""

    id: UUID
    kinds: list[str]
    count: int
    note: str
    at: Instant
    state: Literal["open", "answered", "withdrawn"]
    answer: str
    answered_by: str
    answered_at: Instant | None


class ParOut(BaseModel):
    """The safety check that runs for a crew in danger; `due_at` is set while an answer is awaited."""

    id: UUID
    every_s: int
    grace_s: int
    reason: str
    next_at: Instant
    asked_at: Instant | None
    due_at: Instant | None
    missed: int
    alarm_id: UUID | None


class TaskOut(BaseModel):
    """One unit's order in one incident."""

    id: UUID
    incident: TaskIncidentOut
    unit: TaskUnitOut
    state: str
    next: list[str]
    order: str
    created_by: str
    offered_at: Instant
    starts_at: Instant | None
    expires_at: Instant
    ended_at: Instant | None
    stamps: dict[str, Instant]
    decline_reason: str
    receipt: ReceiptOut
    proposal: ProposalOut | None
    successor: SuccessorOut | None
    help: list[HelpOut]
    par: ParOut | None
    photos: list[PhotoOut]
    version: int


class HeardOut(TaskOut):
    """The task after a report; `why_not` says why the report was kept and does not count."""

    why_not: Text | None


class StampOut(BaseModel):
    """One report: when it happened by the device and when the centre got it, where, by whom, whether it counts."""

    event: str
    at: Instant
    device_at: Instant
    recorded_at: Instant
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    source: str
    actor: str
    counted: bool


class TaskDetailOut(TaskOut):
    """A task with everything that was reported of it."""

    trail: list[StampOut]


class TasksOut(BaseModel):
    """Tasks within scope, newest first."""

    items: list[TaskOut]
    as_of: Instant


class AssignIn(Body):
    """Whom to send with which order; `starts_at` reserves the unit for later.

    `override`: why a unit that is off duty, out of service or short of crew is sent all the same. `reason`: why this
    unit and not the one that the ranking names first.
    """

    unit_id: UUID
    order: str = Field(min_length=1, max_length=1000)
    expires_s: int | None = Field(default=None, ge=15, le=3600)
    starts_at: AwareDatetime | None = None
    override: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=200)


class TaskEventIn(Body):
    """What happened; `client_id` makes sending it twice harmless. Times are those of the device's clock."""

    event: Literal[
        "accept", "decline", "depart", "stage", "arrive", "work", "transport", "deliver", "complete", "hand_over",
        "cancel", "fail",
    ]  # fmt: skip
    client_id: UUID
    device_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    accuracy_m: float | None = Field(default=None, ge=0)
    note: str = Field(default="", max_length=1000)
    reason: str = Field(default="", max_length=500)


class PolicyOut(BaseModel):
    """How offers of a level are dealt with; `shipped`: as delivered, an example to be set by the county."""

    level: int
    life_s: int
    auto_next: bool
    shipped: bool


class PoliciesOut(BaseModel):
    """The policies of all levels."""

    items: list[PolicyOut]


class PolicyIn(Body):
    """How offers of a level are to be dealt with."""

    level: int = Field(ge=1, le=4)
    life_s: int = Field(ge=15, le=3600)
    auto_next: bool


def task_out(task: Task) -> TaskOut:
    """A task as it goes over the wire."""
    later = task.successor
    return TaskOut(
        id=task.id,
        incident=TaskIncidentOut(
            id=task.incident_id, number=task.incident_number, title=task.incident_title, level=task.incident_level,
            lon=task.incident_lon, lat=task.incident_lat, address=task.incident_address,
        ),
        unit=TaskUnitOut(id=task.unit_id, code=task.unit_code, name=task.unit_name, kind=task.unit_kind),
        state=task.state, next=next_events(task.state), order=task.order_text, created_by=task.created_by,
        offered_at=task.created_at, starts_at=task.starts_at, expires_at=task.expires_at, ended_at=task.ended_at,
        stamps={state: datetime.fromisoformat(at) for state, at in task.stamps.items()},
        decline_reason=task.decline_reason,
        receipt=ReceiptOut.model_validate({
            "state": task.command_state or "none", "sent_at": task.sent_at, "delivered_at": task.delivered_at,
            "reason": task.command_reason or "",
        }),
        proposal=ProposalOut.model_validate(task.proposal) if task.proposal else None,
        successor=SuccessorOut(
            unit_id=later["unit_id"], unit_code=later["unit_code"], unit_name=Text(later["zh"], later["en"]),
            reasons=[Text(**reason) for reason in later["reasons"]], at=later["at"], task_id=later["task_id"],
        ) if later else None,
        help=[HelpOut.model_validate(call) for call in task.help_calls],
        par=ParOut.model_validate(task.par) if task.par else None,
        photos=[
            PhotoOut(id=p["id"], taken_at=p["taken_at"], url=f"/api/photos/{p['id']}") for p in task.photos
        ],
        version=task.version,
    )  # fmt: skip


def stamp_out(stamp: Stamp) -> StampOut:
    """A report as it goes over the wire."""
    return StampOut(
        event=stamp.event, at=stamp.at, device_at=stamp.device_at, recorded_at=stamp.recorded_at, lon=stamp.lon,
        lat=stamp.lat, accuracy_m=stamp.accuracy_m, source=stamp.source, actor=stamp.actor, counted=stamp.counted,
    )  # fmt: skip
