"""Does every clock say the same as somebody who sits before the calendar and counts minute by minute?"""

from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.cases.model.calendar import Calendar, Hours, Window, calendar_of, calendar_stored
from mudan.core.cases.model.clocks import (
    Limit,
    Measure,
    Moments,
    Pause,
    Thresholds,
    is_paused,
    lamp,
    moment_of,
    moments,
    paused,
    resumed,
    used,
)
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid

MINUTE = timedelta(minutes=1)
PARTS = 131_040  # of one hour or day: every minute weighs a whole number of them
SHORT = (Window(9 * 60, 11 * 60), Window(14 * 60, 15 * 60 + 30))
LONG = (Window(8 * 60 + 30, 12 * 60), Window(14 * 60, 17 * 60 + 30))
# A week that holds a holiday, a shifted Saturday and a change of hours, whenever the clock starts.
EDGY = Calendar(
    (Hours(date.min, LONG), Hours(date(2026, 10, 12), SHORT)),
    holidays=frozenset({date(2026, 10, 7), date(2026, 10, 8), date(2026, 10, 14)}),
    shifted=frozenset({date(2026, 10, 10)}),
)


def on(day: int, hour: int = 0, minute: int = 0, month: int = 10) -> datetime:
    """A moment of October 2026, local time. The 5th is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=CST)


def counted(
    limit: Limit, start: datetime, pauses: list[Pause], calendar: Calendar, minutes: int
) -> list[Fraction]:
    """What has been used after each minute, by looking at every minute alone."""
    total, history = 0, []
    for number in range(minutes):
        at = start + number * MINUTE
        if not (limit.next_day and at.date() == start.date()) and not any(
            p.start <= at and (p.end is None or at < p.end) for p in pauses
        ):
            total += _minute(limit.measure, at, calendar)
        history.append(total)
    return [Fraction(parts, PARTS) for parts in history]


def _minute(measure: Measure, at: datetime, calendar: Calendar) -> int:
    hours = LONG if at.date() < date(2026, 10, 12) else SHORT
    day = at.date()
    off = day in calendar.holidays or (at.weekday() >= 5 and day not in calendar.shifted)
    minute = at.hour * 60 + at.minute
    in_office = not off and any(w.start <= minute < w.end for w in hours)
    if measure is Measure.NATURAL_HOURS:
        return PARTS // 60
    if measure is Measure.CALENDAR_DAYS:
        return PARTS // 1440
    if not in_office:
        return 0
    return PARTS // (60 if measure is Measure.WORKING_HOURS else sum(w.end - w.start for w in hours))


MINUTES = 7 * 1440
starts = st.integers(0, 3 * 1440).map(lambda n: on(5) + n * MINUTE)
limits = st.builds(
    Limit, st.integers(1, 40).map(lambda n: Fraction(n, 4)), st.sampled_from(Measure), st.booleans()
)


@st.composite
def pausings(draw: st.DrawFn) -> list[tuple[int, int]]:
    edges = sorted(draw(st.lists(st.integers(0, MINUTES), max_size=6, unique=True)))
    return list(zip(edges[::2], edges[1::2], strict=False))


@settings(max_examples=25, deadline=None)
@given(limits, starts, pausings())
def test_a_clock_runs_out_at_the_minute_that_somebody_who_counts_says(
    limit: Limit, start: datetime, spans: list[tuple[int, int]]
) -> None:
    pauses = [Pause(start + a * MINUTE, start + b * MINUTE, "等待") for a, b in spans]
    history = counted(limit, start, pauses, EDGY, MINUTES)
    reached = next((number for number, total in enumerate(history) if total >= limit.amount), None)
    due = moment_of(Fraction(1), limit, start, pauses, EDGY)
    if reached is None:
        assert due is None or due > start + MINUTES * MINUTE
    else:
        assert due is not None
        # a quarter of a working day may end within a minute: the counter sees the minute, the clock the moment
        assert start + reached * MINUTE < due <= start + (reached + 1) * MINUTE
    for number in (0, 777, 4321, MINUTES - 1):
        at = start + (number + 1) * MINUTE
        assert used(limit, start, at, pauses, EDGY) == history[number]


@settings(max_examples=60, deadline=None)
@given(limits, starts, pausings(), st.integers(1, 98), st.integers(1, 98))
def test_amber_comes_before_red_before_the_end_and_the_lamp_never_goes_back(
    limit: Limit, start: datetime, spans: list[tuple[int, int]], one: int, other: int
) -> None:
    if one == other:
        other += 1
    pauses = [Pause(start + a * MINUTE, start + b * MINUTE, "等待") for a, b in spans]
    turns = moments(limit, Thresholds(min(one, other), max(one, other)), start, pauses, EDGY)
    assert turns.amber_at is not None
    assert turns.red_at is not None
    assert turns.due_at is not None
    assert start <= turns.amber_at <= turns.red_at <= turns.due_at
    known = [turn for turn in turns if turn is not None]
    looks = sorted([start, *known, *(start + n * timedelta(hours=7) for n in range(40))])
    seen = [lamp(turns, at) for at in (*looks, max(looks) + timedelta(days=1))]
    order = ["green", "amber", "red", "overdue"]
    assert seen == sorted(seen, key=order.index)
    assert seen[-1] == "overdue"
    for turn in known:
        assert used(limit, start, turn, pauses, EDGY) <= limit.amount + Fraction(1, 10**6)


@settings(max_examples=40, deadline=None)
@given(limits, starts, st.integers(0, 4000), st.integers(0, 4000))
def test_a_pause_never_shortens_and_time_off_within_it_costs_nothing(
    limit: Limit, start: datetime, after: int, lasts: int
) -> None:
    free = moment_of(Fraction(1), limit, start, [], EDGY)
    pause = Pause(start + after * MINUTE, start + (after + lasts) * MINUTE, "等待")
    held = moment_of(Fraction(1), limit, start, [pause], EDGY)
    assert free is not None
    assert held is not None
    assert held >= free
    assert used(limit, start, pause.start, [pause], EDGY) == used(
        limit, start, pause.end or start, [pause], EDGY
    )


def limit(amount: int, measure: Measure, *, next_day: bool = False) -> Limit:
    return Limit(Fraction(amount), measure, next_day)


@pytest.mark.parametrize(
    ("what", "start", "due"),
    [
        (limit(2, Measure.NATURAL_HOURS), on(9, 23, 30), on(10, 1, 30)),
        (limit(4, Measure.WORKING_HOURS), on(9, 16, 30), on(10, 11, 30)),  # the shifted Saturday is worked
        (limit(4, Measure.WORKING_HOURS), on(6, 16, 30), on(9, 11, 30)),  # over the two holidays
        (limit(1, Measure.WORKING_DAYS), on(6, 8, 30), on(6, 17, 30)),
        (limit(1, Measure.WORKING_DAYS), on(6, 14, 0), on(9, 12, 0)),
        (limit(1, Measure.WORKING_DAYS, next_day=True), on(6, 14, 0), on(9, 17, 30)),
        (
            limit(2, Measure.WORKING_DAYS, next_day=True),
            on(9, 3, 0),
            on(12, 15, 30),
        ),  # and other hours from the 12th
        (limit(1, Measure.WORKING_DAYS), on(11, 12, 0), on(12, 15, 30)),  # begun on a Sunday
        (limit(3, Measure.CALENDAR_DAYS), on(5, 10, 15), on(8, 10, 15)),
        (limit(3, Measure.CALENDAR_DAYS, next_day=True), on(5, 10, 15), on(9)),
    ],
)
def test_known_days_come_out_as_everybody_would_count_them(
    what: Limit, start: datetime, due: datetime
) -> None:
    assert moment_of(Fraction(1), what, start, [], EDGY) == due


def test_a_clock_that_is_held_turns_no_further() -> None:
    what, start = limit(4, Measure.NATURAL_HOURS), on(5, 9)
    turns = moments(what, Thresholds(50, 75), start, [Pause(on(5, 11, 30), None, "待料")], EDGY)
    assert turns == Moments(on(5, 11), None, None)
    assert lamp(turns, on(9)) == "amber"
    pauses = paused((), on(5, 10), "待料")
    assert is_paused(pauses)
    assert paused(pauses, on(5, 11), "再次") == pauses
    went_on = resumed(pauses, on(5, 12))
    assert not is_paused(went_on)
    assert moments(what, Thresholds(), start, went_on, EDGY).due_at == on(5, 15)
    assert resumed(went_on, on(6)) == went_on


def test_a_new_calendar_moves_what_is_ahead_and_a_day_without_office_is_never_counted() -> None:
    what, start = limit(2, Measure.WORKING_DAYS, next_day=True), on(5, 10)
    before = moment_of(Fraction(1), what, start, [], Calendar(EDGY.hours))
    after = moment_of(Fraction(1), what, start, [], EDGY)
    assert (before, after) == (on(7, 17, 30), on(9, 17, 30))
    closed = Calendar(
        EDGY.hours, holidays=frozenset(date(2026, 10, 5) + timedelta(days=n) for n in range(400))
    )
    assert moment_of(Fraction(1), what, start, [], closed) == datetime(2027, 11, 10, 15, 30, tzinfo=CST)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": ()},
        {"hours": (Hours(date(2026, 1, 1), LONG),)},
        {"hours": (Hours(date.min, ()),)},
        {"hours": (Hours(date.min, (Window(600, 500),)),)},
        {"hours": (Hours(date.min, (Window(500, 600), Window(590, 700))),)},
        {"hours": (Hours(date.min, (Window(500, 1500),)),)},
        {"hours": (Hours(date.min, LONG), Hours(date.min, SHORT))},
        {"weekdays": frozenset({7})},
        {"weekdays": frozenset()},
        {"holidays": frozenset({date(2026, 1, 1)}), "shifted": frozenset({date(2026, 1, 1)})},
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        Calendar(**wrong)  # type: ignore[arg-type] # made wrong on purpose


def test_a_calendar_is_read_back_as_it_was_written() -> None:
    assert calendar_of(calendar_stored(EDGY), 0) == EDGY


@pytest.mark.parametrize(("amber", "red"), [(0, 50), (60, 60), (80, 70), (50, 100)])
def test_thresholds_come_in_order(amber: int, red: int) -> None:
    with pytest.raises(Invalid):
        Thresholds(amber, red)


@pytest.mark.parametrize("amount", [0, -1, 5000])
def test_a_limit_is_an_amount(amount: int) -> None:
    with pytest.raises(Invalid):
        limit(amount, Measure.WORKING_DAYS)
