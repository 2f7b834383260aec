"""What is a task, a call for help, a cry for rescue, a safety check? Types, and the bounds they are held to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from mudan.primitives.text import Text

ARRIVED_M: Final = 150.0  # metres from the scene that count as being there, once the vehicle stands
ARRIVED_KMH: Final = 5.0
DEPARTED_M: Final = 300.0

LATE: Final = timedelta(seconds=60)  # what the centre does so much after its time is said to be late


class OfferPolicy(NamedTuple):
    """How long an offer of a level waits for its answer, and whether the next unit is then asked unasked."""

    level: int
    life: timedelta
    auto_next: bool


# 示例: to be set by the county. Life-threatening levels wait one minute; nobody is sent without a person.
OFFER_POLICIES: Final = {
    1: OfferPolicy(1, timedelta(seconds=60), auto_next=False),
    2: OfferPolicy(2, timedelta(seconds=60), auto_next=False),
    3: OfferPolicy(3, timedelta(minutes=3), auto_next=False),
    4: OfferPolicy(4, timedelta(minutes=5), auto_next=False),
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """One report as it was recorded: what, when by the device and by the centre, where, by whom."""

    event: str
    state: str
    at: datetime
    device_at: datetime
    recorded_at: datetime
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    source: str
    actor: str
    counted: bool


@dataclass(frozen=True, slots=True)
class Task:
    """One unit's order in one incident, with all its time stamps and the receipt of its terminal."""

    id: UUID
    space: int
    incident_id: UUID
    incident_number: str
    incident_title: str
    incident_level: int
    incident_lon: float | None
    incident_lat: float | None
    incident_address: str
    unit_id: UUID
    unit_code: str
    unit_name: Text
    unit_kind: str
    unit_vehicle: int | None
    area_code: str
    department: str | None
    state: str
    order_text: str
    created_by: str
    created_at: datetime
    starts_at: datetime | None
    expires_at: datetime
    ended_at: datetime | None
    stamps: dict[str, str]
    decline_reason: str
    proposal: dict[str, Any] | None
    successor: dict[str, Any] | None
    version: int
    command_id: UUID | None
    command_state: str | None
    command_reason: str | None
    sent_at: datetime | None
    delivered_at: datetime | None
    photos: list[dict[str, Any]]
    help_calls: list[dict[str, Any]]
    par: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class HelpCall:
    """A crew asks for more: which capabilities, how many."""

    id: UUID
    task_id: UUID
    incident_id: UUID
    unit_name: Text
    kinds: tuple[str, ...]
    count: int
    note: str
    at: datetime
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Panic:
    """A responder cries for rescue. `late`: it waited on the phone for network before it came."""

    id: UUID
    space: int
    person_id: UUID
    person_name: str
    unit_id: UUID | None
    unit_code: str | None
    unit_name: Text | None
    task_id: UUID | None
    incident_id: UUID | None
    area_code: str
    department: str | None
    at: datetime
    device_at: datetime
    recorded_at: datetime
    late: bool
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    note: str
    alarm_id: UUID | None
    state: str
    ended_by: str
    ended_at: datetime | None
    end_reason: str
    version: int


@dataclass(frozen=True, slots=True)
class Par:
    """A safety check (PAR) of one crew in danger, as it stands in the database."""

    id: UUID
    space: int
    task_id: UUID
    incident_id: UUID
    unit_id: UUID
    area_code: str
    department: str | None
    every_s: int
    grace_s: int
    reason: str
    started_by: str
    next_at: datetime
    asked_at: datetime | None
    due_at: datetime | None
    missed: int
    state: str
    version: int
