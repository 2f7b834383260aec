"""What does time alone bring to tasks? Offers end, reserved orders go out, crews in danger are asked."""

from datetime import datetime
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import is_open
from mudan.core.people.model import Actor
from mudan.core.tasks import queries, store
from mudan.core.tasks.actions import orders, reports, safety
from mudan.core.tasks.model import LATE, OfferPolicy, Task
from mudan.core.units import actions as unit_actions
from mudan.core.units import queries as units
from mudan.core.units.model import not_fit
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre


async def expire_offers(connection: Connection, now: datetime) -> list[Task]:
    """End offers that nobody answered in time, and name who could come instead."""
    ended = []
    for task_id in await queries.overdue_offers(connection, now):
        await queries.lock(connection, task_id)
        task = await queries.one(connection, task_id)
        if task.state == "offered":
            event = reports.FieldEvent("expire", new_id(), now)
            ended.append((await reports.record(connection, task, event, "system", "system", now)).task)
    return ended


async def send_now(connection: Connection, task_id: UUID, actor: Actor, now: datetime) -> Task:
    """Send a reserved order before its time, by a person's word."""
    await queries.lock(connection, task_id)
    task = await queries.one(connection, task_id)
    if task.state != "planned":
        raise Conflict("only a reserved order is still to be sent")
    await as_centre(connection)
    return await _sent(connection, task, "operator", actor.name, now)


async def _sent(connection: Connection, task: Task, source: str, by: str, now: datetime) -> Task:
    incident = await incident_queries.one(connection, task.incident_id, lock=True)
    unit = await units.one(connection, task.unit_id)
    life = await orders.life_of(connection, task.space, task.incident_level)
    command = await orders.tell(connection, unit, incident, task.order_text, by, now, life)
    await store.send(connection, task.id, command, now + life)
    event = reports.FieldEvent("offer", new_id(), now)
    return (await reports.record(connection, task, event, source, by, now)).task


async def send_plans(connection: Connection, now: datetime) -> list[Task]:
    """Send reserved orders whose time has come; what can no longer be done is cancelled with the reason."""
    moved = []
    for task_id in await queries.due_plans(connection, now):
        await queries.lock(connection, task_id)
        task = await queries.one(connection, task_id)
        if task.state != "planned" or task.starts_at is None:
            continue
        incident = await incident_queries.one(connection, task.incident_id)
        unit = await units.one(connection, task.unit_id)
        why = not_fit(unit) if is_open(incident.phase) else Text("事件已经结束", "the incident has ended")
        if why is not None:
            event = reports.FieldEvent("cancel", new_id(), now, reason=why.zh)
            moved.append((await reports.record(connection, task, event, "system", "system", now)).task)
            continue
        if now - task.starts_at > LATE:
            minutes = (now - task.starts_at).total_seconds() / 60
            text = Text(f"预派迟发 {minutes:.0f} 分钟", f"reserved order sent {minutes:.0f} min late")
            await incidents.log(
                connection, task.incident_id, "task", text, source="system", actor="system", now=now,
                detail={"task": str(task.id)},
            )  # fmt: skip
        moved.append(await _sent(connection, task, "system", "system", now))
    return moved


async def set_policy(
    connection: Connection, space: int, policy: OfferPolicy, actor: Actor, now: datetime
) -> None:
    """Set how offers of a level are dealt with from now on."""
    life_s = int(policy.life.total_seconds())
    if not 15 <= life_s <= 3600:
        raise Invalid("an offer waits 15 to 3600 seconds", field="life_s")
    row = {
        "space": space, "level": policy.level, "life_s": life_s, "auto_next": policy.auto_next,
        "changed_by": actor.name, "changed_at": now,
    }  # fmt: skip
    await store.put_policy(connection, row)


async def tick(connection: Connection, now: datetime) -> Changes:
    """Everything that time brings here, once a second; its state is in the database alone."""
    changes = await safety.tick(connection, now)
    for task in [*await expire_offers(connection, now), *await send_plans(connection, now)]:
        changes.tasks.add(task.id)
        changes.commands |= {task.command_id} if task.command_id is not None else set()
    changes.units |= set(await unit_actions.back_in_service(connection, now))
    return changes
