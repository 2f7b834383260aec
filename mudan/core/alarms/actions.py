"""How does an alarm rise, repeat, go, and get handled by people?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any
from uuid import UUID

from mudan.core.alarms import queries, store
from mudan.core.alarms.model import Action, Alarm, Suppression, refusal
from mudan.core.entities.model import Entity
from mudan.core.people.model import Actor
from mudan.core.rules.model import RateOfChange
from mudan.core.rules.model.engine import Crossing, Repeat
from mudan.primitives.clock import from_us
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.primitives.units import UNITS
from mudan.storage.pool import Connection

SYSTEM = "system"


async def apply_crossing(
    connection: Connection, crossing: Crossing, entity: Entity, unit: str
) -> UUID | None:
    """Raise or clear the alarm of a rule that began or ended; returns the alarm that changed, if any."""
    at, rule = from_us(crossing.at_us), crossing.rule
    if not crossing.active:
        cleared = await store.clear(
            connection,
            {
                "entity": entity.key,
                "rule": rule.name,
                "at": at,
                "latch": rule.latched and not crossing.taken_over,
                "taken_over": crossing.taken_over,
            },
        )
        if cleared is not None:
            kind = "taken_over" if crossing.taken_over else "cleared"
            await store.note(connection, cleared, at, kind, SYSTEM, {"value": _finite(crossing.value)})
        return cleared
    row = {
        "id": new_id(), "space": entity.space, "rule": rule.name, "platform": entity.platform, "entity": entity.key,
        "area_code": entity.area_code, "department": entity.department, "level": int(rule.level),
        "quantity": crossing.quantity, "value": _finite(crossing.value), "limit": crossing.limit, "unit": unit,
        "words": words(crossing, entity.name, unit), "life_safety": rule.life_safety,
        "example": rule.example_only or bool(entity.properties.get("example")), "at": at,
    }  # fmt: skip
    alarm, new = await store.raise_or_repeat(connection, row)
    detail = {"value": row["value"], "limit": crossing.limit}
    await store.note(connection, alarm, at, "raised" if new else "raised_again", SYSTEM, detail)
    return alarm


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


@dataclass(frozen=True, slots=True)
class Handled:
    """The outcome of a bulk action: the alarms as they are now, and those refused with the reason."""

    done: list[Alarm]
    refused: list[tuple[UUID, Text]]


async def handle(
    connection: Connection,
    action: Action,
    ids: Sequence[UUID],
    actor: Actor,
    now: datetime,
    *,
    note: str = "",
    reason: str = "",
    minutes: float | None = None,
    one_shot: bool = False,
) -> Handled:
    """Do one thing to several alarms; those out of scope are refused as unknown."""
    alarms = {alarm.id: alarm for alarm in await queries.several(connection, ids, lock=True)}
    refused: list[tuple[UUID, Text]] = []
    done: list[UUID] = []
    for wanted in dict.fromkeys(ids):
        alarm = alarms.get(wanted)
        why = (
            Text("没有这条告警", "there is no such alarm")
            if alarm is None
            else refusal(alarm, action, minutes=minutes, reason=reason, one_shot=one_shot)
        )
        if alarm is None or why is not None:
            refused.append((wanted, why or Text("", "")))
            continue
        until = now + timedelta(minutes=minutes) if minutes is not None and not one_shot else None
        await store.change(connection, wanted, _changed(alarm, action, actor, now, until, reason))
        detail = {"note": note, "reason": reason, "until": until.isoformat() if until else None}
        await store.note(
            connection, wanted, now, action.value, actor.name, {k: v for k, v in detail.items() if v}
        )
        done.append(wanted)
    return Handled(await queries.several(connection, done), refused)


def _changed(
    alarm: Alarm, action: Action, actor: Actor, now: datetime, until: datetime | None, reason: str
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "acknowledged": alarm.acknowledged, "acknowledged_at": alarm.acknowledged_at,
        "acknowledged_by": alarm.acknowledged_by, "owner": alarm.owner, "latched": alarm.latched,
        "suppression": alarm.suppression.value, "suppressed_until": alarm.suppressed_until,
        "suppressed_reason": alarm.suppressed_reason,
    }  # fmt: skip
    if action is Action.ACKNOWLEDGE:
        row |= {
            "acknowledged": True,
            "acknowledged_at": now,
            "acknowledged_by": actor.name,
            "owner": actor.person,
        }
    elif action is Action.UNACKNOWLEDGE:
        row |= {"acknowledged": False, "acknowledged_at": None, "acknowledged_by": None, "owner": None}
    elif action is Action.SHELVE:
        kind = Suppression.SHELVED_TIMED if until else Suppression.SHELVED_ONESHOT
        row |= {"suppression": kind.value, "suppressed_until": until, "suppressed_reason": reason}
    elif action is Action.UNSHELVE:
        row |= {"suppression": "none", "suppressed_until": None, "suppressed_reason": ""}
    else:
        row |= {"latched": False}
    return row


async def withdraw(connection: Connection, gone: Sequence[tuple[str, int]], now: datetime) -> list[UUID]:
    """End the alarms of (rule, entity) that nothing judges any more; they stay in sight until acknowledged."""
    ended = []
    for rule, entity in gone:
        row = {"entity": entity, "rule": rule, "at": now, "latch": False, "taken_over": False}
        alarm = await store.clear(connection, row)
        if alarm is not None:
            await store.note(connection, alarm, now, "withdrawn", SYSTEM, {})
            ended.append(alarm)
    return ended


async def end_shelving(connection: Connection, now: datetime) -> list[UUID]:
    """Bring back alarms whose shelving has run out."""
    ended = await store.end_shelving(connection, now)
    for alarm in ended:
        await store.note(connection, alarm, now, "unshelve", SYSTEM, {})
    return ended
