"""What is open now and must be handed over? Each noun is asked in turn, in the reader's scope."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from mudan.core.alarms import queries as alarms
from mudan.core.calls import queries as calls
from mudan.core.directives import queries as directives
from mudan.core.directives.model import STATE_WORDS
from mudan.core.duty.model import Matter
from mudan.core.incidents import queries as incidents
from mudan.core.incidents.model import PHASE_WORDS
from mudan.core.people.model import Actor
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

Source = Callable[[Connection, Actor, datetime], Awaitable[list[Matter]]]
MOST: Final = 100  # of one noun; the rest is on its own page


async def _alarms(connection: Connection, _actor: Actor, _now: datetime) -> list[Matter]:
    found: list[Matter] = []
    for state, zh, en in (("unacknowledged", "告警未确认", "alarm not acknowledged"),
                          ("shelved", "告警已搁置", "alarm shelved")):  # fmt: skip
        for one in (await alarms.page(connection, alarms.Wanted(state=state, limit=MOST)))[0]:
            said = one.words["sentence"]
            text = Text(f"{zh}：{said['zh']}", f"{en}: {said['en']}")
            found.append(Matter("alarms", str(one.id), text, one.level, one.suppressed_until))
    return found


async def _incidents(connection: Connection, _actor: Actor, _now: datetime) -> list[Matter]:
    page, _, _ = await incidents.page(connection, phase="open", limit=MOST)
    found = []
    for one in page:
        phase = PHASE_WORDS[one.phase]
        text = Text(
            f"事件 {one.number} {one.title}：{phase.zh}，未完任务 {one.open_tasks}",
            f"incident {one.number} {one.title}: {phase.en}, {one.open_tasks} open tasks",
        )
        found.append(Matter("incidents", str(one.id), text, one.level))
    return found


async def _directives(connection: Connection, actor: Actor, now: datetime) -> list[Matter]:
    found, _ = await directives.page(connection, actor, directives.Wanted(limit=MOST), now)
    return [
        Matter(
            "directives", str(one.id),
            Text(
                f"督办 {one.number} {one.title}：{STATE_WORDS[one.state].zh}",
                f"directive {one.number} {one.title}: {STATE_WORDS[one.state].en}",
            ),
            one.level, one.due_at,
        )
        for one in found
    ]  # fmt: skip


async def _calls(connection: Connection, _actor: Actor, _now: datetime) -> list[Matter]:
    return [
        Matter(
            "calls", str(one.id),
            Text(
                f"叫应 {one.title}：应答 {one.answered}/{one.total}，未通 {one.unreached}",
                f"call {one.title}: {one.answered} of {one.total} answered, {one.unreached} not reached",
            ),
            one.level,
        )
        for one in await calls.runs(connection, open_only=True)
    ]  # fmt: skip


# A noun whose matters must not be forgotten between two shifts adds its line here.
SOURCES: Final[tuple[Source, ...]] = (_alarms, _incidents, _directives, _calls)


async def matters(connection: Connection, actor: Actor, now: datetime) -> list[Matter]:
    """Everything that is open within scope, noun by noun."""
    return [matter for source in SOURCES for matter in await source(connection, actor, now)]
