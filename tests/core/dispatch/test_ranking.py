"""Is the first to arrive ranked first, are reasons and shortfalls said, and is coverage reckoned right?"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.dispatch.model import (
    BUSY,
    TARGET_S,
    Call,
    Need,
    coverage,
    diversion_refusal,
    greedy,
    joint,
    losses,
    move_up,
    rank,
)
from mudan.core.units.model import Administrative, OpenTask, Unit
from mudan.primitives.geo import Point
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from tests.database import START, TOWN

PLACE = Point(115.48, 35.24)
NEED = Need(("swift_water",), PLACE, 2, TOWN)


def unit(code: str, *, able: bool = True, state: str = "", seen_s: float | None = 10) -> Unit:
    """A unit near the place, on duty, free unless it has a task in a state."""
    tasks = (OpenTask(new_id(), new_id(), "1", state),) if state else ()
    return Unit(
        id=new_id(), space=0, code=code, name=Text(code, code), kind="flood_rescue",
        capabilities=("swift_water",) if able else (), crew_count=3, home=PLACE, area_code=TOWN, department=None,
        administrative=Administrative.ON_DUTY, out_reason="", out_until=None, vehicle=1, vehicle_urn=None,
        point=PLACE if seen_s is not None else None,
        position_at=START - timedelta(seconds=seen_s) if seen_s is not None else None, speed_kmh=0, online=True,
        tasks=tasks, version=1,
    )  # fmt: skip


def ranked(units: list[Unit], seconds: list[float] | None, **levels: int):  # type: ignore[no-untyped-def]  # the ranking's own type
    times = None if seconds is None else np.array(seconds)
    return rank(units, times, np.zeros(len(units)), NEED, START, levels)


def test_the_nearest_by_road_is_first_even_where_another_is_nearer_by_line() -> None:
    found = ranked([unit("A"), unit("B")], [900, 300])
    assert [one.unit.code for one in found.best] == ["B", "A"]
    assert found.best[0].codes[0] == "ClosestByEta"
    assert "最快" in found.best[0].reasons[0].zh


def test_who_cannot_arrive_is_told_apart_and_nobody_is_hidden() -> None:
    found = ranked([unit("A"), unit("B")], [float("inf"), 300])
    assert [one.unit.code for one in found.cannot_arrive] == ["A"]
    assert found.cannot_arrive[0].codes[0] == "CutOff"
    assert found.shortfalls[0].zh == "1 支合适力量无法到达"
    everybody = ranked([unit("A"), unit("B")], [float("inf"), float("inf")])
    assert everybody.shortfalls[0].en == "every unit that suits is cut off"


def test_shortfalls_name_what_nobody_can_do() -> None:
    found = ranked([unit("A", able=False)], [10])
    assert "没有具备" in found.shortfalls[0].zh
    assert not found.best[0].suitable


def test_busy_units_stand_behind_free_ones_however_near() -> None:
    found = ranked([unit("A", state="on_scene"), unit("B")], [1, 600])
    assert [one.unit.code for one in found.best] == ["B", "A"]


def test_a_unit_on_its_way_to_something_mild_may_be_diverted_to_something_grave() -> None:
    found = ranked([unit("A", state="en_route")], [60], A=4)
    assert found.best[0].suitable
    assert "DivertedFromLower" in found.best[0].codes
    assert not ranked([unit("A", state="en_route")], [60], A=2).best[0].suitable
    assert diversion_refusal("on_scene", 4, 1) is not None


def test_an_old_or_missing_position_is_said() -> None:
    old = ranked([unit("A", seen_s=3_600)], [60]).best[0]
    assert "StaleLocation" in old.codes
    lost = ranked([unit("A", seen_s=None)], [60]).best[0]
    assert "NoLocation" in lost.codes
    assert lost.position_age_s is None


def test_without_roads_the_line_is_used_and_said() -> None:
    found = ranked([unit("A")], None)
    assert not found.by_road
    assert not found.best[0].by_road
    assert found.best[0].eta_s is not None


def test_off_duty_units_are_shown_and_never_suit() -> None:
    off = replace(unit("A"), administrative=Administrative.OFF_DUTY)
    assert not ranked([off], [1]).best[0].suitable


TIMES = st.lists(st.lists(st.floats(1, 5_000), min_size=4, max_size=4), min_size=1, max_size=6)


@given(TIMES)
def test_coverage_falls_by_exactly_what_each_loss_says(rows: list[list[float]]) -> None:
    seconds, weights = np.array(rows), np.array([1.0, 2.0, 3.0, 4.0])
    whole = coverage(seconds, weights)
    assert 0 <= whole <= 1
    for at, lost in enumerate(losses(seconds, weights)):
        assert coverage(np.delete(seconds, at, axis=0), weights) == pytest.approx(whole - lost)


def test_a_free_unit_is_moved_to_where_nobody_is() -> None:
    weights = np.array([1.0, 1.0])
    both_here = np.array([[10.0, 9_999.0], [10.0, 9_999.0]])
    posts = np.array([[10.0, 9_999.0], [9_999.0, 10.0]])
    found = move_up(both_here, np.empty((0, 2)), posts, weights)
    assert found is not None
    assert found.post == 1
    assert found.after == pytest.approx(1 - BUSY)
    spread = np.array([[10.0, TARGET_S + 1], [TARGET_S + 1, 10.0]])
    assert move_up(spread, np.empty((0, 2)), posts, weights) is None


@settings(deadline=None)  # the first of them brings in the solver
@given(st.integers(1, 5), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_joint_assignment_is_never_worse_than_the_gravest_first(calls: int, units: int, random) -> None:  # type: ignore[no-untyped-def]  # hypothesis' own
    seconds = np.array(
        [[random.choice([random.uniform(1, 999), float("inf")]) for _ in range(units)] for _ in range(calls)]
    )
    same = [Call(at, 3) for at in range(calls)]
    first, best = greedy(seconds, same), joint(seconds, same)
    served = [sum(one.unit is not None for one in found) for found in (first, best)]
    assert served[1] >= served[0]
    if served[1] == served[0]:
        total = [sum(one.seconds or 0 for one in found) for found in (first, best)]
        assert total[1] <= total[0] + 1e-6
    for found in (first, best):
        taken = [one.unit for one in found if one.unit is not None]
        assert len(taken) == len(set(taken))
