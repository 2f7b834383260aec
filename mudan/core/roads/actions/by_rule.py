"""What closes a road by rule: the water measured beside it, ground to keep off, and how it opens again?

dry ──depth ≥ begins──▶ closed, deeper or shallower by steps ──depth < begins − hysteresis──▶ open
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.roads import queries
from mudan.core.roads.actions.closing import NewClosure, change, close, end
from mudan.core.roads.model import (
    DEPTH_HYSTERESIS_M,
    DEPTH_STEPS,
    EVERY_CLASS,
    Closure,
    Confidence,
    Source,
)
from mudan.primitives.errors import Invalid
from mudan.storage.pool import Connection

FIRST_STEP_M: Final = DEPTH_STEPS[0][0]
LEFT_OPEN: Final = timedelta(minutes=30)  # 示例: so long the word of whoever opened it stands against a gauge


async def close_by_depth(
    connection: Connection,
    *,
    ref: str,
    geometry: dict[str, Any],
    depth_m: float,
    reason: str,
    now: datetime,
    space: int,
    area_code: str,
    by: str,
    begins_m: float = FIRST_STEP_M,
    incident_id: UUID | None = None,
    example: bool = True,
) -> Closure | None:
    """Let water of this depth on a road close it, change what it closes, or open it again.

    `ref` is the plan's own name for the place: the same place has one standing closure however often this is
    called. Returns the standing closure, or None when the road is open. It begins at `begins_m`, and opens only
    when the water is DEPTH_HYSTERESIS_M below that. What a person opened stays open for LEFT_OPEN.
    """  # fmt: skip
    if not ref:
        raise Invalid("a closure by depth needs a name of its place", field="ref")
    found = await queries.of_ref(connection, space, Source.PLAN, ref)
    before_m = found.closing.depth_m or 0.0 if found is not None else 0.0
    depth = held_depth(before_m, depth_m, begins_m)
    if depth < begins_m:
        if found is not None:
            gone = f"积水已退至 {depth_m:.2f} 米 water down to {depth_m:.2f} m"
            await end(connection, found.id, found.version, gone, by, now)
        return None
    if found is None:
        opened = await queries.last_ended(connection, space, Source.PLAN, ref)
        if opened is not None and opened.ended_by != by and _left_open(opened, now):
            return None
        new = NewClosure(
            geometry, reason, depth_m=depth, source=Source.PLAN, source_ref=ref, incident_id=incident_id,
            confidence=Confidence.ESTIMATED, example=example,
        )  # fmt: skip
        return await close(connection, new, now, by=by, space=space, area_code=area_code)
    same_step = step_of(depth, begins_m) == step_of(before_m, begins_m)
    if abs(depth - before_m) < DEPTH_HYSTERESIS_M and same_step:
        return found
    return await change(connection, found, found.version, {"depth_m": depth}, reason, by, now)


def _left_open(opened: Closure, now: datetime) -> bool:
    return opened.ended_at is not None and now - opened.ended_at < LEFT_OPEN


def held_depth(before_m: float, depth_m: float, begins_m: float = FIRST_STEP_M) -> float:
    """The depth that counts: falling water still counts as a step until it is clearly below it."""
    for step_m in reversed(_steps(begins_m)):
        if before_m >= step_m > depth_m > step_m - DEPTH_HYSTERESIS_M:
            return step_m
    return depth_m


def step_of(depth_m: float, begins_m: float = FIRST_STEP_M) -> int:
    """How many of the depth steps such water has reached."""
    return sum(depth_m >= step_m for step_m in _steps(begins_m))


def _steps(begins_m: float) -> list[float]:
    return [begins_m, *(step_m for step_m, _ in DEPTH_STEPS if step_m > begins_m)]


async def keep_off(
    connection: Connection,
    *,
    ref: str,
    geometry: dict[str, Any],
    penalty: float,
    reason: str,
    now: datetime,
    space: int,
    area_code: str,
    by: str,
    incident_id: UUID | None = None,
    classes: tuple[str, ...] = EVERY_CLASS,
    ends_at: datetime | None = None,
    example: bool = True,
) -> Closure:
    """Let vehicles go round an area where they can (the upwind rule); called again, the area moves."""
    found = await queries.of_ref(connection, space, Source.PLAN, ref)
    if found is None:
        new = NewClosure(
            geometry, reason, classes=classes, penalty=penalty, source=Source.PLAN, source_ref=ref,
            incident_id=incident_id, ends_at=ends_at, confidence=Confidence.ESTIMATED, example=example,
        )  # fmt: skip
        return await close(connection, new, now, by=by, space=space, area_code=area_code)
    if found.geometry == geometry and found.ends_at == ends_at:
        return found
    changed = {"geometry": geometry, "ends_at": ends_at}
    return await change(connection, found, found.version, changed, reason, by, now)


async def open_all(
    connection: Connection, *, under: str, reason: str, now: datetime, space: int, by: str
) -> list[UUID]:
    """Lift everything that a plan closed under names that begin so; returns which."""
    standing = await queries.under_ref(connection, space, Source.PLAN, under)
    for one in standing:
        await end(connection, one.id, one.version, reason, by, now)
    return [one.id for one in standing]
