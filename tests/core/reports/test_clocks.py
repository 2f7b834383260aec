"""Is what is owed reckoned from the log, told once when late, and met by what really went out?"""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import Incident
from mudan.core.reports import actions, queries
from mudan.core.reports.model import Clock, Rule, Told, reckoned
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.county import actor, later, open_incident
from tests.database import START

pytestmark = pytest.mark.anyio
WHO = actor()
CITY = Text("市里", "City")
RULES = [
    Rule(CITY, "first", "phone", 30, START),
    Rule(CITY, "first", "written", 60, START),
    Rule(CITY, "progress", "written", 120, START),
    Rule(CITY, "final", "written", 1440, START),
]


def _told(kind: str, mode: str, minute: float) -> Told:
    return Told("市里", kind, mode, later(minute * 60))


def _due(clocks: list[Clock]) -> dict[tuple[str, str], float]:
    """Minutes after the start at which what is not met is due."""
    return {
        (clock.kind, clock.mode): (clock.due_at - START) / timedelta(minutes=1)
        for clock in clocks
        if clock.met_at is None
    }


def test_at_first_a_call_and_a_letter_are_owed() -> None:
    assert _due(reckoned(RULES, [], ended_at=None)) == {("first", "phone"): 30, ("first", "written"): 60}


def test_each_letter_winds_the_progress_clock_up_again() -> None:
    told = [_told("first", "phone", 10), _told("first", "written", 40)]
    assert _due(reckoned(RULES, told, ended_at=None)) == {("progress", "written"): 160}
    told.append(_told("progress", "written", 150))
    assert _due(reckoned(RULES, told, ended_at=None)) == {("progress", "written"): 270}


def test_after_the_end_only_the_final_report_is_owed() -> None:
    told = [_told("first", "phone", 10), _told("first", "written", 40)]
    ended = later(300 * 60)
    assert _due(reckoned(RULES, told, ended_at=ended)) == {("final", "written"): 300 + 1440}
    done = [*told, _told("final", "written", 400)]
    assert _due(reckoned(RULES, done, ended_at=ended)) == {}


def test_a_raised_level_owes_who_was_told_a_progress_report_and_sooner() -> None:
    raised = [Rule(rule.body, rule.kind, rule.mode, rule.minutes, later(100 * 60)) for rule in RULES]
    told = [_told("first", "phone", 10), _told("first", "written", 40)]
    assert _due(reckoned(raised, told, ended_at=None)) == {("progress", "written"): 160}


def test_who_was_never_told_is_owed_a_first_report_after_a_change_of_level() -> None:
    province = [Rule(Text("省里", "Province"), "first", "phone", 30, later(6000))]
    assert _due(reckoned(province, [_told("first", "phone", 10)], ended_at=None)) == {("first", "phone"): 130}


def test_a_late_report_is_met_and_stays_late() -> None:
    [clock] = reckoned(RULES[:1], [_told("first", "phone", 45)], ended_at=None)
    assert clock.met_at == later(45 * 60)
    assert clock.late(START)
    [other] = reckoned(RULES[:1], [_told("first", "phone", 5)], ended_at=None)
    assert not other.late(later(10_000))


def test_an_exercise_that_runs_faster_owes_sooner() -> None:
    assert _due(reckoned(RULES[:1], [], ended_at=None, scale=30)) == {("first", "phone"): 1}


@given(st.lists(st.tuples(st.sampled_from(["first", "progress", "final"]), st.sampled_from(["phone", "written"]),
                          st.integers(0, 3000)), max_size=12), st.none() | st.integers(0, 3000))  # fmt: skip
def test_whatever_was_told_no_clock_is_met_before_it_was_wound(
    rows: list[tuple[str, str, int]], end: int | None
) -> None:
    told = [_told(*row) for row in rows]
    ended: datetime | None = None if end is None else later(end * 60)
    clocks = reckoned(RULES, told, ended_at=ended)
    assert len({clock.key() for clock in clocks}) == len(clocks)
    assert clocks == reckoned(RULES, list(reversed(told)), ended_at=ended), (
        "the order of the log's rows does not matter"
    )
    for clock in clocks:
        assert clock.due_at > clock.since
        if clock.kind == "final":
            assert ended is not None
        if clock.met_at is not None:
            assert any(one.at == clock.met_at and one.kind == clock.kind for one in told)


