"""How is a unit sent: now, or at a time that is kept for it? The order goes to the crew's page and the terminal."""

from datetime import datetime, timedelta
from uuid import UUID

from mudan.core.commands import actions as commands
from mudan.core.dispatch.actions import MOVES
from mudan.core.entities import queries as entities
from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import Incident, is_open
from mudan.core.notices import actions as notices
from mudan.core.people.model import Actor
from mudan.core.people.queries import space_scale
from mudan.core.tasks import queries, store
from mudan.core.tasks.model import Task
from mudan.core.units import queries as units
from mudan.core.units.model import Unit, not_fit
from mudan.primitives.clock import CST, scaled
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text, marked
from mudan.storage.pool import Connection

ORDER_LENGTH = 1000
FURTHEST = timedelta(days=7)
TERMINAL_LIFE = timedelta(minutes=5)  # a terminal out of reach is tried for so long at least


async def assign(
    connection: Connection,
    incident_id: UUID,
    unit_id: UUID,
    order_text: str,
    actor: Actor,
    now: datetime,
    *,
    life: timedelta | None = None,
    starts_at: datetime | None = None,
    override: str = "",
) -> Task:
    """Offer an incident to a unit, or reserve the unit for a later time.

    `life` as the level's policy says unless given. `override`: why a unit that is off duty, out of service or
    short of crew is sent all the same. Raises Conflict and Invalid.
    """
    return await give(
        connection, incident_id, unit_id, order_text, actor.name, now, life=life, starts_at=starts_at, override=override
    )  # fmt: skip


async def give(
    connection: Connection,
    incident_id: UUID,
    unit_id: UUID,
    order_text: str,
    by: str,
    now: datetime,
    *,
    life: timedelta | None = None,
    starts_at: datetime | None = None,
    override: str = "",
) -> Task:
    """As `assign`, under any name: the centre's own when policy asks the next unit."""
    incident = await incident_queries.one(connection, incident_id, lock=True)
    unit = await units.one(connection, unit_id)
    _check(incident, unit, order_text, now, starts_at, override.strip())
    if await queries.open_of_unit(connection, incident_id, unit_id):
        raise Conflict("the unit has an open task in this incident")
    task_id, order = new_id(), marked(order_text.strip(), incident.space)
    life = life or await life_of(connection, incident.space, incident.level)
    state = "planned" if starts_at is not None else "offered"
    command = await tell(connection, unit, incident, order, by, now, life) if starts_at is None else None
    await store.insert(
        connection,
        {
            "id": task_id, "space": incident.space, "incident_id": incident_id, "unit_id": unit_id,
            "area_code": incident.area_code, "department": incident.department, "state": state,
            "order_text": order, "command_id": command, "created_by": by, "created_at": now,
            "starts_at": starts_at, "expires_at": (starts_at or now) + life, "stamps": {state: now.isoformat()},
        },
    )  # fmt: skip
    await incidents.log(
        connection, incident_id, "task", _words(unit, starts_at, override.strip()), source="operator", actor=by,
        now=now, detail={"task": str(task_id), "state": state, "override": override.strip()},
    )  # fmt: skip
    await incidents.follow_task(connection, incident_id, state, now)
    if starts_at is None:
        await notices.settle(connection, MOVES, str(unit_id), now, by=by, reason=incident.number)
    return await queries.one(connection, task_id)


def _check(
    incident: Incident, unit: Unit, order: str, now: datetime, starts_at: datetime | None, override: str
) -> None:
    if not is_open(incident.phase):
        raise Conflict("the incident has ended; reopen it first")
    if not order.strip() or len(order) > ORDER_LENGTH:
        raise Invalid(f"an order is 1 to {ORDER_LENGTH} characters", field="order")
    if starts_at is not None and not now < starts_at <= now + FURTHEST:
        raise Invalid(
            f"a unit is reserved for a time to come, at most {FURTHEST.days} days ahead", field="starts_at"
        )
    why = not_fit(unit)
    if why is not None and starts_at is None and not override:
        raise Conflict(why.en)


def _words(unit: Unit, starts_at: datetime | None, override: str) -> Text:
    zh, en = f"派遣 {unit.name.zh}", f"dispatched {unit.name.en}"
    if starts_at is not None:
        at = starts_at.astimezone(CST)
        zh, en = f"预派 {unit.name.zh}，{at:%m-%d %H:%M} 起", f"reserved {unit.name.en} from {at:%m-%d %H:%M}"
    if override:
        zh, en = f"{zh}（破例：{override}）", f"{en} (all the same: {override})"
    return Text(zh, en)


async def life_of(connection: Connection, space: int, level: int) -> timedelta:
    """How long an offer of that level waits, at the pace of its data space."""
    policy = await queries.policy(connection, space, level)
    return scaled(policy.life, await space_scale(connection, space))


async def tell(
    connection: Connection,
    unit: Unit,
    incident: Incident,
    order: str,
    by: str,
    now: datetime,
    life: timedelta,
) -> UUID | None:
    """Send an order to the terminal of the unit's vehicle; its command, if there is a vehicle."""
    if unit.vehicle is None:
        return None
    text = order
    if incident.lon is not None and incident.lat is not None and "@" not in text:
        text = f"{text} @{incident.lon:.5f},{incident.lat:.5f}"
    return await say(
        connection, unit.vehicle, f"【{incident.number}】{text}", by, now, max(life, TERMINAL_LIFE)
    )


async def say(
    connection: Connection, vehicle: int, text: str, by: str, now: datetime, life: timedelta
) -> UUID:
    """Words on the screen of a vehicle's terminal."""
    entity = await entities.by_key(connection, vehicle)
    payload = {"text": marked(text, entity.space), "urgent": True}
    command = await commands.order(connection, entity, "text", payload, actor=by, now=now, life=life)
    return command.id


async def note_receipt(connection: Connection, task_id: UUID, now: datetime) -> Task:
    """Write into the timeline what became of the order on its way to the terminal."""
    task = await queries.one(connection, task_id)
    words = _RECEIPT_WORDS.get(task.command_state or "")
    if words is not None:
        await incidents.log(
            connection, task.incident_id, "receipt",
            Text(f"{task.unit_name.zh} {words.zh}", f"{task.unit_name.en}: {words.en}"), source="device",
            actor=task.unit_code, now=now, detail={"task": str(task_id), "state": task.command_state},
        )  # fmt: skip
    return task


_RECEIPT_WORDS = {
    "sent": Text("派单指令已发出", "order written to the terminal"),
    "delivered": Text("终端已收到派单", "terminal confirmed the order"),
    "failed": Text("终端未确认派单", "terminal did not confirm the order"),
    "expired": Text("派单指令未能送达", "order could not be delivered"),
}
