"""Is every metric what the slow and obvious reading says, also when the cases have gone on since the window's end?"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Step, hand_of
from mudan.core.cases.model.chart import possible
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.faults import faults
from mudan.core.cases.model.metrics.counts import COUNTS, KINDS, TESTS
from mudan.core.cases.model.metrics.figures import VITAL_SIGN, Figure, figure, score, without
from mudan.core.cases.model.metrics.groups import TOGETHER, Crew, folded
from mudan.core.cases.model.metrics.periods import period
from mudan.core.cases.model.metrics.registry import GROUPS, METRICS, formula, metrics_of, metrics_over
from mudan.core.cases.model.types import Answer, CaseType, ClockSpec
from mudan.core.cases.model.words import Case
from mudan.core.cases.queries import WHOLE, Asked
from mudan.core.people.model import Actor, Role
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid, MudanError
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.cases.desk import (
    DESK,
    FIRE_DESK,
    LEADER,
    OTHER_DESK,
    WATER_DESK,
    at_work,
    new_case,
    reported,
    step,
    to_check,
)
from tests.core.cases.reckoning import Read, counted, handling_hours
from tests.core.county import actor, later
from tests.database import FIRE, OTHER_TOWN, START, TOWN, WATER

HANDS: tuple[Actor, ...] = (DESK, OTHER_DESK, LEADER, WATER_DESK, FIRE_DESK)
# The ways that lead a case on come up more often than those that end it.
LIKELY = {"accept": 6, "open": 9, "dispatch": 9, "sign": 9, "answer": 7, "check": 9, "pass": 5, "call_back": 6,
          "finish": 3, "fail": 4, "return": 2, "verify": 3, "confirm": 5, "ask_extension": 2,
          "grant_extension": 9}  # fmt: skip
SPAN = timedelta(days=40)


def whole(since: datetime, until: datetime, group: str = "area") -> Asked:
    return Asked(0, since, until, group)


async def stepped(work: Connection, random: Random, case: UUID, at: float, others: list[UUID]) -> None:
    """One step that somebody may take, as it comes."""
    one = await queries.one(work, case)
    who = random.choice(HANDS)
    ways = [
        name
        for name in possible(HOTLINE, one.situation, hand_of(who))
        if name not in ("escalate", "delegate")
    ]
    if not ways:
        return
    event = random.choices(ways, [LIKELY.get(name, 1) for name in ways])[0]
    given = Step(
        event, one.version, uuid4(), "缘由", "电话告知", random.choice((WATER, FIRE)), frozenset({FIRE}),
        random.choice(others) if event == "merge" else None, random.choice(("satisfied", "mostly", "not")),
        None, random.randint(1, 5),
    )  # fmt: skip
    try:
        async with work.transaction():
            await actions.move(work, case, given, who, later(at))
    except MudanError:
        pass  # what may not be done is not done, and is not to be counted


async def read(work: Connection, cases: list[UUID]) -> list[Read]:
    """Everything that is known of the cases."""
    return [
        Read(
            await queries.one(work, case), await queries.history(work, case), await queries.clocks(work, case)
        )
        for case in cases
    ]


@pytest.mark.anyio
@pytest.mark.parametrize("seed", range(4))
async def test_every_count_is_what_the_obvious_reading_says_and_stays_when_cases_go_on(
    work: Connection, seed: int
) -> None:
    random = Random(seed)
    cases: list[UUID] = []
    snapshots: list[tuple[datetime, dict[str, float], tuple[float, float] | None]] = []
    at = 0.0
    for turn in range(240):
        at += random.expovariate(1 / 9000)
        if turn % 8 == 0:
            source = random.choice(("collector", "public", "superior"))
            new = new_case(source=source, area_code=random.choice((TOWN, OTHER_TOWN)), id=uuid4())
            cases.append((await actions.report(work, OTHER_DESK, later(at), new)).id)
        else:
            await stepped(work, random, random.choice(cases), at, cases)
        if turn % 60 == 59:
            until, known = later(at + 0.5), await read(work, cases)
            snapshots.append((until, counted(known, START, until), handling_hours(known, START, until)))
    seen: set[str] = set()
    for until, expected, hours in snapshots:
        found = (await queries.counts(work, whole(START, until))).get(WHOLE, {})
        for name, count in COUNTS.items():
            if count.test in ("median", "p90"):
                continue
            assert found.get((count.kind, count.test), 0) == pytest.approx(expected.get(name, 0)), (
                name,
                until,
            )
            seen |= {name} if expected.get(name) else set()
        if hours is not None:
            took = tuple(found[("clock:handle", test)] / 3600 for test in ("median", "p90"))
            assert took == pytest.approx(hours)
    assert len(seen) >= 20


@pytest.mark.anyio
async def test_groups_add_up_to_the_whole_and_lists_hold_what_was_counted(work: Connection) -> None:
    for n in range(3):
        await at_work(work, area_code=(TOWN, OTHER_TOWN, TOWN)[n])
    until = later(SPAN.total_seconds())
    for group in ("area", "class", "type"):
        found = await queries.counts(work, whole(START, until, group))
        total = found.pop(WHOLE)
        for key in (("report", "all"), ("clock:handle", "undone"), ("open", "in_time")):
            assert sum(of.get(key, 0) for of in found.values()) == total[key] == 3
    for metric in (one for one in metrics_of(HOTLINE) if "area" in one.groups):
        asked = whole(START, until)
        counts = (await queries.counts(work, asked))[WHOLE]
        items, total_n = await queries.behind(work, asked, metric, None, 200, 0)
        reckoned = figure(metric, counts)
        assert len(items) == total_n == reckoned.denominator
        if reckoned.numerator is not None and metric.name not in ("responded", "solved", "satisfied"):
            assert sum(item.counted for item in items) == reckoned.numerator, metric.name


@pytest.mark.anyio
async def test_more_time_granted_after_the_window_does_not_change_it(work: Connection) -> None:
    case = await at_work(work)
    (run,) = [one for one in await queries.clocks(work, case.id) if one.name == "handle"]
    due_at = run.turns.due_at
    assert due_at is not None
    window = whole(START, due_at + timedelta(hours=1))
    before = (await queries.counts(work, window))[WHOLE][("clock:handle", "undone")]
    after_s = (due_at - START).total_seconds() + 7200
    await step(work, case, "ask_extension", WATER_DESK, after_s, reason="材料", more=24)
    await step(work, case, "grant_extension", LEADER, after_s + 60)
    assert (await queries.counts(work, window))[WHOLE][("clock:handle", "undone")] == before == 1
    much_later = whole(START, later(after_s + 3600))
    assert (await queries.counts(work, much_later))[WHOLE].get(("clock:handle", "all"), 0) == 0


@pytest.mark.anyio
async def test_what_a_department_returned_is_not_its_handling(work: Connection) -> None:
    case = await at_work(work)
    await step(work, case, "return", WATER_DESK, 1500, reason="非我局")
    await step(work, case, "dispatch", at=1800, owner=FIRE)
    found = await queries.counts(work, whole(START, later(SPAN.total_seconds()), "department"))
    assert (WATER in found, found[WATER].get(("clock:handle", "all"), 0)) == (True, 0)
    assert found[WATER][("dispatch", "failed")] == 1
    assert found[FIRE][("clock:handle", "all")] == 1


@pytest.mark.anyio
async def test_rework_takes_back_that_it_was_handled_and_the_past_window_keeps_it(work: Connection) -> None:
    case = await to_check(work, class_code="0102")
    known_until = later(200_000)
    assert (await queries.counts(work, whole(START, known_until)))[WHOLE][("clock:handle", "in_time")] == 1
    await step(work, case, "fail", OTHER_DESK, 200_100, reason="未清净")
    now = whole(START, later(SPAN.total_seconds()))
    assert (await queries.counts(work, now))[WHOLE][("clock:handle", "done")] == 0
    assert (await queries.counts(work, whole(START, known_until)))[WHOLE][("clock:handle", "in_time")] == 1


@pytest.mark.anyio
async def test_a_case_brought_in_without_being_counted_is_counted_by_the_next_tick(work: Connection) -> None:
    case = await reported(work)
    await work.execute("update case_tally set superseded_at = known_at where case_id = %s", (case.id,))
    await work.execute("update case_file set tallied = false where id = %s", (case.id,))
    await actions.tick(work, later(60))
    assert (await queries.counts(work, whole(START, later(120))))[WHOLE][("report", "all")] == 1


@pytest.mark.anyio
async def test_nobody_was_reached_counts_in_no_rate_of_the_hotline(work: Connection) -> None:
    answers = (*HOTLINE.answers, Answer("unreached", Text("未接通", "not reached"), 0, valid=False))
    assert not faults(HOTLINE)
    assert [one.solved_share for one in answers[:3]] == [100, 100, 0]
    assert not answers[3].valid


def test_windows_lie_where_the_county_says() -> None:
    def days(kind: str, day: date, from_hour: int = 12) -> tuple[str, ...]:
        found = period(kind, day, from_hour=from_hour)
        return tuple(f"{at.astimezone(CST):%m-%d %H}" for at in (found.since, found.until))

    assert days("month", date(2026, 2, 28)) == ("02-01 00", "03-01 00")
    assert days("month_from", date(2026, 1, 18)) == ("12-19 00", "01-19 00")
    assert days("month_from", date(2026, 1, 19)) == ("01-19 00", "02-19 00")
    assert days("day_from", date(2026, 11, 23)) == ("11-22 12", "11-23 12")
    assert days("day_from", date(2026, 11, 23), from_hour=0) == ("11-23 00", "11-24 00")
    assert days("week", date(2026, 11, 22)) == ("11-16 00", "11-23 00")
    assert days("range", date(2026, 11, 22)) == ("11-22 00", "11-23 00")
    for kind, more in (("range", {"last": date(2020, 1, 1)}), ("month_from", {"from_day": 31}), ("year", {})):
        with pytest.raises(Invalid):
            period(kind, date(2026, 1, 1), **more)


@given(
    st.sampled_from(("month", "month_from", "week", "day_from")), st.dates(date(2001, 1, 1), date(2100, 1, 1))
)
def test_windows_of_a_kind_follow_each_other_without_gap(kind: str, day: date) -> None:
    one = period(kind, day)
    last_day = one.until.astimezone(CST).date()
    following = period(kind, last_day + timedelta(days=1) if kind == "day_from" else last_day)
    assert following.since == one.until
    if kind != "day_from":
        assert one.since <= datetime.combine(day, datetime.min.time(), CST) < one.until


def test_a_window_that_lasts_is_judged_up_to_now() -> None:
    month = period("month", date(2026, 11, 1))
    assert month.known(START) == START + timedelta(microseconds=1)
    assert month.known(START + timedelta(days=90)) == month.until


def test_every_metric_of_the_registry_names_known_counts_of_one_kind_with_source_and_formula() -> None:
    assert len({one.name for one in METRICS}) == len(METRICS) >= 30
    for one in METRICS:
        above, below = COUNTS[one.numerator], COUNTS[one.denominator]
        assert above.kind == below.kind
        assert "示例" in one.source
        assert formula(one).zh
        assert formula(one).en
        assert set(one.groups) <= set(GROUPS)
    assert {count.kind for count in COUNTS.values()} <= set(KINDS)
    assert {count.test for count in COUNTS.values()} <= set(TESTS)


def test_a_type_is_asked_only_for_what_it_has_clocks_and_levels_for() -> None:
    names = {one.name for one in metrics_of(HOTLINE)}
    assert "handled_in_time" in names
    assert not names & {"verified_in_time", "rectified_in_time"}
    five = tuple(Answer(str(n), Text("级", "level"), n * 25) for n in range(5))
    clock = ClockSpec("verify", Text("核实", "verify"), HOTLINE.clocks[0].limit, ("verifying",))
    other: CaseType = replace(HOTLINE, name="other", answers=five, clocks=(*HOTLINE.clocks, clock))
    assert {one.name for one in metrics_of(other)} - names == {"verified_in_time", "rectified_in_time"}
    assert len(metrics_over((HOTLINE, other))) == len(names) + 2


def test_the_composite_gives_its_points_and_says_of_how_many() -> None:
    values = {
        "handled": 90.0,
        "handled_in_time": 80.0,
        "reworked": 10.0,
        "waiting_overdue": 5.0,
        "extended": 0.0,
    }
    figures = {name: Figure(name, value, 100, value) for name, value in values.items()}
    found = score(VITAL_SIGN, figures)
    assert found.points == pytest.approx(27 + 16 + 18 + 19 + 10)
    assert found.of == 100
    del figures["extended"]
    found = score(VITAL_SIGN, figures)
    assert found.points == pytest.approx(80)
    assert found.of == 90
    assert score(VITAL_SIGN, {}).points is None


def test_excluded_cases_leave_both_counts_and_never_less_than_nothing() -> None:
    raw = {("report", "all"): 5, ("report", "done"): 1, ("close", "median"): 60}
    left = without(raw, {("report", "all"): 2, ("report", "done"): 3})
    assert left == {("report", "all"): 3, ("report", "done"): 0, ("close", "median"): 60}


@given(st.lists(st.integers(0, 8), max_size=12))
def test_no_group_that_is_shown_has_fewer_than_three_people(sizes: list[int]) -> None:
    numbers = iter(range(1, 1000))
    crews = [
        Crew(f"g{n}", frozenset(UUID(int=next(numbers)) for _ in range(size))) for n, size in enumerate(sizes)
    ]
    shown = folded(crews)
    assert set(shown) == {one.key for one in crews}
    for key in {under for under in shown.values() if under is not None}:
        people = [one.people for one in crews if shown[one.key] == key]
        assert len(frozenset().union(*people)) >= 3
        assert key == TOGETHER or len(people) == 1
    if sum(sizes) >= 3:
        assert None not in shown.values()


@pytest.mark.anyio
async def test_a_department_that_has_the_case_no_more_still_has_its_figure(work: Connection) -> None:
    case: Case = await at_work(work)
    await step(work, case, "answer", WATER_DESK, 1500)
    await step(work, case, "check", at=1800)
    await step(work, case, "pass", OTHER_DESK, 2100, reason="现场看过")
    await step(work, case, "reopen", at=2400, reason="又坏了")
    await step(work, case, "dispatch", at=2700, owner=FIRE)
    found = await queries.counts(work, whole(START, later(SPAN.total_seconds()), "department"))
    assert found[WATER][("clock:handle", "in_time")] == 1
    assert found[WATER][("close", "failed")] == 1
    assert found[FIRE][("clock:handle", "all")] == 1
    assert actor(Role.LEADER).may("cases.correct")
