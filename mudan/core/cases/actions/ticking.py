"""Which clocks turn amber, red or overdue now, who hears of it, and which must be counted anew?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.actions.tallying import tally, tally_untold
from mudan.core.cases.actions.writing import (
    DESK,
    NOUN,
    OWNER,
    SYSTEM,
    call,
    put_clocks,
    recoloured,
    record,
    take,
)
from mudan.core.cases.model.chart import Deed, decide
from mudan.core.cases.model.clocks import LAMPS
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.running import Running, recomputed
from mudan.core.cases.model.words import Case
from mudan.primitives.changes import Changes
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

BATCH: Final = 20  # each may supervise and tell somebody; alarms wait behind it
RECOUNTED: Final = 100  # open clocks that a new calendar counts anew in one second
LATE: Final = timedelta(minutes=2)  # a colour that comes later than this says so
_WORDS: Final = {
    "amber": Text("即将超期（黄）", "deadline near (amber)"),
    "red": Text("临近超期（红）", "deadline very near (red)"),
    "overdue": Text("已超期", "overdue"),
}


async def tick(connection: Connection, now: datetime) -> Changes:
    """Tell each colour of each clock once, and count anew what another calendar counts. State is in the database."""
    changes = Changes()
    await tally_untold(connection)
    await _recount(connection, await queries.stale(connection, RECOUNTED), now, changes)
    for case_id, run in await queries.due(connection, now, BATCH):
        case = await queries.one(connection, case_id)
        await _turn(connection, case, run, now)
        changes.touch(NOUN, case.space, case.id)
    return changes


async def _recount(
    connection: Connection, stale: Sequence[tuple[UUID, int, Running]], now: datetime, changes: Changes
) -> None:
    """Count by the calendar in force; most clocks are due when they were, and only the others are told of."""
    for space in {space for _, space, _ in stale}:
        calendar = await queries.calendar(connection, space)
        same = []
        for case_id, _, run in (one for one in stale if one[1] == space):
            anew = recomputed(run, calendar)
            if anew.turns == run.turns:
                same.append((case_id, run.name, run.run))
            else:
                await _moved(connection, case_id, run, anew, now)
                changes.touch(NOUN, space, case_id)
        await store.counted(connection, same, calendar.version)


async def _moved(connection: Connection, case_id: UUID, was: Running, anew: Running, now: datetime) -> None:
    case = await queries.one(connection, case_id)
    await put_clocks(connection, case.id, case.space, [recoloured(anew, now)])
    said = Text("工作日历变更，时限重算", "counted anew by another calendar")
    detail = {
        "clock": was.name, "was": _at(was.turns.due_at), "is": _at(anew.turns.due_at),
        "calendar": anew.calendar_version,
    }  # fmt: skip
    await record(connection, case, "recount", said, now, actor="system", detail=detail)
    await tally(connection, case.id, now)


def _at(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


async def _turn(connection: Connection, case: Case, run: Running, now: datetime) -> None:
    colour = run.colour(now)
    new = replace(run, shown=colour)
    await store.show(connection, case.id, run.name, run.run, colour, new.wakes_at)
    await store.press(connection, case.id)
    turned_at = run.turns[LAMPS.index(colour) - 1]
    if colour == "green" or turned_at is None:
        return
    late = now - turned_at > LATE
    said = _said(case, run, colour, late=late)
    detail = {"clock": run.name, "at": turned_at.isoformat(), "late": late}
    await record(connection, case, colour, said, now, actor="system", detail=detail)
    case = await queries.one(connection, case.id)
    if colour == "overdue" and await _supervised(connection, case, said, now):
        return
    await call(connection, case, said, (OWNER,) if case.situation.owner else (DESK,), now)


def _said(case: Case, run: Running, colour: str, *, late: bool) -> Text:
    titles = {spec.name: spec.title for spec in type_named(case.type).clocks}
    title, words = titles.get(run.name, Text(run.name, run.name)), _WORDS[colour]
    due = "" if run.turns.due_at is None else f"{run.turns.due_at.astimezone(CST):%m-%d %H:%M}"
    tail = Text("（迟发，中心曾停运）", " (late, the centre was down)") if late else Text("", "")
    return Text(f"{title.zh}{words.zh}，限 {due}{tail.zh}", f"{title.en}: {words.en}, due {due}{tail.en}")


async def _supervised(connection: Connection, case: Case, said: Text, now: datetime) -> bool:
    """Whether the centre supervises it (督办), which tells its owner."""
    case_type, deed = type_named(case.type), Deed("supervise", reason=said.zh)
    try:
        way = decide(case_type, case.situation, deed, SYSTEM)
    except Conflict:
        return False
    await take(connection, case, case_type, way, deed, SYSTEM, now, actor="system")
    return case.situation.owner is not None
