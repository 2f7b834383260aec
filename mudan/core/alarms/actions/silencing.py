"""How is an alarm silenced by design or taken out of service, and how does it come back?

by design        only the rules: a source stands ─▶ its targets are silent ─▶ the source ends ─▶ they call
out of service   asked (maintenance, work order) ─▶ approved by somebody else ─▶ returned after a test, or by time
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.alarms import queries, store
from mudan.core.alarms.actions import calling
from mudan.core.alarms.model import Facts, Inhibition, Suppression, inhibits, sources, targets
from mudan.core.alarms.queries import Outage
from mudan.core.people.model import Actor
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

SYSTEM: Final = "system"
EXPLAINED: Final = timedelta(minutes=5)  # a cause may be noticed so much later than what it causes
LONGEST: Final = timedelta(days=30)


async def silence_by_design(
    connection: Connection, alarm: UUID, space: int, now: datetime, changes: Changes
) -> bool:
    """Silence an alarm that has come up when a cause stands, and others when it is their cause.

    Returns whether it is silent itself.
    """
    rules = await queries.inhibitions(connection)
    facts = await queries.facts(connection, alarm)
    silent = False
    if targets(rules, facts):
        for source in await queries.active_facts(connection, space):
            if not silent and (by := _by(rules, source, facts)) is not None:
                silent = await _inhibit(connection, alarm, source, by, now)
    if sources(rules, facts):
        for target in await queries.active_facts(connection, space, since=now - EXPLAINED):
            by = _by(rules, facts, target)
            if by is not None and await _inhibit(connection, target.id, facts, by, now):
                changes.alarms.add(target.id)
    return silent


def _by(rules: list[Inhibition], source: Facts, target: Facts) -> Inhibition | None:
    return next((rule for rule in rules if inhibits(rule, source, target)), None)


async def _inhibit(
    connection: Connection, alarm: UUID, source: Facts, rule: Inhibition, now: datetime
) -> bool:
    if not await store.inhibit(connection, alarm, source.id, rule.title.zh):
        return False
    detail = {"inhibition": rule.name, "by": str(source.id), "rule": source.rule}
    await store.note(connection, alarm, now, "inhibited", SYSTEM, detail)
    return True


async def keep_quiet(
    connection: Connection, alarm: UUID, words: Text, detail: dict[str, Any], now: datetime
) -> bool:
    """Suppress an alarm by design because it belongs to what is under command; whether it was not silent already."""
    if not await store.inhibit(connection, alarm, None, words.zh):
        return False
    await store.note(connection, alarm, now, "inhibited", SYSTEM, detail)
    group = (await queries.one(connection, alarm)).group_id
    if group is not None:
        await calling.reconcile(connection, group, now, by=SYSTEM, begin=False)
    return True


async def let_call(connection: Connection, alarm_id: UUID, now: datetime) -> bool:
    """End that: whether it calls again, because it stands and nobody has taken it."""
    alarm = await queries.one(connection, alarm_id)
    if alarm.suppression is not Suppression.BY_DESIGN or alarm.suppressed_by is not None:
        return False
    row = await store.release(connection, alarm_id, now)
    await store.note(connection, alarm_id, now, "uninhibited", SYSTEM, {"annunciated": row["calls"]})
    if row["calls"] and row["group_id"] is not None:
        await calling.has_new(connection, row["group_id"], alarm.level, now)
    return bool(row["calls"])


async def release_silenced(connection: Connection, source: UUID, now: datetime, changes: Changes) -> None:
    """A cause is gone: what it silenced calls, unless another cause stands."""
    held = await queries.silenced_by(connection, source)
    if not held:
        return
    rules = await queries.inhibitions(connection)
    space = (await queries.one(connection, source)).space
    standing = await queries.active_facts(connection, space)
    for target in held:
        row = await store.release(connection, target.id, now)
        changes.alarms.add(target.id)
        causes = [(one, by) for one in standing if (by := _by(rules, one, target)) is not None]
        if causes:
            await _inhibit(connection, target.id, *causes[0], now)
            continue
        await store.note(connection, target.id, now, "uninhibited", SYSTEM, {"annunciated": row["calls"]})
        if row["calls"] and row["group_id"] is not None:
            await calling.has_new(connection, row["group_id"], target.level, now)


async def set_inhibition(
    connection: Connection, inhibition: Inhibition, now: datetime, *, by: str, enabled: bool, version: int
) -> None:
    """Add an inhibition (version 0) or change one; it counts from the next crossing on. Raises Invalid, Conflict."""
    if not inhibition.equal:
        raise Invalid("without an equal label everything would silence everything", field="equal")
    if not inhibition.source.rules or not any(asdict(inhibition.target).values()):
        raise Invalid("a source names its rules, and a target something", field="source")
    row: dict[str, Any] = {
        "name": inhibition.name, "title": asdict(inhibition.title), "equal": list(inhibition.equal),
        "source": _plain(inhibition.source), "target": _plain(inhibition.target),
        "enabled": enabled, "version": version, "now": now, "by": by,
    }  # fmt: skip
    if not await store.put_inhibition(connection, row):
        raise Conflict("the inhibition has changed meanwhile; look again")


def _plain(match: Any) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in asdict(match).items() if values}


async def ask_outage(
    connection: Connection,
    alarm_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    reason: str,
    work_order: str,
    hours: float,
) -> Outage:
    """Ask to take the rule of an alarm on its entity out of service while maintenance works on it."""
    alarm = await queries.one(connection, alarm_id)
    if not reason.strip() or not work_order.strip():
        raise Invalid("taking out of service needs a reason and a work order", field="reason")
    if not 0 < hours <= LONGEST.total_seconds() / 3600:
        raise Invalid("a device is out of service for 30 days at most", field="hours")
    outage = new_id()
    row: dict[str, Any] = {
        "id": outage, "space": alarm.space, "area_code": alarm.area_code, "department": alarm.department,
        "entity": alarm.entity, "rule": alarm.rule, "reason": reason.strip(), "work_order": work_order.strip(),
        "until": now + timedelta(hours=hours), "asked_at": now, "asked_by": actor.name, "asked_person": actor.person,
    }  # fmt: skip
    if not await store.ask_outage(connection, row):
        raise Conflict("that is asked for, or so, already")
    await store.note(
        connection, alarm.id, now, "outage_asked", actor.name, {"work_order": work_order, "reason": reason}
    )
    return await queries.outage(connection, outage)


async def decide_outage(
    connection: Connection,
    outage_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    approve: bool,
    note: str,
    version: int,
) -> tuple[Outage, UUID | None]:
    """Approve or refuse an outage; nobody approves what they asked for. Returns it and the alarm it silenced."""
    outage = await queries.outage(connection, outage_id)
    if outage.state != "asked" or outage.version != version:
        raise Conflict("it has been decided meanwhile; look again")
    if approve and outage.asked_person == actor.person:
        raise NotAllowed("somebody else must approve what you asked for")
    if not approve and not note.strip():
        raise Invalid("a refusal needs a reason", field="note")
    state = "approved" if approve else "refused"
    await store.decide_outage(connection, outage_id, state=state, now=now, by=actor.name, note=note)
    silenced = None
    if approve:
        words = f"{outage.reason} · {outage.work_order}"
        silenced = await store.silence(connection, outage.entity, outage.rule, words)
        if silenced is not None:
            detail = {
                "work_order": outage.work_order,
                "until": outage.until.isoformat(),
                "asked_by": outage.asked_by,
            }
            await store.note(connection, silenced["id"], now, "out_of_service", actor.name, detail)
            if silenced["group_id"] is not None:
                await calling.reconcile(connection, silenced["group_id"], now, by=actor.name, begin=False)
    return await queries.outage(connection, outage_id), None if silenced is None else silenced["id"]


async def return_outage(
    connection: Connection, outage_id: UUID, actor: Actor, now: datetime, *, test_result: str, version: int
) -> tuple[Outage, list[UUID]]:
    """Put it in service again after a test; what stands calls again."""
    outage = await queries.outage(connection, outage_id)
    if outage.state != "approved" or outage.version != version:
        raise Conflict("it is not out of service, or has changed meanwhile")
    if not test_result.strip():
        raise Invalid("a return to service needs the result of a test", field="test_result")
    called = await _return(connection, outage, now, by=actor.name, result=test_result.strip())
    return await queries.outage(connection, outage_id), called


async def end_outages(connection: Connection, now: datetime) -> Changes:
    """Silence never lasts longer than was approved."""
    changes = Changes()
    for outage in await queries.expired_outages(connection, now):
        changes.alarms |= set(await _return(connection, outage, now, by=SYSTEM, result=""))
        changes.touch("alarms", outage.space, outage.id)
    return changes


async def _return(
    connection: Connection, outage: Outage, now: datetime, *, by: str, result: str
) -> list[UUID]:
    await store.return_outage(connection, outage.id, now=now, by=by, result=result)
    called = []
    for alarm in await queries.out_of_service(connection, outage.entity, outage.rule):
        row = await store.release(connection, alarm, now)
        await store.note(connection, alarm, now, "returned_to_service", by, {"result": result})
        if row["calls"]:  # it calls as any other that was silent by design
            await store.note(connection, alarm, now, "uninhibited", by, {"annunciated": True})
        if row["calls"] and row["group_id"] is not None:
            await calling.has_new(
                connection, row["group_id"], (await queries.one(connection, alarm)).level, now
            )
        called.append(alarm)
    return called
