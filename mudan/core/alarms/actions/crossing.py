"""How does an alarm rise, repeat and go with its condition?"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Final
from uuid import UUID

from mudan.core.alarms import queries, store
from mudan.core.alarms.actions import calling, silencing
from mudan.core.alarms.model import family_of
from mudan.core.entities.model import Entity
from mudan.core.rules.model import RateOfChange
from mudan.core.rules.model.engine import Crossing, Repeat
from mudan.primitives.changes import Changes
from mudan.primitives.clock import from_us
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.primitives.units import UNITS
from mudan.storage.pool import Connection

SYSTEM = "system"
CHATTER: Final = timedelta(seconds=60)
CHATTERS: Final = 3  # activations within a minute (EEMUA 191, ISA-18.2)


async def apply_crossing(
    connection: Connection,
    crossing: Crossing,
    entity: Entity,
    unit: str,
    *,
    now: datetime | None = None,
    changes: Changes | None = None,
) -> UUID | None:
    """Raise or clear the alarm of a rule that began or ended; returns the alarm that changed, if any.

    `now` is the centre's time (the crossing's unless given); `changes` gathers the other alarms that changed.
    """
    at = from_us(crossing.at_us)
    told = changes if changes is not None else Changes()
    if crossing.active:
        return await _raise(connection, crossing, entity, unit, at, now or at, told)
    return await _clear(connection, crossing, entity, at, now or at, told)


async def _raise(
    connection: Connection,
    crossing: Crossing,
    entity: Entity,
    unit: str,
    at: datetime,
    now: datetime,
    changes: Changes,
) -> UUID:
    rule, family = crossing.rule, family_of(crossing.rule.name)
    row = {
        "id": new_id(), "space": entity.space, "rule": rule.name, "platform": entity.platform, "entity": entity.key,
        "area_code": entity.area_code, "department": entity.department, "level": int(rule.level),
        "quantity": crossing.quantity, "value": _finite(crossing.value), "limit": crossing.limit, "unit": unit,
        "words": words(crossing, entity.name, unit), "life_safety": rule.life_safety,
        "example": rule.example_only or bool(entity.properties.get("example")), "at": at,
        "family": family.name, "rule_group": rule.group,
        "outage": await queries.outage_of(connection, entity.key, rule.name, now),
    }  # fmt: skip
    raised = await store.raise_or_repeat(connection, row)
    alarm: UUID = raised["id"]
    annunciated = raised["up"] and raised["suppression"] == "none"
    if raised["up"]:
        silenced = await silencing.silence_by_design(connection, alarm, entity.space, now, changes)
        annunciated = annunciated and not silenced
    detail = {"value": row["value"], "limit": crossing.limit, "annunciated": annunciated}
    await store.note(connection, alarm, at, "raised" if raised["new"] else "raised_again", SYSTEM, detail)
    if raised["up"]:
        await _watch_chatter(connection, alarm, raised["chattering_at"], entity.key, rule.name, at)
    group = raised["group_id"]
    if group is None:
        tuning = await queries.tuning(connection)
        place = {
            "space": entity.space, "family": family.name,
            "area_code": entity.area_code[: tuning.digits[family.name]],
        }  # fmt: skip
        going_on = now - timedelta(minutes=tuning.rolling_min)
        group = await store.join_group(
            connection, place | {"alarm": alarm, "level": row["level"], "now": now, "since": going_on}
        )
        await store.mark_grouped(connection, alarm, group)
        changes.touch("alarms", entity.space, group)
    if annunciated:
        await calling.has_new(connection, group, int(rule.level), now)
    return alarm


async def _clear(
    connection: Connection, crossing: Crossing, entity: Entity, at: datetime, now: datetime, changes: Changes
) -> UUID | None:
    rule = crossing.rule
    cleared = await store.clear(
        connection,
        {
            "entity": entity.key, "rule": rule.name, "at": at,
            "latch": rule.latched and not crossing.taken_over, "taken_over": crossing.taken_over,
        },
    )  # fmt: skip
    if cleared is None:
        return None
    alarm: UUID = cleared["id"]
    kind = "taken_over" if crossing.taken_over else "cleared"
    await store.note(connection, alarm, at, kind, SYSTEM, {"value": _finite(crossing.value)})
    if crossing.taken_over:
        await _note_severity(connection, entity.key, cleared, at)
    await silencing.release_silenced(connection, alarm, now, changes)
    if cleared["group_id"] is not None:
        await calling.reconcile(connection, cleared["group_id"], now, by=SYSTEM, begin=False)
    return alarm


async def _note_severity(connection: Connection, entity: int, cleared: dict[str, Any], at: datetime) -> None:
    """A graver alarm has taken over: written down with it. Lower again is told by the milder one's own rise."""
    if not cleared["rule_group"]:
        return
    graver = await queries.graver_of_group(connection, entity, cleared["rule_group"], cleared["level"])
    if graver is not None:
        await store.note(connection, graver, at, "severity_up", SYSTEM, {"from": cleared["level"]})


async def _watch_chatter(
    connection: Connection, alarm: UUID, known: datetime | None, entity: int, rule: str, at: datetime
) -> None:
    times = await queries.activations(connection, entity, rule, at - CHATTER)
    if times < CHATTERS:
        return
    await store.mark_chattering(connection, alarm, at)
    if known is None:
        await store.note(connection, alarm, at, "chattering", SYSTEM, {"count": times})


def words(crossing: Crossing, name: Text, unit: str) -> dict[str, Any]:
    """What a person reads of an alarm, filled in once so that every screen says the same."""
    rule = crossing.rule
    sign = UNITS[unit].sign if unit in UNITS else unit
    values = {"value": _shown(crossing.value), "limit": _shown(crossing.limit), "unit": sign}
    zh = rule.sentence.filled(entity=name.zh, **values).zh
    en = rule.sentence.filled(entity=name.en, **values).en
    return {
        "title": _both(rule.title),
        "sentence": {"zh": zh, "en": en},
        "cause": _both(rule.cause),
        "consequence": _both(rule.consequence),
        "response": _both(rule.response),
        "time_available_min": rule.time_available_min,
        "change": isinstance(rule.condition, RateOfChange),
        "source": rule.source,
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _shown(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isfinite(value) else "—"


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


async def count_repeats(connection: Connection, repeats: Sequence[Repeat]) -> None:
    """Count the measurements that confirmed standing alarms."""
    rows = [
        {"entity": r.entity, "rule": r.rule.name, "times": r.times, "at": from_us(r.at_us), "value": r.value}
        for r in repeats
    ]
    if rows:
        await store.repeat(connection, rows)


async def withdraw(connection: Connection, gone: Sequence[tuple[str, int]], now: datetime) -> list[UUID]:
    """End the alarms of (rule, entity) that nothing judges any more; they stay in sight until acknowledged."""
    ended = []
    for rule, entity in gone:
        row = {"entity": entity, "rule": rule, "at": now, "latch": False, "taken_over": False}
        cleared = await store.clear(connection, row)
        if cleared is not None:
            await store.note(connection, cleared["id"], now, "withdrawn", SYSTEM, {})
            await silencing.release_silenced(connection, cleared["id"], now, Changes())
            if cleared["group_id"] is not None:
                await calling.reconcile(connection, cleared["group_id"], now, by=SYSTEM, begin=False)
            ended.append(cleared["id"])
    return ended
