"""How is a notice posted, and how does time make it call?"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.duty import queries as duty
from mudan.core.notices import queries, store
from mudan.core.notices.model import (
    Firing,
    NewNotice,
    Notice,
    Recipients,
    State,
    Step,
    checked,
    decided,
    first_at,
    target_title,
)
from mudan.primitives.changes import Changes
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text, marked_text
from mudan.storage.pool import Connection, centre_within

LATEST: Final = timedelta(hours=24)  # nothing calls later than this after its subject has ended
BATCH: Final = 200


async def post(connection: Connection, new: NewNotice, now: datetime, *, by: str = "system") -> UUID:
    """Post a notice; what is due at once calls in the same transaction. Raises Invalid."""
    checked(new)
    notice = new_id()
    due_at = None if new.within_s is None else now + timedelta(seconds=new.within_s)
    async with centre_within(connection):
        titles = {f"position:{one.code}": one.title for one in await duty.positions(connection)}
        await store.insert(
            connection,
            {
                "id": notice, "space": new.space, "area_code": new.area_code, "department": new.department,
                "noun": new.noun, "subject": new.subject, "mark": new.mark, "level": new.level,
                "title": _both(marked_text(new.title, new.space)), "body": _both(new.body),
                "steps": [_plain(step, titles.get(step.to)) for step in new.steps],
                "need_receipt": new.need_receipt, "due_at": due_at, "repeat_s": new.repeat_s,
                "next_at": first_at(new.steps, now), "lapses_at": now + timedelta(seconds=new.lapse_s),
                "created_at": now, "created_by": by, "lon": new.place and new.place.lon,
                "lat": new.place and new.place.lat,
            },
        )  # fmt: skip
        posted = await queries.one(connection, notice, lock=True)
        while (upcoming := await _call(connection, posted, now)) is not None:
            posted = upcoming
    return notice


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _plain(step: Step, title: Text | None) -> dict[str, Any]:
    return {
        "to": step.to, "after_s": step.after_s, "channels": list(step.channels), "otherwise": step.otherwise,
        "title": None if title is None else _both(title),
    }  # fmt: skip


async def tick(connection: Connection, now: datetime) -> Changes:
    """Let every notice whose time has come call once, and those past their time lapse."""
    changes = Changes()
    for notice in await queries.due(connection, now, BATCH):
        await _call(connection, notice, now)
        changes.touch("notices", notice.space, notice.id)
    return changes


async def subject_ended(connection: Connection, noun: str, subject: str, now: datetime) -> None:
    """What a notice is about has ended: it may go on for a day, for those who have not answered, no longer."""
    async with centre_within(connection):
        still = await queries.open_of(connection, noun, [subject])
        await store.bound(connection, [notice.id for notice in still], now + LATEST)


async def _call(connection: Connection, notice: Notice, now: datetime) -> Notice | None:
    """Do what the notice's time asks; returns it as it then is while it stays open, None when nothing is due."""
    firing = decided(
        notice.steps, notice.fired, notice.next_at, notice.lapses_at, notice.repeat_s, now,
        need_receipt=notice.need_receipt,
    )  # fmt: skip
    if firing is None or notice.state is not State.OPEN:
        return None
    fired = notice.fired
    if firing.step is not None:
        fired += 1
        await _deliver(connection, notice, firing, firing.step, fired, now)
    reason = "nobody has answered in time" if firing.state is State.LAPSED else ""
    await store.advance(
        connection, notice.id, fired=fired, next_at=firing.next_at, state=firing.state, now=now, reason=reason
    )
    return replace(notice, fired=fired, next_at=firing.next_at, state=firing.state)


async def _deliver(
    connection: Connection, notice: Notice, firing: Firing, step: Step, fired: int, now: datetime
) -> None:
    target, reached = await _reached(connection, notice, step, now)
    for channel in step.channels:
        await store.deliver(
            connection,
            {
                "id": new_id(), "notice_id": notice.id, "space": notice.space, "area_code": notice.area_code,
                "department": notice.department, "firing": fired, "channel": channel, "target": target,
                "target_title": _both(reached.title), "people": list(reached.people),
                "addresses": [{"name": name, "number": number} for name, number in reached.addresses],
                "wanted_at": notice.next_at, "fired_at": now, "late": firing.late,
                "state": _delivery_state(notice.space, channel, reached),
            },
        )  # fmt: skip


def _delivery_state(space: int, channel: str, reached: Recipients) -> str:
    """An exercise never queues anything for a real channel."""
    if not reached:
        return "nobody"
    if channel == "app":
        return "shown"
    return "queued" if space == 0 else "exercise"


async def _reached(
    connection: Connection, notice: Notice, step: Step, now: datetime
) -> tuple[str, Recipients]:
    where: dict[str, Any] = {
        "space": notice.space, "area_code": notice.area_code, "department": notice.department, "now": now,
    }  # fmt: skip
    for target in filter(None, (step.to, step.otherwise)):
        found = await queries.recipients(connection, target, **where)
        if found:
            return target, found
    return step.to, Recipients(target_title(step.to))
