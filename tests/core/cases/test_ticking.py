"""Is every colour of every clock told once, to those it concerns, through restarts and new calendars?"""

from datetime import date
from typing import Any

import pytest

from mudan.core.cases import actions, queries
from mudan.core.cases.model.calendar import Calendar
from mudan.core.cases.model.words import Case
from mudan.core.notices import queries as notices
from mudan.storage.pool import Connection
from tests.core.cases.desk import OTHER_DESK, WATER_DESK, at_work, elsewhere, reported, step
from tests.core.county import later
from tests.database import START

pytestmark = pytest.mark.anyio
HOUR = 3600.0


async def told(work: Connection, case: Case) -> list[tuple[str, Any]]:
    """(colour, clock) of what the centre's clocks have said about a case."""
    lines = await queries.history(work, case.id)
    return [(line.kind, line.detail.get("clock")) for line in lines if line.actor == "system"]


async def test_each_colour_comes_once_and_at_its_time(work: Connection) -> None:
    case = await reported(work)  # to be opened within two working hours from nine
    for hours in (1.19, 1.2, 1.2, 1.69, 1.7, 1.99, 2.0, 2.0, 2.5):
        await actions.tick(work, later(hours * HOUR))
    assert await told(work, case) == [("amber", "file"), ("red", "file"), ("overdue", "file")]
    lines = (await queries.history(work, case.id))[1:]
    assert [(line.at - START).total_seconds() / HOUR for line in lines] == [1.2, 1.7, 2.0]
    now = await queries.one(work, case.id)
    assert (now.lamp, now.next_due_at) == ("overdue", later(2 * HOUR))
    assert not any(line.detail["late"] for line in lines)


async def test_after_a_long_sleep_only_the_last_colour_comes_and_says_that_it_is_late(
    work: Connection,
) -> None:
    case = await reported(work)
    await actions.tick(work, later(2.1 * HOUR))
    await actions.tick(work, later(2.2 * HOUR))
    assert await told(work, case) == [("overdue", "file")]
    line = (await queries.history(work, case.id))[-1]
    assert line.detail["late"]
    assert "迟发" in line.text.zh


async def test_what_is_overdue_with_a_department_is_supervised_by_the_centre_itself(work: Connection) -> None:
    case = await at_work(work)  # a manhole: 24 hours from the dispatch
    await actions.tick(work, later(900 + 24 * HOUR))
    now = await queries.one(work, case.id)
    assert (now.situation.supervised, dict(now.situation.asked), now.lamp) == (
        1,
        {"supervision": None},
        "overdue",
    )
    assert (await told(work, case))[-2:] == [("overdue", "handle"), ("supervise", None)]
    called = [one for one in await notices.of_subject(work, "cases", str(case.id)) if one.state == "open"]
    assert {step.to for one in called for step in one.steps} == {"role:department_liaison"}
    replied = await step(work, case, "reply", WATER_DESK, 25 * HOUR, reason="今晚换盖")
    assert dict(replied.situation.asked) == {}


async def test_a_case_that_moved_on_is_left_in_peace(work: Connection) -> None:
    case = await reported(work)
    await step(work, case, "accept", at=60)
    await step(work, case, "refuse", OTHER_DESK, 120, reason="非本县")
    await actions.tick(work, later(100 * HOUR))
    assert await told(work, case) == []


async def test_a_new_calendar_moves_open_deadlines_and_says_so_and_leaves_ended_ones(
    work: Connection,
) -> None:
    case, ended = await reported(work), await reported(work)
    await step(work, ended, "void", OTHER_DESK, reason="误报")
    await actions.tick(work, later(1.5 * HOUR))
    assert (await queries.one(work, case.id)).lamp == "amber"
    off = Calendar(holidays=frozenset({date(2026, 11, 23)}))
    version = await actions.publish_calendar(work, off, 0, "放假", OTHER_DESK, later(1.5 * HOUR))
    changes = await actions.tick(work, later(1.6 * HOUR))
    assert {touched.id for touched in changes.others} == {str(case.id)}
    now = await queries.one(work, case.id)
    assert (now.lamp, now.next_due_at) == ("green", later(25.5 * HOUR))  # half past ten of the next day
    assert {run.calendar_version for run in await queries.clocks(work, case.id)} == {version}
    assert {run.calendar_version for run in await queries.clocks(work, ended.id)} == {0}
    assert [kind for kind, _ in await told(work, case)] == ["amber", "recount"]
    assert not (await actions.tick(work, later(1.7 * HOUR))).others


async def test_a_calendar_of_an_exercise_is_its_own(work: Connection) -> None:
    await work.execute("insert into space (id, name, scale) values (7, 'drill', 1)")
    real, drill = await reported(work), await reported(work, elsewhere(OTHER_DESK, 7))
    off = Calendar(holidays=frozenset({date(2026, 11, 23)}))
    await actions.publish_calendar(work, off, 0, "演练", elsewhere(OTHER_DESK, 7), START)
    await actions.tick(work, later(60))
    assert (await queries.one(work, real.id)).next_due_at == later(2 * HOUR)
    assert (await queries.one(work, drill.id)).next_due_at == later(25.5 * HOUR)
