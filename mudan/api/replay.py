"""How did it look then? A past period of reality or of one exercise, as columns for the map and the list."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel

from mudan.api.centre import work
from mudan.api.drills.inside import reader_of
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.people.model import Actor
from mudan.core.replay import queries
from mudan.core.replay.model import DEGREES, MOST_POINTS, MOST_ROWS, MOST_STEPS, MOST_WINDOW, Replay
from mudan.primitives.text import Text

router = APIRouter(tags=["replay"])
Level = Literal[1, 2, 3, 4]
Reader = Annotated[Actor, Depends(requires("reviews.read"))]


class LimitsOut(BaseModel):
    """What one request may ask for; `rows` of each kind but positions."""

    window_s: int
    steps: int
    points: int
    rows: int


_LIMITS = LimitsOut(
    window_s=int(MOST_WINDOW.total_seconds()), steps=MOST_STEPS, points=MOST_POINTS, rows=MOST_ROWS
)


class TrackOut(BaseModel):
    """Where one thing was: three columns; `lon` and `lat` in units of `1 / degrees` degree."""

    id: str
    name: Text
    kind: str
    unit: str
    at_s: list[float]
    lon: list[int]
    lat: list[int]


class HomeOut(BaseModel):
    """Where a unit belongs; it is shown there while it had told no place."""

    id: str
    name: Text
    kind: str
    lon: float
    lat: float


class PastAlarmOut(BaseModel):
    """An alarm; `steps` are (second, raised | acknowledged | cleared)."""

    id: str
    level: Level
    title: Text
    entity: str
    name: Text
    lon: float | None
    lat: float | None
    steps: list[tuple[float, str]]


class PastIncidentOut(BaseModel):
    """An incident; `levels` and `phases` are (second, value)."""

    id: str
    number: str
    title: str
    kind: str
    lon: float | None
    lat: float | None
    from_s: float
    until_s: float | None
    levels: list[tuple[float, Level]]
    phases: list[tuple[float, str]]


class PastTaskOut(BaseModel):
    """An order to a unit; `steps` are (second, state)."""

    id: str
    incident: str
    unit: str
    name: Text
    order_text: str
    steps: list[tuple[float, str]]


class PastClosureOut(BaseModel):
    """A closure as it was drawn, from when to when."""

    id: str
    reason: str
    source: str
    geometry: dict[str, Any]
    depth_m: float | None
    penalty: float | None
    from_s: float
    until_s: float | None


class CircleOut(BaseModel):
    """A circle by its middle."""

    lon: float
    lat: float
    radius_km: float


class PastWarningOut(BaseModel):
    """A warning that was in force; polygons are rings of (lon, lat)."""

    id: str
    level: Level
    headline: Text
    polygons: list[list[tuple[float, float]]]
    circles: list[CircleOut]
    from_s: float
    until_s: float | None


class PastResponseOut(BaseModel):
    """A response; `levels` are (second, level's key or nothing)."""

    id: str
    title: Text
    incident: str | None
    from_s: float
    levels: list[tuple[float, str | None]]


class PastLineOut(BaseModel):
    """One thing that happened. `mark` says of what: an incident's number, a station's name."""

    at_s: float
    noun: str
    ref: str
    level: Level | None
    mark: str
    text: Text


class ReplayOut(BaseModel):
    """A past period. All `…_s` are seconds since `start`, negative for what had begun before.

    `space` 0 is reality. `cut` names the kinds of which there was more than is given.
    """

    space: int
    start: Instant
    end: Instant
    step_s: int
    degrees: int
    limits: LimitsOut
    tracks: list[TrackOut]
    homes: list[HomeOut]
    alarms: list[PastAlarmOut]
    incidents: list[PastIncidentOut]
    tasks: list[PastTaskOut]
    closures: list[PastClosureOut]
    warnings: list[PastWarningOut]
    responses: list[PastResponseOut]
    lines: list[PastLineOut]
    cut: list[str]
    as_of: Instant


@router.get("/api/replay")
async def replay(
    actor: Reader,
    request: Request,
    start: Annotated[AwareDatetime, Query(alias="from")],
    end: Annotated[AwareDatetime, Query(alias="to")],
    step_s: Annotated[int | None, Query(ge=1, le=3600)] = None,
    drill: UUID | None = None,
) -> ReplayOut:
    """What was recorded from one time to another; of an exercise when one is named.

    At most 7 days, 2,000 steps and 200,000 positions; a step that suits is taken unless one is given.
    """
    actor = await reader_of(actor, request, drill)
    async with work(actor, request) as unit:
        found = await queries.replay(unit.connection, actor.scope.space, start, end, step_s, unit.now)
    return _out(found, actor.scope.space, {"as_of": unit.now})


def _out(found: Replay, space: int, more: Mapping[str, Any]) -> ReplayOut:
    span = found.window
    return ReplayOut.model_validate(
        {
            "space": space, "start": span.start, "end": span.end, "step_s": span.step_s,
            "degrees": DEGREES, "limits": _LIMITS, "tracks": found.tracks, "homes": found.homes,
            "alarms": found.alarms, "incidents": found.incidents, "tasks": found.tasks,
            "closures": found.closures, "warnings": found.warnings, "responses": found.responses,
            "lines": found.lines, "cut": found.cut, **more,
        },
        from_attributes=True,
    )  # fmt: skip
