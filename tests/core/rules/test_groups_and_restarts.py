"""Does the graver rule of a group take over and hand back, and does a restart or a new layout change nothing?"""

import pytest

from mudan.core.rules.model import Comparison, Op, Property, Staleness
from tests.core.rules.bench import Bench, Thing, rule

ON, OFF = True, False
HIGH = "test.high"
WARNING = rule(Comparison("level", Op.GE, 10.0), name="test.warning", level=3, group="level")
DANGER = rule(Comparison("level", Op.GE, 12.0), name="test.danger", level=1, group="level")


def test_a_graver_rule_takes_over_from_a_milder_one() -> None:
    bench = Bench(WARNING, DANGER)
    assert bench.told((0, 11)) == [("test.warning", ON, 0)]
    taken = bench.judge((1, 13)).crossings
    assert {(c.rule.name, c.active, c.taken_over) for c in taken} == {
        ("test.danger", ON, False),
        ("test.warning", OFF, True),
    }


def test_it_hands_back_when_it_ends() -> None:
    bench = Bench(WARNING, DANGER)
    bench.judge((0, 13))
    assert set(bench.told((1, 11))) == {("test.danger", OFF, 1), ("test.warning", ON, 1)}
    assert bench.told((2, 9)) == [("test.warning", OFF, 2)]


def test_a_jump_over_both_limits_is_told_by_the_graver_alone() -> None:
    bench = Bench(WARNING, DANGER)
    assert bench.told((0, 13)) == [("test.danger", ON, 0)]
    assert bench.told((1, 14)) == []
    assert bench.tick(60) == []
    assert bench.told((61, 9)) == [("test.danger", OFF, 61)]


def test_handing_back_does_not_wait_for_a_hold_that_was_over() -> None:
    held = rule(Comparison("level", Op.GE, 10.0), name="test.warning", level=3, group="level", hold_s=300)
    bench = Bench(held, DANGER)
    bench.judge((0, 11))
    bench.tick(300)
    bench.judge((400, 13))
    assert set(bench.told((410, 11))) == {("test.danger", OFF, 410), ("test.warning", ON, 410)}


def test_a_hold_that_runs_out_under_a_graver_rule_is_remembered() -> None:
    held = rule(Comparison("level", Op.GE, 10.0), name="test.warning", level=3, group="level", hold_s=60)
    bench = Bench(held, DANGER)
    bench.judge((0, 13))
    assert bench.tick(100) == []
    assert set(bench.told((200, 11))) == {("test.danger", OFF, 200), ("test.warning", ON, 200)}


def test_rules_of_one_level_stand_beside_each_other() -> None:
    other = rule(Comparison("rain", Op.GE, 30.0), name="test.rain", level=3, group="level")
    bench = Bench(WARNING, other)
    bench.judge((0, 11))
    assert bench.told((1, 40, "rain")) == [("test.rain", ON, 1)]
    assert bench.tick(2) == []


def test_groups_of_different_things_are_strangers() -> None:
    bench = Bench(WARNING, DANGER, things=(Thing(1), Thing(2)))
    bench.judge((0, 11, "level", 1))
    assert bench.told((1, 13, "level", 2)) == [("test.danger", ON, 1)]


def test_a_restart_raises_nothing_that_stands() -> None:
    bench = Bench(WARNING, at_s=100)
    bench.engine.restore([("test.warning", 1)])
    assert bench.told((50, 11), received_s=50) == []
    assert bench.told((120, 11)) == []
    assert bench.told((130, 9)) == [("test.warning", OFF, 130)]


def test_a_restart_within_the_band_of_hysteresis_clears_nothing() -> None:
    bench = Bench(rule(Comparison("level", Op.GE, 10.0, hysteresis=0.5)), at_s=100)
    bench.engine.restore([(HIGH, 1)])
    assert bench.told((50, 9.7), received_s=50) == []


def test_a_restart_ends_what_ended_meanwhile() -> None:
    bench = Bench(WARNING, at_s=100)
    bench.engine.restore([("test.warning", 1)])
    assert bench.told((50, 9), received_s=50) == [("test.warning", OFF, 50)]


def test_a_restart_neither_ends_nor_repeats_a_silence() -> None:
    bench = Bench(rule(Staleness("level", 60.0)), at_s=1000)
    bench.engine.restore([(HIGH, 1)])
    assert bench.told((50, 1), received_s=50) == []
    assert bench.tick(1001) == []
    assert bench.tick(2000) == []
    assert bench.told((2010, 1)) == [(HIGH, OFF, 2010)]


def test_a_restart_gives_those_who_were_heard_their_whole_time() -> None:
    bench = Bench(rule(Staleness("level", 60.0)), at_s=1000)
    bench.judge((50, 1), received_s=50)
    assert bench.tick(1060) == []
    assert bench.tick(1061) == [(HIGH, ON, 1061)]


@pytest.mark.parametrize("things", [(Thing(1), Thing(2)), (Thing(0), Thing(1))])
def test_a_new_layout_carries_over_what_was_known(things: tuple[Thing, ...]) -> None:
    held = rule(hold_s=60, name="test.held")
    bench = Bench(rule(), held)
    bench.judge((0, 11))
    bench.engine.install([rule(), held], things)
    assert bench.told((1, 11)) == []
    assert bench.tick(60) == [("test.held", ON, 60)]
    assert bench.told((61, 9)) == [(HIGH, OFF, 61), ("test.held", OFF, 61)]


def test_a_new_limit_holds_from_the_next_measurement_on() -> None:
    limited = rule(Comparison("level", Op.GE, Property("warning")))
    bench = Bench(limited, things=(Thing(1, properties={"warning": 10}),))
    assert bench.told((0, 8)) == []
    bench.engine.install([limited], [Thing(1, properties={"warning": 7})])
    assert bench.told((0, 8)) == [(HIGH, ON, 0)]
    bench.engine.install([limited], [Thing(1, properties={"warning": 9})])
    assert bench.told((0, 8)) == [(HIGH, OFF, 0)]


def test_what_is_not_laid_out_any_more_is_not_judged() -> None:
    bench = Bench(rule())
    bench.judge((0, 11))
    bench.engine.install([rule()], [])
    assert bench.engine.judged() == frozenset()
    assert bench.told((1, 9)) == []