async def _overdue(work: Connection, incident: UUID) -> list[str]:
    return [
        line.text_zh for line in await incident_queries.timeline(work, incident) if "overdue" in line.detail
    ]


async def _clocks(work: Connection, incident: Incident) -> list[Clock]:
    return await queries.clocks(work, await incident_queries.one(work, incident.id))


async def test_a_missed_clock_is_told_once_whatever_restarts(work: Connection) -> None:
    incident = await open_incident(work, level=2)
    assert not await actions.tick(work, later(29 * 60))
    changes = await actions.tick(work, later(31 * 60))
    assert {touched.noun for touched in changes.others} == {"incidents", "reports"}
    for again in (32, 33, 500):
        await actions.tick(work, later(again * 60))
    assert await _overdue(work, incident.id) == [
        "首报（电话）超时：应报市应急指挥中心", "首报（书面）超时：应报市应急指挥中心",
    ]  # fmt: skip
    line = next(
        line for line in await incident_queries.timeline(work, incident.id) if "overdue" in line.detail
    )
    assert (line.at, line.recorded_at) == (later(30 * 60), later(31 * 60))


async def test_a_call_in_time_leaves_nothing_overdue(work: Connection) -> None:
    incident = await open_incident(work, level=2)
    await actions.tell(work, incident.id, "first", "市应急指挥中心", "李工", "", WHO, later(600))
    await actions.tick(work, later(31 * 60))
    assert await _overdue(work, incident.id) == []
    [phone] = [clock for clock in await _clocks(work, incident) if clock.mode == "phone"]
    assert phone.met_at == later(600)


async def test_a_raised_level_starts_the_clocks_of_that_level(work: Connection) -> None:
    incident = await open_incident(work, level=4)
    before = await _clocks(work, incident)
    assert {clock.body.zh for clock in before} == {"县委县政府总值班室"}
    await incidents.set_level(work, incident.id, 1, incident.version, "溃口", WHO, later(3600))
    after = await _clocks(work, incident)
    assert {clock.body.zh for clock in after} == {"市应急指挥中心"}
    assert min(clock.due_at for clock in after) == later(3600 + 20 * 60)


async def test_void_and_merged_incidents_owe_nothing(work: Connection) -> None:
    one, other, third = [await open_incident(work) for _ in range(3)]
    await incidents.void(work, one.id, "误开", one.version, WHO, later(1))
    await incidents.merge(work, other.id, third.id, other.version, "同", WHO, later(1))
    assert await _clocks(work, one) == []
    assert await _clocks(work, other) == []
    await actions.tick(work, later(7200))
    assert await _overdue(work, one.id) == []


async def test_a_plan_adds_its_clocks_once_and_takes_them_away(work: Connection) -> None:
    incident = await open_incident(work, level=4)
    for _ in range(2):
        await actions.set_clock(
            work,
            incident.id,
            Text("市防办", "City flood office"),
            "first",
            "phone",
            15,
            source="plan:flood",
            now=later(60),
        )
    [added] = [clock for clock in await _clocks(work, incident) if clock.source == "plan:flood"]
    assert (added.due_at, added.example) == (later(60 + 900), False)
    await actions.cancel_clocks(work, incident.id, "plan:flood", later(120))
    assert [clock for clock in await _clocks(work, incident) if clock.source == "plan:flood"] == []


async def test_the_county_sets_its_own_clocks(work: Connection) -> None:
    incident = await open_incident(work, level=3)
    assert all(clock.example for clock in await _clocks(work, incident))
    await actions.put_rules(work, 3, [actions.NewRule(CITY, "first", "phone", 5)], WHO)
    [clock] = await _clocks(work, incident)
    assert (clock.body, clock.due_at, clock.example) == (CITY, later(300), False)
    with pytest.raises(Invalid):
        await actions.put_rules(work, 3, [actions.NewRule(CITY, "first", "phone", 5)] * 2, WHO)
    with pytest.raises(Invalid):
        await actions.put_rules(work, 5, [], WHO)


@pytest.mark.parametrize(
    ("kind", "mode", "minutes"), [("second", "phone", 5), ("first", "smoke", 5), ("first", "phone", 0)]
)
def test_a_clock_is_of_a_known_kind_and_length(kind: str, mode: str, minutes: int) -> None:
    with pytest.raises(Invalid):
        actions.NewRule(CITY, kind, mode, minutes)
