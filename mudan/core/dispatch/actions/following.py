"""What is noticed while crews drive: when they will be there, who is late, off the way or cut off?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import cos, radians
from typing import Final
from uuid import UUID

import numpy as np

from mudan.core.dispatch import queries, store
from mudan.core.dispatch.queries import Driving
from mudan.core.incidents import actions as incidents
from mudan.core.roads.queries import Router
from mudan.primitives.changes import Changes
from mudan.primitives.errors import MudanError
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

OFF_ROUTE_M: Final = 400.0  # 示例
LATE_S: Final = 180.0  # 示例: so much later than first told is said
LINE_POINTS: Final = 400


async def follow(connection: Connection, router: Router, now: datetime) -> Changes:
    """Work out anew when each crew on its way arrives; say it when one is late, off its way or cut off."""
    changes = Changes()
    for task in await store.end_drives(connection, now):
        changes.tasks.add(task)
    if not router.ready:
        return changes
    for one in await queries.driving(connection):
        await _follow_one(connection, router, one, now, changes)
    return changes


async def predict_anew(connection: Connection, incident: UUID) -> None:
    """The incident is elsewhere: how the drives to it were predicted says nothing any more."""
    await store.forget_predictions(connection, incident)


async def _follow_one(
    connection: Connection, router: Router, one: Driving, now: datetime, changes: Changes
) -> None:
    profile = "truck" if one.unit_kind in ("fire", "flood_rescue") else "car"
    try:
        way = router.route(one.here, one.target, profile, space=one.space)
    except MudanError:
        return
    before = one.drive
    expected = now + timedelta(seconds=way.seconds) if way.reachable else None
    predicted = before.predicted_at if before is not None else (expected or now)
    late = expected is not None and (expected - predicted).total_seconds() > LATE_S
    off_route = before is not None and _off(one.here, before.line) and one.state == "en_route"
    await store.put_drive(
        connection,
        {
            "task_id": one.task_id, "space": one.space, "area_code": one.area_code, "department": one.department,
            "at": now, "predicted_at": predicted, "expected_at": expected, "metres": way.metres if way.reachable else 0,
            "line": _thinned(way.line) if way.reachable else [], "closure_version": way.closure_version,
            "cut_off": not way.reachable, "late": late, "off_route": off_route,
        },
    )  # fmt: skip
    told = (before.cut_off, before.late, before.off_route) if before is not None else (False, False, False)
    for is_now, was, words in zip((not way.reachable, late, off_route), told, _NOTICED, strict=True):
        if is_now and not was:
            text = Text(f"{one.unit_name.zh}{words.zh}", f"{one.unit_name.en} {words.en}")
            await incidents.log(
                connection, one.incident_id, "drive", text, source="system", actor="system", now=now,
                detail={"task": str(one.task_id)},
            )  # fmt: skip
            changes.tasks.add(one.task_id)
    changes.touch("dispatch", one.space, one.incident_id)


_NOTICED: Final = (
    Text("前方道路全部中断，无法到达", "can no longer arrive: every way is closed"),
    Text("预计晚于派遣时的到达时间", "will arrive later than first told"),
    Text("偏离原路线", "has left its route"),
)


def _off(here: Point, line: Sequence[Sequence[float]]) -> bool:
    """Whether a vehicle is far from the line that it was to drive."""
    if len(line) < 2:
        return False
    metres = np.array([111_320.0 * cos(radians(here.lat)), 110_540.0])
    points = (np.array(line) - np.array(here)) * metres
    start, along = points[:-1], np.diff(points, axis=0)
    length = np.maximum((along**2).sum(axis=1), 1e-9)
    share = np.clip(-(start * along).sum(axis=1) / length, 0, 1)
    nearest = start + along * share[:, None]
    return bool(np.hypot(nearest[:, 0], nearest[:, 1]).min() > OFF_ROUTE_M)


def _thinned(line: Sequence[Point]) -> list[list[float]]:
    step = max(1, len(line) // LINE_POINTS)
    kept = [*line[::step], line[-1]] if line else []
    return [[round(point.lon, 6), round(point.lat, 6)] for point in kept]
