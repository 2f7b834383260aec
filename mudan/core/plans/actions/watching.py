"""What do the plans in force say now? Asked every few seconds; what must outlive a restart is in the database."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.plans import queries, store
from mudan.core.plans.model.advice import Advice, advice
from mudan.core.plans.model.needs import needs_of
from mudan.core.plans.model.types import Scope
from mudan.core.plans.model.wire import advice_json, memories_json, memories_of
from mudan.core.plans.model.world import MatterFacts
from mudan.core.plans.queries import Approved, Watch
from mudan.primitives.changes import Changes
from mudan.storage.pool import Connection

EVERY: Final = timedelta(seconds=5)
_Asked = tuple[UUID, UUID | None]


async def tick(connection: Connection, now: datetime) -> Changes:
    """Ask the plans of every data space where something goes on, once in EVERY."""
    changes = Changes()
    for space in await queries.active_spaces(connection, now):
        asked = max((one.asked_at for one in await queries.watches(connection, space)), default=None)
        if asked is None or not timedelta() <= now - asked < EVERY:
            changes.add(await watch(connection, space, now))
    return changes


async def watch(connection: Connection, space: int, now: datetime) -> Changes:
    """Ask all plans in force in one data space and keep what they say."""
    changes = Changes()
    in_force = await queries.approved(connection, space)
    before = {(one.plan_id, one.incident_id): one for one in await queries.watches(connection, space)}
    gathered = await queries.gathered(connection, space, now, needs_of(one.plan for one in in_force))
    for approved in in_force:
        for matter in _matters(approved, gathered.matters):
            key: _Asked = (approved.version.plan_id, UUID(matter.id) if matter is not None else None)
            known = before.get(key)
            same_text = known is not None and known.version_id == approved.version.id
            memories = memories_of(known.memories) if known is not None and same_text else {}
            said = advice(approved.plan, gathered.of(approved.version.slug, matter), memories)
            await store.put_watch(connection, _row(space, approved, key[1], matter, said, known))
            if known is None or _telling(known.advice) != _telling(advice_json(said)):
                changes.touch("plans", space, approved.version.plan_id)
    if await store.forget_watches(connection, space, now):
        changes.touch("plans", space, "ended")
    return changes


def _matters(approved: Approved, matters: list[MatterFacts]) -> list[MatterFacts | None]:
    if approved.plan.scope is Scope.COUNTY:
        return [None]
    return [
        one
        for one in matters
        if one.kind in approved.plan.incident_kinds and one.area_code.startswith(approved.version.area_code)
    ]


def _row(
    space: int,
    approved: Approved,
    incident: UUID | None,
    matter: MatterFacts | None,
    said: Advice,
    known: Watch | None,
) -> dict[str, Any]:
    unchanged = known is not None and known.advised == said.advised
    since = known.advised_since if known is not None and unchanged else said.at if said.advised else None
    return {
        "space": space, "plan_id": approved.version.plan_id, "incident_id": incident,
        "area_code": matter.area_code if matter is not None else approved.version.area_code,
        "department": None, "version_id": approved.version.id, "advised": said.advised, "advised_since": since,
        "memories": memories_json(said.memories), "advice": advice_json(said), "at": said.at,
    }  # fmt: skip


def _telling(said: dict[str, Any]) -> Any:
    """What of an advice is news: which levels and conditions hold, not each new value."""
    return (
        said["advised"],
        [one["holds"] for one in said["levels"]],
        [(name, one["holds"], one["stale"]) for name, one in said["conditions"].items()],
        (said["lower"] or {}).get("holds"),
        said["end"]["holds"],
    )
