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
from mudan.core.reports import queries as reports
from mudan.core.reports.model import MODES, REPORT_KINDS
from mudan.core.responses import queries as responses
from mudan.core.warnings import queries as warnings
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


async def _reports(connection: Connection, _actor: Actor, _now: datetime) -> list[Matter]:
    page, _, _ = await incidents.page(connection, phase="open", limit=MOST)
    found = []
    for owed in await reports.owed(connection, page):
        for clock in owed.clocks:
            if clock.met_at is not None:
                continue
            kind, mode = REPORT_KINDS[clock.kind], MODES[clock.mode]
            text = Text(
                f"报告 {owed.incident.number}：向{clock.body.zh}{kind.zh}（{mode.zh}）",
                f"report {owed.incident.number}: {kind.en} to {clock.body.en} ({mode.en})",
            )
            found.append(Matter("reports", f"{owed.incident.id}", text, owed.incident.level, clock.due_at))
    return found


async def _warnings(connection: Connection, _actor: Actor, _now: datetime) -> list[Matter]:
    said = {"draft": Text("起草中", "being drafted"), "checked": Text("已校核", "checked"),
            "approved": Text("已批准未发", "approved, not sent"), "sent": Text("生效中", "in force")}  # fmt: skip
    found = []
    for one in await warnings.page(connection, which="open", limit=MOST):
        state = said.get(one.state.value, Text(one.state.value, one.state.value))
        headline = one.content.headline
        text = Text(f"预警 {headline.zh}：{state.zh}", f"warning {headline.en or headline.zh}: {state.en}")
        found.append(Matter("warnings", str(one.id), text, None, one.expires_at))
    return found


async def _responses(connection: Connection, _actor: Actor, _now: datetime) -> list[Matter]:
    found = []
    for one in await responses.page(connection):
        wanted = one.proposed or one.level or "–"
        state = Text("待决定", "to be decided") if one.proposed else Text("响应中", "running")
        text = Text(
            f"响应 {one.title.zh} {wanted}：{state.zh}", f"response {one.title.en} {wanted}: {state.en}"
        )
        found.append(Matter("responses", str(one.id), text, one.statutory, one.decide_by))
    return found


# A noun whose matters must not be forgotten between two shifts adds its line here.
SOURCES: Final[tuple[Source, ...]] = (
    _alarms,
    _incidents,
    _reports,
    _directives,
    _calls,
    _warnings,
    _responses,
)


async def matters(connection: Connection, actor: Actor, now: datetime) -> list[Matter]:
    """Everything that is open within scope, noun by noun."""
    return [matter for source in SOURCES for matter in await source(connection, actor, now)]
