"""In which state is a drill, and how late is it on its own clock?

    ready ──start──▶ running ⇄ pause / resume ⇄ paused
      │                 └──────────── end ─────────┴──▶ ended
      └────── end ──────────────────────────────────────▲

The drill's clock runs `scale` times as fast as the wall's while it is running and stands otherwise. Nothing of
it is kept in memory: what was reached, and since when it runs on, are stored.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text

CHART: Final[dict[tuple[str, str], str]] = {
    ("ready", "start"): "running",
    ("running", "pause"): "paused",
    ("paused", "resume"): "running",
    ("ready", "end"): "ended",
    ("running", "end"): "ended",
    ("paused", "end"): "ended",
}


@dataclass(frozen=True, slots=True)
class Drill:
    """One exercise and the data space that belongs to it alone."""

    id: UUID
    space: int
    title: Text
    template: str
    area_code: str
    department: str | None
    state: str
    scale: float
    simulated: bool
    script_hash: str
    created_by: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    resumed_at: datetime | None
    elapsed_s: float
    version: int
    injects: int
    injects_done: int


@dataclass(frozen=True, slots=True)
class Inject:
    """One thing that the script lets happen, at so many seconds of the drill's clock."""

    id: UUID
    drill_id: UUID
    at_s: float
    position: int
    kind: str
    title: Text
    payload: dict[str, Any]
    state: str
    done_at: datetime | None
    done_s: float | None
    done_by: str
    result: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what the control room did."""

    seq: int
    at: datetime
    drill_s: float
    kind: str
    actor: str
    text: Text
    detail: dict[str, Any]


def moved(state: str, event: str) -> str:
    """The state after an event; raises Conflict where the chart has no such way."""
    after = CHART.get((state, event))
    if after is None:
        raise Conflict(f"a drill that is {state} cannot {event}")
    return after


def drill_s(drill: Drill, now: datetime) -> float:
    """Seconds on the drill's clock."""
    if drill.state != "running" or drill.resumed_at is None:
        return drill.elapsed_s
    return drill.elapsed_s + max(0.0, (now - drill.resumed_at).total_seconds()) * drill.scale
