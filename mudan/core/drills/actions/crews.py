"""Who drives in an exercise where nobody plays the crew? Stand-ins that report and move as crews do.

They speak by the same actions as crews, and their vehicles are observed as vehicles are: what people see of
them is the centre's own doing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mudan.core.drills.model import Drill
from mudan.core.drills.model.crews import MOVING, SPEED_MS, along, next_report
from mudan.core.people import queries as people
from mudan.core.tasks import queries as task_queries
from mudan.core.tasks.actions.reports import FieldEvent, record
from mudan.core.tasks.model import Task
from mudan.core.units import queries as units
from mudan.core.units.model import Unit
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict
from mudan.primitives.geo import Point, bearing_deg, distance_m
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

NAME: Final = "演练替身"
HOME_M: Final = 200.0
MOST: Final = 2_000
Way = Callable[
    [Point, Point], Sequence[Point]
]  # a way by road from here to there; the straight line without roads


@dataclass(slots=True)
class Moves:
    """Where the vehicles of stand-ins are now: (entity, place, km/h, heading), and what changed."""

    vehicles: list[tuple[int, Point, float, float]] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)


async def stand_in(connection: Connection, drill: Drill, way: Way, now: datetime, step_s: float) -> Moves:
    """Let every crew that nobody plays do what it would, `step_s` wall seconds after the last time.

    The work must be in the scope of the exercise's space.
    """
    moves = Moves()
    played = await people.crews_in_space(connection, drill.space)
    crews = [unit for unit in await units.all_units(connection) if unit.id not in played]
    open_tasks = await task_queries.several(connection, open_only=True, limit=MOST)
    for unit in crews:
        own = [task for task in open_tasks if task.unit_id == unit.id and task.state != "planned"]
        task = min(own, key=lambda one: one.created_at, default=None)
        left_m = _drive(moves, unit, task, way, step_s * drill.scale)
        if task is not None:
            await _report(connection, moves, drill, task, left_m, now)
    return moves


def _drive(moves: Moves, unit: Unit, task: Task | None, way: Way, drill_step_s: float) -> float | None:
    """Move the vehicle on; the metres that it still has to go, None when it goes nowhere."""
    if unit.vehicle is None:
        return 0.0
    here = unit.point or unit.home
    to = _wanted(unit, task)
    if to is None:
        if task is None and unit.point is not None and not (unit.speed_kmh or 0):
            return None
        moves.vehicles.append((unit.vehicle, here, 0.0, 0.0))
        return None
    there, left_m = along([here, *way(here, to), to], SPEED_MS * drill_step_s)
    speed = SPEED_MS * 3.6 if left_m > 0 else 0.0
    moves.vehicles.append((unit.vehicle, there, speed, bearing_deg(here, there)))
    return left_m


def _wanted(unit: Unit, task: Task | None) -> Point | None:
    if task is None:
        here = unit.point
        return unit.home if here is not None and distance_m(here, unit.home) > HOME_M else None
    if task.state not in MOVING or task.incident_lon is None or task.incident_lat is None:
        return None
    return Point(task.incident_lon, task.incident_lat)


async def _report(
    connection: Connection, moves: Moves, drill: Drill, task: Task, left_m: float | None, now: datetime
) -> None:
    since = datetime.fromisoformat(task.stamps.get(task.state, task.created_at.isoformat()))
    if task.state == "en_route" and task.incident_lon is None:
        left_m = 0.0  # an incident without a place is reached at once
    event = next_report(task.state, (now - since).total_seconds() * drill.scale, left_m)
    if event is None:
        return
    await task_queries.lock(connection, task.id)
    fresh = await task_queries.one(connection, task.id)
    if fresh.state != task.state:
        return
    try:
        async with connection.transaction():
            await record(connection, fresh, FieldEvent(event, new_id(), now), "field", NAME, now)
    except Conflict:
        return
    moves.changes.tasks.add(task.id)
    moves.changes.units.add(task.unit_id)
