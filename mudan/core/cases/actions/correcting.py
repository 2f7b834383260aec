"""Who takes a case out of the figures or gives a group points, with which reason, and how is that undone? All stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.model.known import known_types
from mudan.core.cases.model.metrics.figures import COMPOSITES, MANUAL_MOST
from mudan.core.cases.model.metrics.periods import Period
from mudan.core.cases.model.metrics.registry import GROUPS, VERSION, metrics_over
from mudan.core.cases.queries.corrections import Correction, Evaluation
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A case that is not to count: for one metric, or (empty) for none."""

    case_id: UUID
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """Points that a group gets (or loses) in a composite of a window (empty: the vital sign)."""

    period: Period
    grouping: str
    key: str
    points: float
    composite: str = ""


async def exclude(
    connection: Connection, which: UUID, out: Exclusion, reason: str, actor: Actor, now: datetime
) -> Correction:
    """Take a case out; the same id again changes nothing. Raises NotFound, Invalid, Conflict."""
    case = await queries.one(connection, out.case_id)
    if out.metric and out.metric not in {one.name for one in metrics_over(known_types())}:
        raise Invalid("there is no such metric", field="metric")
    return await _made(
        connection, which, reason, actor, now,
        {"kind": "exclude", "metric": out.metric, "case_id": case.id, "area_code": case.area_code,
         "department": case.situation.owner},
    )  # fmt: skip


async def give_points(
    connection: Connection, which: UUID, given: Points, reason: str, actor: Actor, now: datetime
) -> Correction:
    """Give a group points, at most ten; the same id again changes nothing. Raises Invalid, Conflict."""
    points = round(given.points, 1)
    if not 0.1 <= abs(points) <= MANUAL_MOST:
        raise Invalid(f"points are given or taken, at most {MANUAL_MOST:g}", field="points")
    if given.grouping not in GROUPS or given.grouping in ("post", "collectors"):
        raise Invalid("points are for areas, departments, classes and types", field="grouping")
    if given.composite not in COMPOSITES or (given.composite and given.grouping != "area"):
        raise Invalid("there is no such composite of such groups", field="composite")
    if given.grouping == "area" and not given.key.startswith(actor.scope.area):
        raise Invalid("there is no such group", field="key")
    return await _made(
        connection, which, reason, actor, now,
        {"kind": "points", "metric": given.composite, "grouping": given.grouping, "key": given.key,
         "since": given.period.since, "until": given.period.until, "points": points,
         "area_code": given.key if given.grouping == "area" else actor.scope.area,
         "department": given.key if given.grouping == "department" else None},
    )  # fmt: skip


async def _made(
    connection: Connection, which: UUID, reason: str, actor: Actor, now: datetime, row: dict[str, Any]
) -> Correction:
    if not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    given = {"id": which, "space": actor.scope.space, "reason": reason.strip(), "made_at": now, "made_by": actor.name,
             "made_by_id": actor.person, **row}  # fmt: skip
    new = await store.insert_correction(connection, given)
    made = await queries.correction(connection, which)
    if not new and (made.kind, made.case_id, made.key, made.reason) != (
        given["kind"], given.get("case_id"), given.get("key"), given["reason"],
    ):  # fmt: skip
        raise Conflict("another correction has this id")
    return made


async def withdraw(
    connection: Connection, which: UUID, reason: str, actor: Actor, now: datetime
) -> Correction:
    """Let a correction hold no more; it stays. The same again changes nothing. Raises NotFound, Invalid, Conflict."""
    if not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    known = await queries.correction(connection, which)
    if known.withdrawn_at is not None:
        if known.withdrawn_reason != reason.strip():
            raise Conflict("this correction was withdrawn before")
        return known
    await store.withdraw_correction(connection, which, now, actor.name, reason.strip())
    return await queries.correction(connection, which)


async def keep_evaluation(
    connection: Connection,
    which: UUID,
    asked: dict[str, Any],
    figures: dict[str, Any],
    note: str,
    actor: Actor,
    now: datetime,
) -> Evaluation:
    """Keep an evaluation as it is now; the same id again changes nothing."""
    await store.insert_evaluation(
        connection,
        {"id": which, "space": actor.scope.space, "area_code": actor.scope.area, "asked": asked,
         "version": VERSION, "figures": figures, "note": note.strip(), "made_at": now, "made_by": actor.name,
         "made_by_id": actor.person},
    )  # fmt: skip
    return await queries.evaluation(connection, which)
