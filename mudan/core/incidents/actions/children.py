"""How is a new alarm offered to an open incident, joined to it, kept quiet for it, and let go again?

It is compared before its group calls, and again whenever it has called anew. Nothing joins an incident by itself
unless the county has said so of the rule; everything that did comes off again with one click.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.alarms import actions as alarm_actions
from mudan.core.alarms import queries as alarms
from mudan.core.alarms.model import Suggestion, Tuning
from mudan.core.alarms.model.correlation import upstream
from mudan.core.alarms.queries.links import Near
from mudan.core.incidents import queries, store
from mudan.core.incidents.actions.life import link_alarms
from mudan.core.incidents.actions.log import held_open, log
from mudan.core.incidents.model import Child, Member, Parent, child_moved, likeliest_parent, may_be_quiet
from mudan.core.people.model import Actor
from mudan.primitives.changes import Changes
from mudan.primitives.clock import CST
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

AT_ONCE: Final = 50  # alarms compared in one tick, so that a storm never holds the tick
SYSTEM: Final = "system"
STANDING: Final = ("linked", "accepted")


async def tick(connection: Connection, now: datetime) -> Changes:
    """Hold what calls against the open incidents; let go what nobody has answered or whose incident has ended."""
    changes = Changes()
    for child, linked in await queries.children_to_end(connection, now):
        await _end(connection, child, now, linked=linked)
        _touch(changes, child.space, child.incident_id, child.alarm_id)
    fresh = await alarms.calling_anew(connection, AT_ONCE)
    if fresh:
        parents, tuning = await queries.parents(connection), await alarms.tuning(connection)
        rivers = await alarms.downstream(connection) if parents else {}
        known = await queries.children_of_alarms(connection, [near.seen.id for near in fresh])
        for near in fresh:
            found = await _compared(
                connection, near, parents, known.get(near.seen.id, []), rivers, tuning, now
            )
            if found is not None:
                _touch(changes, near.space, found, near.seen.id)
        await alarm_actions.checked_for_incidents(connection, [near.seen.id for near in fresh], now)
    return changes


def _touch(changes: Changes, space: int, incident: UUID, alarm: UUID) -> None:
    changes.alarms.add(alarm)
    changes.touch("incidents", space, incident)


async def _compared(
    connection: Connection,
    near: Near,
    parents: list[Parent],
    known: list[Child],
    rivers: dict[str, str],
    tuning: Tuning,
    now: datetime,
) -> UUID | None:
    """Offer, or join, an alarm; or keep it quiet again that was. Returns the incident, None when it has none."""
    standing = next((one for one in known if one.quiet and one.state in STANDING), None)
    if standing is not None:
        await _quiet(connection, near.seen.id, standing.incident_id, standing.score, None, parents, now)
        return standing.incident_id
    said_no = {one.incident_id for one in known}
    open_here = [one for one in parents if one.space == near.space and one.id not in said_no]
    best = likeliest_parent(near.seen, open_here, tuning, _along(near, rivers))
    if best is None:
        return None
    parent, suggestion = best
    joins = tuning.links_itself(near.seen.rule, suggestion.score)
    quiet = may_be_quiet(near.seen.level, parent.level, life_safety=near.life_safety)
    calls_at = None if joins else now + timedelta(minutes=tuning.child_wait_min)
    await store.put_child(
        connection,
        {
            "id": new_id(), "space": near.space, "area_code": near.area_code, "department": near.department,
            "incident": parent.id, "alarm": near.seen.id, "score": suggestion.score, "reasons": suggestion.plain(),
            "state": "linked" if joins else "offered", "quiet": quiet, "now": now, "calls_at": calls_at,
        },
    )  # fmt: skip
    if joins:
        await _join(connection, near, parent, suggestion, now)
    if quiet:
        await _quiet(connection, near.seen.id, parent.id, suggestion.score, calls_at, parents, now)
    return parent.id


def _along(near: Near, rivers: dict[str, str]) -> Callable[[Member], int | None]:
    def hops(member: Member) -> int | None:
        if near.device is None or member.device is None or near.device == member.device:
            return None
        return upstream(rivers, near.device, member.device)

    return hops


async def _quiet(
    connection: Connection,
    alarm: UUID,
    incident: UUID,
    score: float,
    calls_at: datetime | None,
    parents: list[Parent],
    now: datetime,
) -> None:
    number = next((one.number for one in parents if one.id == incident), "")
    how = f"相关度 {score * 100:.0f} %"
    words = Text(
        f"属于处置中的事件 {number}（{how}）", f"belongs to incident {number}, which is being handled"
    )
    if calls_at is not None:
        until = calls_at.astimezone(CST)
        words = Text(
            f"可能属于处置中的事件 {number}（{how}），待值班员确认；{until:%H:%M:%S} 前无人处理将恢复提示",
            f"may belong to incident {number}; it calls at {until:%H:%M:%S} unless somebody decides",
        )
    detail = {"incident": number, "score": round(score, 2)}
    await alarm_actions.keep_quiet(connection, alarm, words, detail, now)


async def _join(
    connection: Connection, near: Near, parent: Parent, suggestion: Suggestion, now: datetime
) -> None:
    """An alarm whose rule may: it belongs to the incident now, and the timeline says by whom and why."""
    if not await store.link(connection, parent.id, near.seen.id, now, SYSTEM):
        return
    sentence = (await alarms.one(connection, near.seen.id)).words["sentence"]
    why, score = suggestion.reasons, f"{suggestion.score * 100:.0f} %"
    text = Text(
        f"自动关联告警（相关度 {score}：{'，'.join(one.text.zh for one in why)}）：{sentence['zh']}",
        f"alarm linked by rule ({score}: {', '.join(one.text.en for one in why)}): {sentence['en']}",
    )
    detail = {"alarm": str(near.seen.id), "score": round(suggestion.score, 2), "automatic": True}
    await log(
        connection, parent.id, "alarm_linked", text, source="system", actor=SYSTEM, now=now, detail=detail
    )
    await store.touch(connection, parent.id)


async def _end(connection: Connection, child: Child, now: datetime, *, linked: bool) -> None:
    """Time, or the end of the incident, lets an alarm go; one that somebody has linked is accepted instead."""
    if child.state == "offered" and linked:
        await _settle(connection, child, "accepted", now, by=SYSTEM, quiet=child.quiet)
        return
    state = child_moved(child.state, "lapse") if child.state == "offered" else child.state
    await _settle(connection, child, state, now, by=SYSTEM, quiet=False)
    await alarm_actions.let_call(connection, child.alarm_id, now)


async def _settle(
    connection: Connection, child: Child, state: str, now: datetime, *, by: str, quiet: bool, note: str = ""
) -> None:
    row: dict[str, Any] = {"state": state, "quiet": quiet, "now": now, "by": by, "note": note}
    await store.settle_child(connection, child.id, row)


async def accept_child(
    connection: Connection, incident_id: UUID, child_id: UUID, actor: Actor, now: datetime
) -> Child:
    """It belongs to the incident: linked, and quiet for as long as it was."""
    child = await queries.child(connection, incident_id, child_id)
    state = child_moved(child.state, "accept")
    await link_alarms(connection, incident_id, [child.alarm_id], actor, now)
    await _settle(connection, child, state, now, by=actor.name, quiet=child.quiet)
    return await queries.child(connection, incident_id, child_id)


async def reject_child(
    connection: Connection, incident_id: UUID, child_id: UUID, note: str, actor: Actor, now: datetime
) -> Child:
    """It does not: it calls as any other, and is not offered to this incident again."""
    child = await queries.child(connection, incident_id, child_id)
    state = child_moved(child.state, "reject")
    await _settle(connection, child, state, now, by=actor.name, quiet=False, note=note.strip())
    async with centre_within(connection):
        await alarm_actions.let_call(connection, child.alarm_id, now)
    return await queries.child(connection, incident_id, child_id)


async def undo_child(
    connection: Connection, incident_id: UUID, child_id: UUID, note: str, actor: Actor, now: datetime
) -> Child:
    """Take an alarm off the incident again; the timeline keeps both."""
    await held_open(connection, incident_id)
    child = await queries.child(connection, incident_id, child_id)
    state = child_moved(child.state, "undo")
    await store.unlink(connection, [child.alarm_id], incident_id)
    await _settle(connection, child, state, now, by=actor.name, quiet=False, note=note.strip())
    sentence = (await alarms.one(connection, child.alarm_id)).words["sentence"]
    tail = f"（{note.strip()}）" if note.strip() else ""
    text = Text(f"撤销关联告警：{sentence['zh']}{tail}", f"alarm taken off: {sentence['en']}{tail}")
    await log(
        connection, incident_id, "alarm_unlinked", text, source="operator", actor=actor.name, now=now,
        detail={"alarm": str(child.alarm_id)},
    )  # fmt: skip
    await store.touch(connection, incident_id)
    async with centre_within(connection):
        await alarm_actions.let_call(connection, child.alarm_id, now)
    return await queries.child(connection, incident_id, child_id)
