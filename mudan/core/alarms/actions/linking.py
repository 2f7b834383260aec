"""How are alarms of different systems suggested to be one matter, and how is that decided?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from mudan.core.alarms import queries, store
from mudan.core.alarms.model import Suggestion, Tuning, compared
from mudan.core.alarms.model.correlation import strongest, upstream
from mudan.core.alarms.queries.links import Near
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

AT_ONCE: Final = 50  # alarms compared in one tick, so that a storm never holds the tick
AGAINST: Final = 200
EACH: Final = 3  # suggestions an alarm


async def correlate(connection: Connection, now: datetime) -> Changes:
    """Compare the alarms that have come with those around them, and suggest what may be one matter."""
    changes = Changes()
    fresh = await queries.uncorrelated(connection, AT_ONCE)
    if not fresh:
        return changes
    rivers, tuning = await queries.downstream(connection), await queries.tuning(connection)
    for near in fresh:
        if near.seen.family != "equipment":
            await _compare(connection, near, rivers, tuning, now, changes)
    await store.correlated(connection, [near.seen.id for near in fresh])
    return changes


async def _compare(
    connection: Connection,
    near: Near,
    rivers: dict[str, str],
    tuning: Tuning,
    now: datetime,
    changes: Changes,
) -> None:
    one, window = near.seen, timedelta(minutes=tuning.window_min)
    around = await queries.neighbours(
        connection, near.space, one.raised_at - window, one.raised_at + window, AGAINST
    )
    before = await queries.judged_before(connection, one, [other.seen for other in around])
    found: list[tuple[UUID, Suggestion]] = []
    for other in around:
        decided = before.get(other.seen.id)
        suggestion = compared(
            one, other.seen, hops=_hops(near, other, rivers), tuning=tuning,
            accepted=decided.accepted if decided else 0, rejected=decided.rejected if decided else 0,
        )  # fmt: skip
        if suggestion is not None:
            found.append((other.seen.id, suggestion))
    for other_id, suggestion in strongest(found, EACH):
        if await store.suggest(connection, _row(near, other_id, suggestion, now)):
            changes.touch("alarms", near.space, one.id)


def _hops(one: Near, other: Near, rivers: dict[str, str]) -> int | None:
    """How many gauges apart two alarms are along one river, None when they are not."""
    if one.device is None or other.device is None:
        return None
    return upstream(rivers, one.device, other.device)


def _row(near: Near, other: UUID, suggestion: Suggestion, now: datetime) -> dict[str, Any]:
    first, second = sorted((near.seen.id, other))
    return {
        "id": new_id(), "space": near.space, "area_code": near.area_code, "department": near.department,
        "alarm": second, "other": first, "score": suggestion.score, "reasons": suggestion.plain(), "now": now,
    }  # fmt: skip


async def decide_link(
    connection: Connection, link_id: UUID, verdict: Literal["accepted", "rejected"], now: datetime, *, by: str
) -> dict[str, Any]:
    """Somebody judges a suggestion, once; it counts for the next such pair. Raises NotFound, Conflict."""
    link = await queries.link(connection, link_id)
    if link["state"] != "suggested":
        raise Conflict("somebody has judged it already")
    await store.decide_link(connection, link_id, verdict, now, by)
    for one, other in ((link["alarm_id"], link["other_id"]), (link["other_id"], link["alarm_id"])):
        await store.note(
            connection, one, now, f"link_{verdict}", by, {"other": str(other), "score": link["score"]}
        )
    return link


async def checked_for_incidents(connection: Connection, alarms: Sequence[UUID], now: datetime) -> None:
    """These alarms have been held against the open incidents; again when they have called anew."""
    await store.checked_for_incidents(connection, alarms, now)
