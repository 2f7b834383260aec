"""What do people do to alarms, and what comes of it by itself?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.alarms import queries, store
from mudan.core.alarms.actions import calling
from mudan.core.alarms.model import (
    OPERATOR_SHELF,
    SHELF_LIMIT,
    Action,
    Alarm,
    Chain,
    Suppression,
    position_of,
    refusal,
)
from mudan.core.people.model import Actor
from mudan.primitives.changes import Changes
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

SYSTEM: Final = "system"


@dataclass(frozen=True, slots=True)
class Handled:
    """The outcome of a bulk action: the alarms as they are now, and those refused with the reason."""

    done: list[Alarm]
    refused: list[tuple[UUID, Text]]


@dataclass(frozen=True, slots=True)
class _Deed:
    """What somebody does, with all that was said to it."""

    action: Action
    actor: Actor
    now: datetime
    note: str
    reason: str
    minutes: float | None
    one_shot: bool
    finding: str

    @property
    def until(self) -> datetime | None:
        if self.minutes is None or self.one_shot or self.action is not Action.SHELVE:
            return None
        return self.now + timedelta(minutes=self.minutes)

    def refusal(self, alarm: Alarm) -> Text | None:
        limit = SHELF_LIMIT if self.actor.may("alarms.maintain") else OPERATOR_SHELF
        return refusal(
            alarm, self.action, minutes=self.minutes, reason=self.reason, one_shot=self.one_shot, note=self.note,
            finding=self.finding, limit=limit,
        )  # fmt: skip


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
    finding: str = "",
) -> Handled:
    """Do one thing to several alarms; those out of scope are refused as unknown.

    What their groups still call for ends, or begins, in the same transaction.
    """
    deed = _Deed(action, actor, now, note, reason, minutes, one_shot, finding)
    alarms = {alarm.id: alarm for alarm in await queries.several(connection, ids, lock=True)}
    chains = {chain.level: chain for chain in await queries.chains(connection)}
    refused: list[tuple[UUID, Text]] = []
    done: list[Alarm] = []
    for wanted in dict.fromkeys(ids):
        alarm = alarms.get(wanted)
        why = Text("没有这条告警", "there is no such alarm") if alarm is None else deed.refusal(alarm)
        if alarm is None or why is not None:
            refused.append((wanted, why or Text("", "")))
            continue
        await store.change(connection, wanted, _changed(alarm, deed, chains[alarm.level]))
        await store.note(connection, wanted, now, action.value, actor.name, _detail(alarm, deed))
        done.append(alarm)
    for group in sorted({alarm.group_id for alarm in done if alarm.group_id is not None}):
        begin = action in (Action.UNACKNOWLEDGE, Action.UNSHELVE)
        await calling.reconcile(connection, group, now, by=actor.name, begin=begin)
    return Handled(await queries.several(connection, [alarm.id for alarm in done]), refused)


def _detail(alarm: Alarm, deed: _Deed) -> dict[str, Any]:
    """What the alarm's history says of a deed: enough to judge later whether it was allowed."""
    told: dict[str, Any] = {
        "note": deed.note, "reason": deed.reason, "until": deed.until.isoformat() if deed.until else None,
        "finding": deed.finding, "position": position_of(deed.actor),
    }  # fmt: skip
    if deed.action is Action.SHELVE:
        told |= {"one_shot": deed.one_shot, "minutes": None if deed.one_shot else deed.minutes}
    if deed.action is Action.UNSHELVE:
        told["annunciated"] = alarm.active and not alarm.acknowledged
    return {name: value for name, value in told.items() if value}


def _changed(alarm: Alarm, deed: _Deed, chain: Chain) -> dict[str, Any]:
    row: dict[str, Any] = {
        "acknowledged": alarm.acknowledged, "acknowledged_at": alarm.acknowledged_at,
        "acknowledged_by": alarm.acknowledged_by, "owner": alarm.owner, "latched": alarm.latched,
        "suppression": alarm.suppression.value, "suppressed_until": alarm.suppressed_until,
        "suppressed_reason": alarm.suppressed_reason, "acknowledged_position": alarm.acknowledged_position,
        "acknowledgement_expires_at": alarm.acknowledgement_expires_at, "finding": deed.finding or alarm.finding,
        "annunciated_at": alarm.annunciated_at, "realarms": alarm.realarms,
    }  # fmt: skip
    expires = None if chain.expires_s is None else deed.now + timedelta(seconds=chain.expires_s)
    if deed.action is Action.ACKNOWLEDGE:
        row |= {
            "acknowledged": True, "acknowledged_at": deed.now, "acknowledged_by": deed.actor.name,
            "owner": deed.actor.person, "acknowledged_position": position_of(deed.actor),
            "acknowledgement_expires_at": expires if alarm.active and alarm.incident_id is None else None,
        }  # fmt: skip
    elif deed.action is Action.UNACKNOWLEDGE:
        row |= dict.fromkeys(
            (
                "acknowledged_at",
                "acknowledged_by",
                "owner",
                "acknowledged_position",
                "acknowledgement_expires_at",
            )
        ) | {"acknowledged": False, "annunciated_at": deed.now, "realarms": 0}
    elif deed.action is Action.SHELVE:
        kind = Suppression.SHELVED_TIMED if deed.until else Suppression.SHELVED_ONESHOT
        row |= {
            "suppression": kind.value, "suppressed_until": deed.until, "suppressed_reason": deed.reason,
            "acknowledgement_expires_at": None,
        }  # fmt: skip
    elif deed.action is Action.UNSHELVE:
        row |= {
            "suppression": "none",
            "suppressed_until": None,
            "suppressed_reason": "",
            "annunciated_at": deed.now,
        }
    elif deed.action is Action.RESET:
        row |= {"latched": False}
    elif alarm.acknowledgement_expires_at is not None:  # a note or a finding is progress
        row |= {"acknowledgement_expires_at": expires}
    return row


async def end_shelving(connection: Connection, now: datetime) -> list[UUID]:
    """Bring back alarms whose shelving has run out."""
    ended = await store.end_shelving(connection, now)
    for row in ended:
        await store.note(connection, row["id"], now, "unshelve", SYSTEM, {"annunciated": row["calls"]})
        if row["calls"] and row["group_id"] is not None:
            await calling.reconcile(connection, row["group_id"], now, by=SYSTEM)
    return [row["id"] for row in ended]


async def expire_acknowledgements(connection: Connection, now: datetime) -> Changes:
    """Whoever took an alarm and did nothing: it calls again. With an incident, or gone, it is left alone."""
    changes = Changes()
    for row in await queries.expiring(connection, now):
        if not row["idle"]:
            await store.prolong(connection, row["id"], None)
            continue
        await store.expire(connection, row["id"], now)
        await store.note(connection, row["id"], now, "acknowledgement_expired", SYSTEM, {})
        changes.alarms.add(row["id"])
        if row["group_id"] is not None:
            await calling.reconcile(connection, row["group_id"], now, by=SYSTEM)
    return changes


async def tell_case(connection: Connection, alarm: UUID, number: str, actor: str, now: datetime) -> None:
    """Write into an alarm's history which case it has opened."""
    await store.note(connection, alarm, now, "case", actor, {"number": number})
