"""Are the figures of a desk counted as they are meant: empty intervals, positions, and the event log?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.alarms import queries
from mudan.core.alarms.actions import end_shelving, handle
from mudan.core.alarms.model import Action
from mudan.core.alarms.model.figures import Counted, Desk, Figure, judged
from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Role
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, add_entity, add_person, cross, later, open_incident, raise_alarm
from tests.core.rules.bench import rule
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
DESK = Desk("duty_officer", COUNTY)
END = later(2 * 3_600)


async def _counted(work: Connection, desk: Desk = DESK) -> Counted:
    return await queries.figures(work, desk, START, END)


async def _figures(work: Connection, desk: Desk = DESK) -> dict[str, Figure]:
    return {figure.name: figure for figure in judged(await _counted(work, desk))}


async def test_the_rate_counts_empty_intervals_too(work: Connection) -> None:
    for n in range(12):
        await raise_alarm(work, at=n)
    counted = await _counted(work)
    assert (counted.intervals, dict(counted.buckets)) == (12, {int(START.timestamp()) // 600: 12})
    found = await _figures(work)
    assert (found["rate"].value, found["most"].value, found["most"].good) == (1.0, 12, False)
    assert found["flood"].value == pytest.approx(100 / 12)


async def test_returns_acknowledgements_and_what_is_silent_are_no_calls(work: Connection) -> None:
    feeder: dict[str, Any] = {"properties": {"feeder": "F"}}
    await raise_alarm(
        work, await add_entity(work, "P", **feeder), rule=rule(name="power.feeder_outage", level=2)
    )
    silent = await add_entity(work, "C", **feeder)
    await raise_alarm(work, silent, rule=rule(name="water.station_silent", level=4), at=1)
    loud = await add_entity(work, "L")
    alarm = await raise_alarm(work, loud, at=2)
    await handle(work, Action.ACKNOWLEDGE, [alarm], actor(), later(30))
    await cross(work, loud, active=False, at=40)
    assert sum((await _counted(work)).buckets.values()) == 2


async def test_times_to_acknowledge_count_at_the_desk_where_it_was_done(work: Connection) -> None:
    for n, seconds in enumerate((20, 40, 60)):
        alarm = await raise_alarm(work, await add_entity(work, f"G{n}"), rule=rule(name="water.g", level=1))
        await handle(work, Action.ACKNOWLEDGE, [alarm], actor(Role.DUTY_OFFICER), later(seconds))
    found = await _figures(work)
    assert (found["ack1_p50"].value, found["ack1_p50"].good, found["ack1_p95"].value) == (40, True, 58)
    assert (await _figures(work, Desk("dispatcher", COUNTY)))["ack1_p50"].value is None


async def test_what_came_of_alarms_is_counted(work: Connection) -> None:
    idle, noted, linked = [await raise_alarm(work, at=n) for n in range(3)]
    await handle(work, Action.ACKNOWLEDGE, [idle, noted, linked], actor(), later(10))
    await handle(work, Action.FIND, [noted], actor(), later(20), finding="false", note="飞鸟")
    incident = await open_incident(work)
    await incidents.link_alarms(work, incident.id, [linked], actor(), later(30))
    found = await _figures(work)
    assert found["idle"].value == pytest.approx(100 / 3)
    assert found["incidents"].value == pytest.approx(100 / 3)
    assert (found["false:water"].value, (await _counted(work)).found) == (100, {"water": (1, 1)})


async def test_silence_that_the_log_does_not_allow_is_found(work: Connection) -> None:
    fine, sneaky, life = await raise_alarm(work), await raise_alarm(work), await raise_alarm(work)
    await handle(work, Action.SHELVE, [fine], actor(), later(1), minutes=600, reason="检修")
    found = (await _figures(work))["unauthorised"]
    assert (found.value, found.good) == (0, True)
    await work.execute("update alarm set suppression = 'shelved_oneshot' where id = %s", (sneaky,))
    assert (await _figures(work))["unauthorised"].value == 1
    await work.execute("update alarm set life_safety = true where id = %s", (life,))
    await work.execute(
        "insert into alarm_event (alarm_id, at, kind, actor, detail) values (%s, %s, 'shelve', 'x', %s)",
        (life, later(2), '{"position": "duty_officer@371702", "minutes": 5}'),
    )
    assert (await _figures(work))["unauthorised"].value == 2


async def test_stale_fleeting_and_chattering_are_counted(work: Connection) -> None:
    station = await add_entity(work)
    await raise_alarm(work, station)
    for second in (10, 20):
        await cross(work, station, active=False, at=second)
        await cross(work, station, at=second + 1)
    brief = await add_entity(work, "B")
    await raise_alarm(work, brief, at=30)
    await cross(work, brief, active=False, at=35)
    counted = await _counted(work)
    assert (counted.chattering, counted.fleeting, counted.stale) == (1, 1, 0)
    late = await queries.figures(work, DESK, START, later(86_400 + 60))
    assert late.stale == 1


async def test_the_worst_actors_lead_with_their_share(work: Connection) -> None:
    bad = await add_entity(work, "BAD")
    await raise_alarm(work, bad)
    for n in range(2):
        await cross(work, bad, active=False, at=100 * n + 50)
        await cross(work, bad, at=100 * n + 100)
    await raise_alarm(work, await add_entity(work, "GOOD"), at=7)
    worst = await queries.worst_actors(work, DESK, START, END)
    assert [(one.entity_urn.rsplit(":", 1)[1], one.calls, one.share) for one in worst] == [
        ("BAD", 3, 0.75), ("GOOD", 1, 0.25),
    ]  # fmt: skip


async def test_a_desk_sees_its_area_and_no_other(work: Connection) -> None:
    for role, area in (
        (Role.DISPATCHER, COUNTY),
        (Role.DISPATCHER, TOWN),
        (Role.DUTY_OFFICER, OTHER_TOWN),
        (Role.LEADER, COUNTY),
    ):
        await add_person(work, f"{role.value}-{area}"[:32], role, area)
    await raise_alarm(work, await add_entity(work, "far", area_code=OTHER_TOWN))
    assert len(await queries.desks(work)) == 3
    await set_scope(work, actor(area=TOWN).scope.settings())
    assert await queries.desks(work) == [Desk("dispatcher", TOWN)]
    assert (await _counted(work, Desk("dispatcher", TOWN))).raised == 0


HOUR = 3_600.0


async def _day(work: Connection) -> None:
    """One known day: every figure of it can be counted by hand."""
    desk, clerk = actor(), actor(Role.DISPATCHER)
    low, high = rule(name="water.low", level=4), rule(name="water.high", level=2)
    for n in range(12):  # twelve within ten minutes: a flood
        await raise_alarm(work, await add_entity(work, f"F{n}"), rule=low, at=n)
    middle = [
        await raise_alarm(
            work, await add_entity(work, f"M{n}"), rule=rule(name="water.mid", level=3), at=2 * HOUR + n
        )
        for n in range(3)
    ]
    await open_incident(work, desk, alarm_ids=middle[:1])
    grave = await raise_alarm(
        work, await add_entity(work, "G"), rule=rule(name="water.top", level=1), at=4 * HOUR
    )
    await handle(work, Action.ACKNOWLEDGE, [grave], desk, later(4 * HOUR + 30), note="已派人")
    idle = await raise_alarm(work, await add_entity(work, "I"), rule=high, at=3 * HOUR)
    await handle(work, Action.ACKNOWLEDGE, [idle], desk, later(3 * HOUR + 100))
    restless = await add_entity(work, "R")
    for at, active in ((0, True), (10, False), (20, True), (30, False), (40, True)):
        await cross(work, restless, active=active, at=5 * HOUR + at, rule=low)
    brief = await add_entity(work, "B")
    wrong = await raise_alarm(work, brief, rule=low, at=6 * HOUR)
    await cross(work, brief, active=False, at=6 * HOUR + 5, rule=low)
    await handle(work, Action.FIND, [wrong], clerk, later(6 * HOUR + 60), note="误报", finding="false")
    feeder: dict[str, Any] = {"properties": {"feeder": "F"}}
    cut = rule(name="power.feeder_outage", level=2)
    await raise_alarm(work, await add_entity(work, "P", **feeder), rule=cut, at=7 * HOUR)
    silent = rule(name="water.station_silent", level=4)  # by design: in no figure of calls
    await raise_alarm(work, await add_entity(work, "C", **feeder), rule=silent, at=7 * HOUR + 1)
    shelved = await raise_alarm(work, await add_entity(work, "S"), rule=low, at=8 * HOUR)
    await handle(work, Action.SHELVE, [shelved], clerk, later(8 * HOUR + 60), reason="检修", minutes=30)
    await end_shelving(work, later(8 * HOUR + 60 + 1_800))  # calls a second time
    await raise_alarm(work, await add_entity(work, "OLD"), rule=low, at=-25 * HOUR)
    ended = await add_entity(work, "ENDED")
    await raise_alarm(work, ended, rule=low, at=-30 * HOUR)
    await cross(work, ended, active=False, at=HOUR, rule=low)


async def test_every_figure_of_a_known_day_is_right(work: Connection) -> None:
    await _day(work)
    counted = await queries.figures(work, DESK, START, later(24 * HOUR))
    found = {figure.name: figure.value for figure in judged(counted)}
    calls, alarms = 12 + 3 + 1 + 1 + 3 + 1 + 1 + 2, 12 + 3 + 1 + 1 + 1 + 1 + 1 + 1
    assert counted.intervals == 144
    assert (sum(counted.buckets.values()), counted.raised) == (calls, alarms + 1)
    expected = {
        "rate": calls / 144, "most": 12, "flood": 100 / 144, "stale": 2, "chattering": 1, "fleeting": 1,
        "level1": 100 / alarms, "level2": 200 / alarms, "level3": 300 / alarms, "level4": 1_500 / alarms,
        "top10": 100 * (3 + 2 + 8) / calls, "unauthorised": 0, "ack1_p50": 30, "ack1_p95": 30, "ack2_p50": 100,
        "ack3_p50": None, "idle": 50, "incidents": 100 / (alarms + 1), "false:water": 100,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == pytest.approx(expected)


@given(
    calls=st.dictionaries(st.integers(0, 143), st.integers(1, 40), max_size=20),
    levels=st.fixed_dictionaries({level: st.integers(0, 50) for level in (1, 2, 3, 4)}),
)
def test_figures_hold_for_any_day(calls: dict[int, int], levels: dict[int, int]) -> None:
    counted = Counted(
        start=START, end=START + timedelta(days=1), bucket=timedelta(minutes=10), buckets=calls,
        raised=sum(levels.values()), levels=levels, stale=0, chattering=0, fleeting=0, incidents=0,
        acknowledgements={}, without_action=(0, 0), unauthorised=0, found={},
        calls_by_rule=sorted(calls.values(), reverse=True),
    )  # fmt: skip
    found = {figure.name: figure for figure in judged(counted)}
    assert counted.intervals == 144
    assert found["rate"].value == pytest.approx(sum(calls.values()) / 144)
    assert found["flood"].good is (100 * sum(n > 10 for n in calls.values()) / 144 < 1)
    mix = [found[f"level{level}"].value for level in (1, 2, 3, 4)]
    if counted.raised:
        assert sum(share for share in mix if share is not None) == pytest.approx(100)
    else:
        assert mix == [None] * 4
