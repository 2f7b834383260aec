"""Do the case types hold what the loop promises, and do codes of components and events stay apart?"""

from fractions import Fraction

import pytest

from mudan.core.cases.model.clocks import Limit, Measure
from mudan.core.cases.model.faults import faults
from mudan.core.cases.model.types import CaseType, ClockSpec
from mudan.platforms.urban_management.cases import CASES, COMPONENT_CASE, EVENT_CASE
from mudan.platforms.urban_management.model.words import SOURCES


def handling(one: CaseType) -> ClockSpec:
    """The clock over the handling."""
    return next(clock for clock in one.clocks if clock.name == "handle")


@pytest.mark.parametrize("one", CASES, ids=lambda one: one.name)
def test_a_type_has_no_fault_and_says_that_it_is_an_example(one: CaseType) -> None:
    assert faults(one) == ()
    assert one.example
    assert "示例" in one.title.zh


def test_the_same_code_means_another_thing_in_the_two_types() -> None:
    component, event = COMPONENT_CASE.class_of("0102"), EVENT_CASE.class_of("0102")
    assert component is not None
    assert event is not None
    assert (component.title.zh, event.title.zh) == ("污水井盖", "暴露垃圾")
    assert COMPONENT_CASE.prefix != EVENT_CASE.prefix


@pytest.mark.parametrize(
    ("code", "amount", "measure"),
    [
        ("0102", 4, Measure.WORKING_HOURS), ("0103", 2, Measure.WORKING_DAYS), ("0104", 2, Measure.WORKING_HOURS),
        ("0106", 5, Measure.WORKING_DAYS), ("0305", 4, Measure.WORKING_HOURS), ("0406", 4, Measure.WORKING_HOURS),
        ("0101", 20, Measure.WORKING_DAYS), ("0499", 5, Measure.WORKING_DAYS), ("0504", 4, Measure.WORKING_HOURS),
    ],
)  # fmt: skip
def test_an_event_has_the_limit_of_its_class_or_of_its_main_class(
    code: str, amount: int, measure: Measure
) -> None:
    limit = handling(EVENT_CASE).limit_of(code)
    assert (limit.amount, limit.measure) == (Fraction(amount), measure)


def test_every_manhole_has_a_day_and_no_weekend_stops_it() -> None:
    manholes = [one.code for one in COMPONENT_CASE.classes if "井盖" in one.title.zh]
    assert len(manholes) > 10
    for code in manholes:
        assert handling(COMPONENT_CASE).limit_of(code) == Limit(Fraction(24), Measure.NATURAL_HOURS)


def test_nothing_is_verified_answered_or_checked_without_a_picture() -> None:
    assert {proof.transition for proof in EVENT_CASE.proofs} == {"confirm", "answer", "pass"}


def test_the_sources_on_the_wire_are_those_of_the_engine() -> None:
    from mudan.core.cases.model.chart import SOURCES as ENGINE

    assert set(SOURCES) == set(ENGINE)
