"""Who could come instead of a unit that will not? A suggestion at the desk; sent unasked only where policy says so."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import is_open
from mudan.core.tasks import queries, store
from mudan.core.tasks.actions.orders import give
from mudan.core.tasks.model import Task
from mudan.core.units import queries as units
from mudan.core.units.model import NEEDS, ranked
from mudan.primitives.errors import MudanError
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class NextUnit:
    """A unit that could come, with the reasons in words."""

    unit: UUID
    code: str
    name: Text
    reasons: tuple[Text, ...]


async def choose(
    connection: Connection, task: Task, asked: frozenset[UUID], now: datetime
) -> NextUnit | None:
    """The best suitable unit that was not asked in this incident; by straight line."""
    incident = await incident_queries.one(connection, task.incident_id)
    found = await units.all_units(connection)
    place = (
        Point(incident.lon, incident.lat) if incident.lon is not None and incident.lat is not None else None
    )
    here = [unit for unit in found if unit.space == task.space and unit.id not in asked]
    for candidate in ranked(here, NEEDS.get(incident.kind, ()), place, now):
        if candidate.suitable:
            unit = candidate.unit
            return NextUnit(unit.id, unit.code, unit.name, candidate.reasons)
    return None


async def suggest(connection: Connection, task: Task, now: datetime) -> None:
    """After a refusal or silence: name the next unit, and ask it where the level's policy says so."""
    incident = await incident_queries.one(connection, task.incident_id)
    if not is_open(incident.phase):
        return
    found = await choose(connection, task, await queries.asked_before(connection, task.incident_id), now)
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
            "unit_id": str(found.unit), "unit_code": found.code, "zh": found.name.zh, "en": found.name.en,
            "reasons": [{"zh": reason.zh, "en": reason.en} for reason in found.reasons], "at": now.isoformat(),
            "task_id": str(made) if made else None,
        },
    )  # fmt: skip
    text = (
        Text(f"按策略自动改派 {found.name.zh}", f"{found.name.en} asked next, by policy")
        if made
        else Text(f"建议改派 {found.name.zh}", f"suggested next: {found.name.en}")
    )
    await _log(connection, task, text, now, {"task": str(task.id), "unit": str(found.unit)})


async def _asked(connection: Connection, task: Task, found: NextUnit, now: datetime) -> UUID | None:
    """A unit that cannot be asked after all is only suggested."""
    try:
        async with connection.transaction():
            return (await give(connection, task.incident_id, found.unit, task.order_text, "system", now)).id
    except MudanError:
        return None


async def _log(
    connection: Connection, task: Task, text: Text, now: datetime, detail: dict[str, object]
) -> None:
    await incidents.log(
        connection, task.incident_id, "suggestion", text, source="system", actor="system", now=now, detail=detail
    )  # fmt: skip
