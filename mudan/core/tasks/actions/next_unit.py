"""Who could come instead of a unit that will not? A suggestion at the desk; sent unasked only where policy says so."""

from datetime import datetime
from uuid import UUID

from mudan.core.dispatch import actions as dispatch
from mudan.core.dispatch.actions import NextBest
from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import is_open
from mudan.core.tasks import queries, store
from mudan.core.tasks.actions.orders import give
from mudan.core.tasks.model import Task
from mudan.primitives.errors import MudanError
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def suggest(connection: Connection, task: Task, now: datetime) -> None:
    """After a refusal or silence: name the next unit, and ask it where the level's policy says so."""
    incident = await incident_queries.one(connection, task.incident_id)
    if not is_open(incident.phase):
        return
    asked = await queries.asked_before(connection, task.incident_id)
    found = await dispatch.next_best(connection, incident, task.id, asked, now)
    if found is None:
        text = Text(
            "没有其他合适力量可派，请扩大范围或求援",
            "no other suitable unit: widen the search or ask for help",
        )
        await _log(connection, task, text, now, {"task": str(task.id), "unit": None})
        return
    policy = await queries.policy(connection, task.space, task.incident_level)
    made = await _asked(connection, task, found, now) if policy.auto_next else None
    await store.succeed(
        connection, task.id,
        {
            "unit_id": str(found.unit.id), "unit_code": found.unit.code, "zh": found.unit.name.zh,
            "en": found.unit.name.en,
            "reasons": [{"zh": reason.zh, "en": reason.en} for reason in found.reasons], "at": now.isoformat(),
            "task_id": str(made) if made else None,
        },
    )  # fmt: skip
    text = (
        Text(f"按策略自动改派 {found.unit.name.zh}", f"{found.unit.name.en} asked next, by policy")
        if made
        else Text(f"建议改派 {found.unit.name.zh}", f"suggested next: {found.unit.name.en}")
    )
    await _log(connection, task, text, now, {"task": str(task.id), "unit": str(found.unit.id)})


async def _asked(connection: Connection, task: Task, found: NextBest, now: datetime) -> UUID | None:
    """A unit that cannot be asked after all is only suggested."""
    try:
        async with connection.transaction():
            made = await give(connection, task.incident_id, found.unit.id, task.order_text, "system", now)
            await dispatch.hand_on(connection, found, made.id, "system", now)
            return made.id
    except MudanError:
        return None


async def _log(
    connection: Connection, task: Task, text: Text, now: datetime, detail: dict[str, object]
) -> None:
    await incidents.log(
        connection, task.incident_id, "suggestion", text, source="system", actor="system", now=now, detail=detail
    )  # fmt: skip
