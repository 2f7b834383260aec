"""In which phase is an incident, and where can it go from there?

    new ─▶ triage ─▶ accepted ─▶ dispatching ─▶ responding ─▶ on_scene ─▶ controlled ─▶ recovery
     └──────┴─▶ rejected │ duplicate     (any open phase) ─▶ suspended │ transferred       │
                                         (any open phase) ─▶ closing ─▶ closed ─▶ reopened ◀┘

Phases move on by themselves as tasks do (never back), or by a person. Closing needs every task ended and a
disposition. The timeline only grows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

KINDS: Final = ("flood", "waterlogging", "road_accident", "fire", "medical", "hazmat", "elder_help", "other")
DISPOSITIONS: Final = ("resolved", "false_alarm", "transferred", "duplicate", "exercise", "no_action")

_NEXT: Final[dict[str, tuple[str, ...]]] = {
    "new": ("triage", "accepted", "rejected", "duplicate"),
    "triage": ("accepted", "rejected", "duplicate"),
    "accepted": ("dispatching", "controlled", "suspended", "transferred", "closing"),
    "dispatching": ("responding", "on_scene", "controlled", "suspended", "transferred", "closing"),
    "responding": ("on_scene", "controlled", "suspended", "transferred", "closing"),
    "on_scene": ("controlled", "suspended", "transferred", "closing"),
    "controlled": ("on_scene", "recovery", "suspended", "transferred", "closing"),
    "recovery": ("controlled", "suspended", "transferred", "closing"),
    "reopened": ("dispatching", "on_scene", "controlled", "suspended", "transferred", "closing"),
    "suspended": ("accepted", "closing"),
    "transferred": ("accepted", "closing"),
    "closing": ("controlled", "closed"),
    "closed": ("reopened",),
    "rejected": ("reopened",),
    "duplicate": ("reopened",),
}
ENDED: Final = ("closed", "rejected", "duplicate")
PHASES: Final = tuple(_NEXT)
_ORDER: Final = ("new", "triage", "accepted", "reopened", "dispatching", "responding", "on_scene")


@dataclass(frozen=True, slots=True)
class Incident:
    """One matter under command."""

    id: UUID
    space: int
    number: str
    title: str
    kind: str
    level: int
    phase: str
    lon: float | None
    lat: float | None
    address: str
    area_code: str
    department: str | None
    commander: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    disposition: str | None
    summary: str
    version: int
    alarm_count: int
    tasks: int
    open_tasks: int


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline: when it happened and when it was recorded."""

    seq: int
    at: datetime
    recorded_at: datetime
    source: str
    actor: str
    kind: str
    text_zh: str
    text_en: str
    detail: dict[str, object]


def next_phases(phase: str) -> tuple[str, ...]:
    """Where a person may take an incident from a phase."""
    return _NEXT[phase]


def advanced(phase: str, task_state: str) -> str:
    """The phase after a task has reached a state; an incident is never taken back by a task."""
    wanted = {
        "offered": "dispatching",
        "accepted": "responding",
        "en_route": "responding",
        "on_scene": "on_scene",
        "working": "on_scene",
    }.get(task_state)
    if wanted is None or phase not in _ORDER:
        return phase
    return wanted if _ORDER.index(wanted) > _ORDER.index(phase) else phase


def is_open(phase: str) -> bool:
    """Whether the incident has not ended."""
    return phase not in ENDED
