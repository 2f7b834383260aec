"""Whom does a group of alarms call, and when does it stop? One open notice a group, by its gravest alarm.

something new ─group_wait─▶ reconcile ─▶ nobody called yet, or the gravest level has changed: a new notice
somebody handles alarms ──▶ reconcile ─▶ nothing left that calls: the notice ends, in the same transaction
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.alarms import queries, store
from mudan.core.alarms.model import Alarm, Chain, Tuning, checked_chain, checked_tuning
from mudan.core.alarms.model.tuning import plain
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, checked
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

NOUN: Final = "alarm_groups"
SYSTEM: Final = "system"


async def has_new(connection: Connection, group: UUID, level: int, now: datetime) -> None:
    """An alarm of a group calls: its group is told of soon, of the gravest level at once."""
    async with centre_within(connection):
        wait = timedelta(seconds=0 if level == 1 else (await queries.tuning(connection)).group_wait_s)
        await store.pend(connection, group, now + wait)
    if level == 1:
        await reconcile(connection, group, now, by=SYSTEM)


async def reconcile(
    connection: Connection, group_id: UUID, now: datetime, *, by: str, begin: bool = True
) -> None:
    """Let a group call for what nobody has taken, and nobody for what is handled.

    With `begin` false a group that calls nobody yet keeps waiting for its time.
    """
    async with centre_within(connection):
        group = await queries.group(connection, group_id)
        if group["announced"] is None and not begin:
            return
        left = await queries.unhandled(connection, group_id)
        level = left[0].level if left else None
        if level == group["announced"] and level is not None:
            await store.announce(connection, group_id, level)
            return
        await _settle(connection, group, level, now, by)
        if left:
            await notices.post(connection, await _notice(connection, group, left), now)
        await store.announce(connection, group_id, level)


async def _settle(
    connection: Connection, group: dict[str, Any], level: int | None, now: datetime, by: str
) -> None:
    if group["announced"] is None:
        return
    await notices.settle(
        connection, NOUN, str(group["id"]), now, by=by,
        reason="handled" if level is None else "another level calls now",
        state="acknowledged" if level is None and by != SYSTEM else "cancelled",
    )  # fmt: skip


async def _notice(connection: Connection, group: dict[str, Any], left: list[Alarm]) -> NewNotice:
    """What a group says: its gravest alarm, and how many more there are."""
    worst = left[0]
    chain = await queries.chain(connection, worst.level)
    title, sentence = worst.words["title"], worst.words["sentence"]
    more = len(left) - 1
    return NewNotice(
        noun=NOUN, subject=str(group["id"]), space=worst.space, area_code=worst.area_code,
        department=worst.department, level=worst.level,
        title=Text(f"告警未确认：{title['zh']}", f"Alarm not acknowledged: {title['en']}"),
        body=Text(
            sentence["zh"] + (f"；同组另有 {more} 条" if more else ""),
            sentence["en"] + (f"; {more} more of the same group" if more else ""),
        ),
        steps=chain.steps, repeat_s=chain.repeat_s, mark=str(worst.id),
    )  # fmt: skip


async def tell_groups(connection: Connection, now: datetime) -> Changes:
    """Let the groups call whose waiting is over."""
    changes = Changes()
    for group in await queries.due_groups(connection, now):
        await reconcile(connection, group, now, by=SYSTEM)
        for alarm in (await queries.unhandled(connection, group))[:50]:
            changes.alarms.add(alarm.id)
            changes.touch("alarms", alarm.space, group)
    return changes


async def sound_again(connection: Connection, now: datetime) -> Changes:
    """What nobody has taken sounds again; a group whose notice has run out calls anew."""
    changes = Changes()
    for row in await queries.sounding_again(connection, now):
        await store.realarm(connection, row["id"], now)
        await store.note(connection, row["id"], now, "re_alarmed", SYSTEM, {})
        changes.alarms.add(row["id"])
        if row["group_id"] is not None and await queries.calling_of(connection, row["group_id"]) is None:
            await _begin_anew(connection, row["group_id"], now)
    return changes


async def _begin_anew(connection: Connection, group: UUID, now: datetime) -> None:
    """A group that nobody is called for any more goes through its chain again."""
    await notices.settle(connection, NOUN, str(group), now, by=SYSTEM, reason="sounds again")
    await store.announce(connection, group, None)
    await store.pend(connection, group, now)


async def set_chain(connection: Connection, chain: Chain, now: datetime, *, by: str) -> Chain:
    """Set whom a level calls; notices that run keep the steps they began with. Raises Invalid, Conflict."""
    checked_chain(chain)
    checked(
        NewNotice(NOUN, "-", 0, "", None, Text("", ""), Text("", ""), chain.steps, repeat_s=chain.repeat_s)
    )
    row = {name: getattr(chain, name) for name in Chain.__slots__}
    steps = [asdict(step) | {"channels": list(step.channels)} for step in chain.steps]
    if not await store.put_chain(connection, row | {"steps": steps, "now": now, "by": by}):
        raise Conflict("the chain has changed meanwhile; look again")
    return await queries.chain(connection, chain.level)


async def set_tuning(connection: Connection, tuning: Tuning, version: int, now: datetime, *, by: str) -> None:
    """Set how alarms are grouped and compared; it counts from the next alarm on. Raises Invalid, Conflict."""
    row = {"settings": plain(checked_tuning(tuning)), "version": version, "now": now, "by": by}
    if not await store.put_tuning(connection, row):
        raise Conflict("the settings have changed meanwhile; look again")
