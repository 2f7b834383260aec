"""Is a unit turned only from milder to graver, only as the table says, and only when it is sooner there?"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.dispatch.model import (
    SHIPPED,
    Diversion,
    Matter,
    Need,
    checked_diversion,
    diverted,
    line_words,
)
from mudan.core.units.model import OpenTask, Unit
from mudan.primitives.errors import Invalid
from mudan.primitives.ids import new_id
from tests.core.dispatch.test_ranking import PLACE, unit

GRAVE = Matter(new_id(), Need(("swift_water",), PLACE, 1))


def _going(code: str, state: str = "en_route") -> Unit:
    return unit(code, state=state)


def test_a_unit_on_its_way_to_something_mild_is_turned_when_it_is_sooner_there() -> None:
    (found,) = diverted([_going("A"), unit("B")], [GRAVE], np.array([[100.0, 400.0]]), {"A": 4}, SHIPPED)
    assert (found.unit, found.eta_s, found.otherwise_s) == (0, 100.0, 400.0)
    assert "可改派至Ⅰ、Ⅱ级" in line_words(found.line).zh


@pytest.mark.parametrize(
    ("units", "seconds", "levels"),
    [
        ([_going("A"), unit("B")], [100.0, 200.0], {"A": 4}),
        ([_going("A", "on_scene")], [1.0], {"A": 4}),
        ([_going("A")], [1.0], {"A": 2}),
        ([_going("A")], [float("inf")], {"A": 4}),
        ([replace(_going("A"), capabilities=())], [1.0], {"A": 4}),
        ([replace(_going("A"), tasks=(OpenTask(new_id(), GRAVE.id, "1", "en_route"),))], [1.0], {"A": 4}),
    ],
    ids=[
        "gains too little",
        "has arrived",
        "the table says no",
        "cannot arrive",
        "not able",
        "goes there already",
    ],
)
def test_nobody_is_turned_for_nothing(
    units: list[Unit], seconds: list[float], levels: dict[str, int]
) -> None:
    assert diverted(units, [GRAVE], np.array([seconds]), levels, SHIPPED) == []


def test_the_gravest_is_served_first_and_each_unit_is_turned_once() -> None:
    grave, graver = Matter(new_id(), replace(GRAVE.need, level=2)), GRAVE
    found = diverted(
        [_going("A"), _going("B")],
        [grave, graver],
        np.array([[10.0, 500.0], [20.0, 600.0]]),
        {"A": 4, "B": 4},
        SHIPPED,
    )
    assert [(one.matter, one.unit) for one in found] == [(1, 0), (0, 1)]


@given(st.integers(1, 4), st.sets(st.integers(1, 4)))
def test_a_line_of_the_table_only_ever_leads_to_graver_levels(level: int, levels: set[int]) -> None:
    if all(one < level for one in levels):
        assert checked_diversion(level, sorted(levels), 60) == Diversion(level, frozenset(levels), 60)
    else:
        with pytest.raises(Invalid):
            checked_diversion(level, sorted(levels), 60)
