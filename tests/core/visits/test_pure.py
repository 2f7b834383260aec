"""Is the next visit due when the cadence says, is the day's way sensible, and is one entry mapped as declared?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.households.model.words import CARE
from mudan.core.visits.model.cadence import EXAMPLE, Cadence
from mudan.core.visits.model.order import Stop, ordered
from mudan.core.visits.model.registers import NAMES, REGISTERS, registers_named, served, spared
from mudan.core.visits.model.words import OUTCOMES, CallAnswer, Entry, Problem
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point

TODAY = date(2026, 11, 23)
care = st.sets(st.sampled_from(sorted(CARE)))
days = st.dictionaries(st.sampled_from(sorted(CARE)), st.integers(1, 366))


@given(care, days, st.integers(1, 30), st.sampled_from(sorted(OUTCOMES)))
def test_the_next_visit_is_the_earliest_that_any_kind_of_care_wants(
    kinds: set[str], wanted: dict[str, int], again: int, outcome: str
) -> None:
    cadence = Cadence(wanted, again)
    due = cadence.after(kinds, outcome, TODAY)
    asked = [TODAY + timedelta(days=count) for kind, count in wanted.items() if kind in kinds]
    if not asked or outcome == "moved":
        assert due is None
    elif outcome == "not_home":
        assert due == min(*asked, TODAY + timedelta(days=again))
    else:
        assert due == min(asked)
        assert due > TODAY


def test_the_example_asks_weekly_for_who_lives_alone() -> None:
    assert Cadence().due(("lives_alone", "aged_80"), TODAY) == date(2026, 11, 30)
    assert set(EXAMPLE) == set(CARE)


@pytest.mark.parametrize(
    "wrong", [{"days": {"rich": 3}}, {"days": {"chronic": 0}}, {"days": {}, "again_days": 0}]
)
def test_a_cadence_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        Cadence(**wrong)


places = st.one_of(st.none(), st.builds(Point, st.floats(107, 108), st.floats(30, 31)))
stops = st.lists(
    st.builds(Stop, st.uuids(), st.one_of(st.none(), st.dates(date(2026, 11, 20), date(2026, 11, 26))), places),
    max_size=15, unique_by=lambda stop: stop.id,
)  # fmt: skip


@given(stops, places)
def test_every_stop_comes_once_overdue_ones_first(given_stops: list[Stop], start: Point | None) -> None:
    found = [stop for stop, _ in ordered(given_stops, TODAY, start)]
    assert sorted(map(str, found)) == sorted(map(str, given_stops))
    groups = [2 if s.due_on is None or s.due_on > TODAY else 1 if s.due_on == TODAY else 0 for s in found]
    assert groups == sorted(groups)


def test_the_nearest_of_what_is_left_comes_next() -> None:
    def at(number: int, lon: float) -> Stop:
        return Stop(UUID(int=number), TODAY, Point(lon, 30.0))

    far, near, between = at(1, 107.9), at(2, 107.1), at(3, 107.5)
    found = ordered([far, near, between], TODAY, Point(107.0, 30.0))
    assert [stop for stop, _ in found] == [near, between, far]
    assert found[0][1] == pytest.approx(9630, rel=0.01)


PLAIN = Entry(uuid4(), "care", "met", datetime(2026, 11, 23, tzinfo=UTC), household=uuid4())
FULL = replace(
    PLAIN, checks={"gas": "ok"}, problems=(Problem("0201", "水管漏水"),), receipts=(uuid4(),), mediation="和解",
    answer=CallAnswer(uuid4(), uuid4(), "示例"),
)  # fmt: skip


def test_one_entry_serves_what_it_holds_and_says_how_many() -> None:
    assert [one.name for one in served(PLAIN, looked_after=False)] == ["visit_log"]
    assert [one.name for one in served(PLAIN, looked_after=True)] == ["visit_log", "care_list"]
    assert [one.name for one in served(FULL, looked_after=True)] == list(NAMES)
    at_the_door = replace(PLAIN, problems=(Problem("0201", "换灯泡", solved=True),))
    assert "repair_case" not in [one.name for one in served(at_the_door, looked_after=True)]


@given(st.sets(st.sampled_from(NAMES)))
def test_what_is_spared_is_what_would_be_typed_again(names: set[str]) -> None:
    chosen = registers_named(names)
    distinct = {field for one in chosen for field in one.takes}
    assert {one.name for one in chosen} == names
    assert spared(chosen) == sum(len(one.takes) for one in chosen) - len(distinct) >= 0


def test_the_mapping_takes_only_fields_that_an_entry_has() -> None:
    fields = set(Entry.__dataclass_fields__)
    assert {name for one in REGISTERS for name in one.takes} <= fields


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "tea"}, {"outcome": "lost"}, {"household": None}, {"lon": 1.0}, {"checks": {"gas": "maybe"}},
        {"checks": {"roof": "ok"}}, {"note": "x" * 2001}, {"problems": (Problem("1", "a"),) * 6},
        {"outcome": "not_home", "mediation": "和解"}, {"household": None, "place": "路口", "receipts": (uuid4(),)},
    ],
)  # fmt: skip
def test_an_entry_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        replace(PLAIN, **wrong)
