"""How far is a unit with its order? One chart per unit and incident; the unit's status follows from it.

offered ──accept──▶ accepted ──depart──▶ en_route ──arrive──▶ on_scene ──work──▶ working
   │ │                 └────────────arrive────────────▶┘          └──complete──┬───┘
   │ ├─decline─▶ declined                                                      ▼
   │ └─expire──▶ expired        (any open state) ──cancel─▶ cancelled       completed
   └─ an expired offer may still be accepted late by hand of the dispatcher: a new task
                                (after accepting) ──fail──▶ failed
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text

OFFER_LIFE: Final = timedelta(minutes=5)
SKEW: Final = timedelta(minutes=5)  # a device's clock is believed within this bound
ARRIVED_M: Final = 150.0  # metres from the scene that count as being there, once the vehicle stands
ARRIVED_KMH: Final = 5.0
DEPARTED_M: Final = 300.0

CHART: Final[dict[tuple[str, str], str]] = {
    ("offered", "accept"): "accepted",
    ("offered", "decline"): "declined",
    ("offered", "expire"): "expired",
    ("offered", "cancel"): "cancelled",
    ("accepted", "depart"): "en_route",
    ("accepted", "arrive"): "on_scene",
    ("accepted", "decline"): "declined",
    ("accepted", "cancel"): "cancelled",
    ("accepted", "fail"): "failed",
    ("en_route", "arrive"): "on_scene",
    ("en_route", "cancel"): "cancelled",
    ("en_route", "fail"): "failed",
    ("on_scene", "work"): "working",
    ("on_scene", "complete"): "completed",
    ("on_scene", "cancel"): "cancelled",
    ("on_scene", "fail"): "failed",
    ("working", "complete"): "completed",
    ("working", "cancel"): "cancelled",
    ("working", "fail"): "failed",
}
ENDED: Final = frozenset({"declined", "expired", "completed", "cancelled", "failed"})
NEED_REASON: Final = frozenset({"decline", "cancel", "fail"})
CREW_EVENTS: Final = frozenset({"accept", "decline", "depart", "arrive", "work", "complete", "fail"})

STATE_WORDS: Final = {
    "offered": Text("已派单", "order sent"),
    "accepted": Text("已接受", "accepted"),
    "declined": Text("已拒绝", "declined"),
    "expired": Text("派单超时", "offer expired"),
    "en_route": Text("已出发", "en route"),
    "on_scene": Text("已到场", "on scene"),
    "working": Text("处置中", "working"),
    "completed": Text("已完成", "completed"),
    "cancelled": Text("已取消", "cancelled"),
    "failed": Text("未能完成", "failed"),
}


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
    expires_at: datetime
    ended_at: datetime | None
    stamps: dict[str, str]
    decline_reason: str
    proposal: dict[str, Any] | None
    version: int
    command_id: UUID | None
    command_state: str | None
    command_reason: str | None
    sent_at: datetime | None
    delivered_at: datetime | None
    photos: list[dict[str, Any]]


def next_events(state: str) -> list[str]:
    """What can happen to a task in a state."""
    return [event for before, event in CHART if before == state and event != "expire"]


def moved(state: str, event: str) -> str:
    """The state after an event; raises Conflict where the chart has no such way."""
    after = CHART.get((state, event))
    if after is None:
        raise Conflict(f"a task that is {state} cannot {event}")
    return after


def believed(device_at: datetime, now: datetime) -> datetime:
    """When something happened in the field: the device's time when it can be true, else now."""
    return device_at if now - timedelta(days=2) < device_at <= now + SKEW else now
