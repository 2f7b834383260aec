"""Are windows compared with those before them, and is what is said online scored as its formula says?"""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.cases.model.metrics.course import Days, most_frequent, peak, period_before, year_before
from mudan.core.cases.model.metrics.figures import Figure
from mudan.core.cases.model.metrics.online import (
    ONLINE,
    AreaFacts,
    checked_facts,
    facts_of,
    facts_stored,
    online_score,
)
from mudan.core.cases.model.metrics.periods import KINDS, period
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid

DAYS = st.dates(date(2002, 1, 1), date(2100, 1, 1))
FACTS = AreaFacts("371702101", 50.0, 30_000)


def figures(**more: float) -> dict[str, Figure]:
    """The figures of an area of 40 complaints, each given another way by name."""
    of = {"complaints": 40.0, "satisfied": 90.0, "hours": 24.0, "repeats": 3.0, "late": 2.0} | more
    return {
        "outside": Figure("outside", of["complaints"], 50, 80),
        "satisfied": Figure("satisfied", of["satisfied"], 100, of["satisfied"]),
        "close_median": Figure("close_median", None, 10, of["hours"]),
        "repeated": Figure("repeated", of["repeats"], 50, 6),
        "closed_in_time": Figure("closed_in_time", 20 - of["late"], 20, 90),
    }


@given(st.sampled_from(KINDS), DAYS, st.integers(0, 300))
def test_the_window_before_ends_where_this_one_begins(kind: str, day: date, more: int) -> None:
    asked = Days(day, day + timedelta(days=more) if kind == "range" else None)
    this = period(kind, asked.day, last=asked.last)
    to = period_before(kind, asked, this.since.astimezone(CST).date())
    assert period(kind, to.day, last=to.last).until == this.since


@given(st.sampled_from(KINDS), DAYS)
def test_the_window_a_year_before_lies_a_year_before(kind: str, day: date) -> None:
    to = year_before(kind, Days(day, day if kind == "range" else None))
    apart = period(kind, day, last=day).since - period(kind, to.day, last=to.last).since
    assert timedelta(days=363) <= apart <= timedelta(days=367)
    assert year_before("month", Days(date(2024, 2, 29))).day == date(2023, 2, 28)


@given(st.lists(st.integers(0, 9), min_size=24, max_size=24))
def test_peak_hours_are_those_of_the_most_and_none_when_all_are_alike(by_hour: list[int]) -> None:
    found = peak(by_hour)
    if len(set(by_hour)) == 1:
        assert found == ()
    else:
        assert found
        assert all((by_hour[hour] == max(by_hour)) == (hour in found) for hour in range(24))


@given(st.lists(st.sampled_from("abc"), max_size=20))
def test_the_most_frequent_class_has_its_share_of_all(classes: list[str]) -> None:
    found = most_frequent(Counter(classes))
    assert (found is None) == (not classes)
    if found is not None:
        name, count, share = found
        assert count == classes.count(name) == max(classes.count(one) for one in "abc")
        assert share == pytest.approx(100 * count / len(classes))


def test_the_online_score_is_its_formula_reckoned_by_hand() -> None:
    found = online_score(ONLINE, FACTS, figures())
    complaints = 30 - 40 * 0.002 / (50 * 3)  # 30,000 people are 3 万人
    by_hand = [complaints, 27.0, (2 - 1) * 10, -3 * 0.1, -2 * 0.1]
    assert [one.points for one in found.parts] == pytest.approx(by_hand)
    assert found.points == pytest.approx(sum(by_hand))
    assert found.of == ONLINE.most


@given(
    st.floats(0, 1e6), st.floats(0, 100), st.floats(0, 1000), st.floats(0, 500), st.floats(0, 20),
    st.floats(0.01, 1e5), st.integers(1, 10**7),
)  # fmt: skip
def test_no_part_goes_beyond_its_bounds(
    complaints: float, satisfied: float, hours: float, repeats: float, late: float, km2: float, people: int
) -> None:
    given_ = figures(complaints=complaints, satisfied=satisfied, hours=hours, repeats=repeats, late=late)
    found = online_score(ONLINE, AreaFacts("1", km2, people), given_)
    assert all(one.points is not None for one in found.parts)
    for one in found.parts:
        assert one.points is not None
        assert -ONLINE.most_taken * (one.most == 0) <= one.points <= one.most
    assert found.points == pytest.approx(sum(one.points or 0 for one in found.parts))


def test_what_is_unknown_gives_nothing_and_is_not_counted_as_lost() -> None:
    without = online_score(ONLINE, None, figures())
    assert without.parts[0].points is None
    assert without.of == ONLINE.most - ONLINE.base
    assert online_score(ONLINE, FACTS, {}).points is None


def test_facts_are_refused_by_row_and_field_and_kept_as_they_were() -> None:
    for bad, field in (
        ([AreaFacts("1", 0, 5)], "items.1.area_km2"), ([AreaFacts("1", float("nan"), 5)], "items.1.area_km2"),
        ([AreaFacts("1", 1, 0)], "items.1.people"), ([FACTS, FACTS], "items.2.area_code"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as told:
            checked_facts(bad)
        assert told.value.field == field
    assert facts_of(facts_stored([FACTS])) == {"371702101": FACTS}
