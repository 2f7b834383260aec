"""Is everybody reminded in time, once, through restarts; and does what recurs come again exactly once?"""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.directives import actions, queries
from mudan.core.directives.model import Deadline
from mudan.core.notices import queries as notices
from mudan.storage.pool import Connection
from tests.core.county import later, open_incident
from tests.core.directives.test_life import DESK, LIAISON, order, step
from tests.database import START

pytestmark = pytest.mark.anyio


async def kinds(work: Connection, directive: object) -> list[str]:
    """What has happened to a directive."""
    return [event.kind for event in await queries.history(work, directive.id)]  # type: ignore[attr-defined]  # one


async def test_nobody_receives_it_and_the_leader_hears_in_the_end(work: Connection) -> None:
    made = await actions.issue(work, DESK, START, order())
    for at in (599, 600, 601, 899, 900, 1499, 1500, 90_000):
        await actions.tick(work, later(at))
    history = await queries.history(work, made.id)
    assert [(one.kind, (one.recorded_at - START).total_seconds()) for one in history[1:]] == [
        ("remind", 600), ("supervise", 900), ("escalate", 1500),
    ]  # fmt: skip
    assert not any(one.detail.get("late") for one in history)
    told = await notices.of_subject(work, "directives", str(made.id))
    assert "position:leader_on_duty" in {one.to for one in told[-1].steps}
    assert all("app" in one.channels for notice in told for one in notice.steps)


async def test_receiving_stops_the_reminders_until_the_work_is_due(work: Connection) -> None:
    made = await actions.issue(work, DESK, START, order())
    await actions.tick(work, later(700))
    await step(work, made, "receive", LIAISON, 720)
    await actions.tick(work, later(2500))
    assert await kinds(work, made) == ["issue", "remind", "receive"]
    await actions.tick(work, later(2520))
    assert (await kinds(work, made))[-1] == "remind"
    await step(work, made, "submit", LIAISON, 2530)
    await actions.tick(work, later(90_000))
    assert (await kinds(work, made))[-1] == "submit"
    states = {one.state for one in await notices.of_subject(work, "directives", str(made.id))}
    assert states == {"cancelled"}


async def test_after_a_long_sleep_the_highest_step_comes_once_and_says_that_it_is_late(
    work: Connection,
) -> None:
    made = await actions.issue(work, DESK, START, order())
    for _ in range(3):
        await actions.tick(work, later(7200))
    history = await queries.history(work, made.id)
    assert [one.kind for one in history] == ["issue", "escalate"]
    assert history[-1].detail["late"] is True
    assert "迟发" in history[-1].text.zh


async def test_an_exercise_runs_as_fast_as_its_space(work: Connection) -> None:
    await work.execute("insert into space (id, name, scale) values (7, '演练', 10)")
    made = await actions.issue(work, None, START, order(), space=7)
    assert (made.space, made.receive_by) == (7, later(60))
    await actions.tick(work, later(60))
    assert await kinds(work, made) == ["issue", "remind"]


async def test_reminding_by_hand_passes_over_what_is_done(work: Connection) -> None:
    made = await actions.issue(work, DESK, START, order())
    done = await actions.issue(work, DESK, START, order())
    await step(work, done, "receive", LIAISON)
    await step(work, done, "submit", LIAISON)
    reminded = await actions.remind(work, [made.id, done.id, made.id], "尽快", DESK, later(5))
    assert [one.id for one in reminded] == [made.id]
    assert (await queries.history(work, made.id))[-1].detail == {"by_hand": True}


async def test_a_cadence_ends_with_its_incident_by_hand_or_by_its_time(work: Connection) -> None:
    incident = await open_incident(work, DESK)
    made = await actions.issue(work, DESK, START, order(incident=incident.id, cadence_s=600))
    by_hand = await actions.issue(work, DESK, START, order(cadence_s=600))
    timed = await actions.issue(work, DESK, START, order(cadence_s=600, cadence_until=later(700)))
    await actions.tick(work, later(600))
    await actions.stop_series(work, by_hand.id, "不再需要", DESK, later(610))
    await work.execute("update incident set phase = 'closed' where id = %s", (incident.id,))
    for at in (1200, 1800):
        await actions.tick(work, later(at))
    for one in (made, by_hand, timed):
        row = await (
            await work.execute("select count(*) as n from directive where series_id = %s", (one.series_id,))
        ).fetchone()
        assert row is not None
        assert row["n"] == 2
        assert (await queries.one(work, one.id)).series_stopped


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(looks=st.lists(st.integers(1, 9000), min_size=1, max_size=8))
async def test_a_recurring_directive_comes_once_for_each_time_however_the_centre_sleeps(
    work: Connection, looks: list[int]
) -> None:
    async with work.transaction(force_rollback=True):
        within = Deadline("after_trigger", within_s=900, trigger_at=START)
        made = await actions.issue(work, DESK, START, order(cadence_s=1800, deadline=within))
        now: datetime = START
        for look in sorted(looks):
            now = later(look)
            for _ in range(2):  # a restart: the same second is looked at again
                await actions.tick(work, now)
        rows = await (
            await work.execute(
                "select occurrence, due_at, state from directive where series_id = %s order by occurrence",
                (made.series_id,),
            )
        ).fetchall()
        series = await (
            await work.execute(
                "select occurrence, missed from directive_series where id = %s", (made.series_id,)
            )
        ).fetchone()
        assert series is not None
        occurrences = [row["occurrence"] for row in rows]
        assert occurrences == sorted(set(occurrences))
        assert series["occurrence"] == 1 + (now - START) // timedelta(seconds=1800)
        assert len(rows) + series["missed"] == series["occurrence"]
        for row in rows:
            assert row["due_at"] == START + timedelta(seconds=1800 * (row["occurrence"] - 1) + 900)
            assert row["state"] == "issued"
