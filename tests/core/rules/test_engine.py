"""Do conditions begin and end when the rule says so, whatever the order of what comes in?"""

import pytest

from mudan.core.observations.model import Columns, Quality
from mudan.core.rules.model import (
    All,
    AnyOf,
    Comparison,
    Condition,
    KOf,
    Op,
    Property,
    RateOfChange,
    Staleness,
)
from tests.core.rules.bench import Bench, Thing, columns, rule, us

ON, OFF = True, False
HIGH = "test.high"


@pytest.mark.parametrize(
    ("op", "true", "false"),
    [
        (Op.GE, 10, 9.9),
        (Op.GT, 10.1, 10),
        (Op.LE, 10, 10.1),
        (Op.LT, 9.9, 10),
        (Op.EQ, 10, 11),
        (Op.NE, 11, 10),
    ],
)
def test_each_comparison_holds_on_its_side_of_the_limit(op: Op, true: float, false: float) -> None:
    bench = Bench(rule(Comparison("level", op, 10.0)))
    assert bench.told((0, false)) == []
    assert bench.told((1, true)) == [(HIGH, ON, 1)]
    assert bench.told((2, false)) == [(HIGH, OFF, 2)]


def test_a_standing_condition_is_repeated_and_not_begun_again() -> None:
    bench = Bench(rule())
    bench.judge((0, 11))
    judgement = bench.judge((1, 12), (2, 13))
    assert judgement.crossings == []
    [repeat] = judgement.repeats
    assert (repeat.times, repeat.value, repeat.at_us) == (2, 13, us(2))


def test_the_same_measurement_again_is_no_repeat() -> None:
    bench = Bench(rule())
    bench.judge((0, 11))
    assert bench.judge((0, 11)).repeats == []


def test_hysteresis_keeps_a_condition_until_the_value_has_left_the_band() -> None:
    bench = Bench(rule(Comparison("level", Op.GE, 10.0, hysteresis=0.5)))
    assert bench.told((0, 9.6)) == []
    assert bench.told((1, 10)) == [(HIGH, ON, 1)]
    assert bench.told((2, 9.5)) == []
    assert bench.told((3, 9.4)) == [(HIGH, OFF, 3)]


def test_hysteresis_of_a_low_limit_lies_above_it() -> None:
    bench = Bench(rule(Comparison("level", Op.LE, 2.0, hysteresis=0.5)))
    assert bench.told((0, 2)) == [(HIGH, ON, 0)]
    assert bench.told((1, 2.5)) == []
    assert bench.told((2, 2.6)) == [(HIGH, OFF, 2)]


def test_a_limit_kept_with_the_entity_is_its_own() -> None:
    things = (Thing(1, properties={"warning": 5}), Thing(2, properties={"warning": 50}), Thing(3))
    bench = Bench(rule(Comparison("level", Op.GE, Property("warning"))), things=things)
    begun = bench.judge((0, 20, "level", 1), (0, 20, "level", 2), (0, 20, "level", 3)).crossings
    assert [crossing.entity for crossing in begun] == [1]
    assert bench.engine.judged() == {(HIGH, 1), (HIGH, 2)}


def test_hold_waits_and_a_gap_starts_it_again() -> None:
    bench = Bench(rule(hold_s=60))
    assert bench.told((0, 11)) == []
    assert bench.told((50, 9)) == []
    assert bench.told((55, 11)) == []
    assert bench.told((114, 11)) == []
    assert bench.told((115, 11)) == [(HIGH, ON, 115)]


def test_hold_runs_out_without_another_measurement() -> None:
    bench = Bench(rule(hold_s=60))
    bench.judge((0, 11))
    assert bench.tick(59) == []
    assert bench.tick(60) == [(HIGH, ON, 60)]
    assert bench.tick(61) == []


def test_release_waits_and_a_return_forgets_it() -> None:
    bench = Bench(rule(release_s=60))
    bench.judge((0, 11))
    assert bench.told((10, 9)) == []
    assert bench.told((40, 11)) == []
    assert bench.told((50, 9)) == []
    assert bench.tick(109) == []
    assert bench.tick(110) == [(HIGH, OFF, 110)]


def test_a_hold_is_measured_by_the_clock_of_its_own_entity() -> None:
    bench = Bench(rule(hold_s=60), things=(Thing(1), Thing(2)))
    bench.judge((0, 11, "level", 1))
    assert bench.told((10, 11, "level", 1), (200, 11, "level", 2)) == []


def test_a_rise_is_measured_from_the_lowest_value_of_the_window() -> None:
    bench = Bench(rule(RateOfChange("level", Op.GE, 2.0, window_s=600)))
    assert bench.told((0, 5), (100, 4), (200, 5.5)) == []
    [crossing] = bench.judge((300, 6.1)).crossings
    assert crossing.active
    assert crossing.value == pytest.approx(2.1)
    assert crossing.limit == 2.0
    assert bench.told((750, 6.1)) == [(HIGH, OFF, 750)]


def test_a_fall_is_measured_from_the_highest_value_of_the_window() -> None:
    bench = Bench(rule(RateOfChange("level", Op.LE, -2.0, window_s=600, hysteresis=0.5)))
    assert bench.told((0, 5), (100, 6), (200, 4.1)) == []
    assert bench.told((300, 4)) == [(HIGH, ON, 300)]
    assert bench.told((400, 4.4)) == []
    assert bench.told((500, 4.6)) == [(HIGH, OFF, 500)]


def test_the_repeats_of_a_rise_tell_the_rise() -> None:
    bench = Bench(rule(RateOfChange("level", Op.GE, 2.0, window_s=600)))
    bench.judge((0, 40), (60, 42.5))
    [repeat] = bench.judge((120, 43)).repeats
    assert repeat.value == pytest.approx(3)


def test_a_slow_rise_over_many_windows_is_none() -> None:
    bench = Bench(rule(RateOfChange("level", Op.GE, 1.0, window_s=600)))
    assert bench.told(*((60.0 * n, 0.05 * n) for n in range(200))) == []


def test_silence_begins_after_its_time_and_ends_with_the_next_word() -> None:
    bench = Bench(rule(Staleness("level", 60.0)))
    bench.judge((10, 1))
    assert bench.tick(70) == []
    assert bench.tick(71) == [(HIGH, ON, 71)]
    assert bench.told((80, 1)) == [(HIGH, OFF, 80)]


def test_silence_is_measured_by_receipt_and_not_by_the_device_clock() -> None:
    bench = Bench(rule(Staleness("level", 60.0)))
    bench.judge((-3600, 1), received_s=50)
    assert bench.tick(109) == []
    assert bench.tick(111) == [(HIGH, ON, 111)]


def test_a_thing_added_later_is_silent_from_then_on() -> None:
    silent = rule(Staleness("level", 60.0))
    bench = Bench(silent)
    bench.judge((990, 1))
    bench.tick(1000)
    bench.engine.install([silent], [Thing(1), Thing(2)])
    assert bench.tick(1001) == []
    bench.judge((1050, 1))
    assert bench.tick(1061) == [(HIGH, ON, 1061)]


_WET = Comparison("rain", Op.GE, 30.0)
_DEEP = Comparison("level", Op.GE, 10.0)
_OPEN = Comparison("door", Op.EQ, 1.0)


@pytest.mark.parametrize(
    ("condition", "needed"),
    [
        (All((_WET, _DEEP, _OPEN)), 3),
        (KOf(2, (_WET, _DEEP, _OPEN)), 2),
        (AnyOf((_WET, _DEEP, _OPEN)), 1),
        (All((_WET, AnyOf((_DEEP, _OPEN)))), 2),
    ],
)
def test_parts_are_counted(condition: Condition, needed: int) -> None:
    bench = Bench(rule(condition))
    begun: list[int] = []
    for n, (quantity, value) in enumerate((("rain", 40.0), ("level", 12.0), ("door", 1.0)), start=1):
        if bench.told((n, value, quantity)):
            begun.append(n)
    assert begun == [needed]
    ended = [n for n, quantity in enumerate(("door", "level", "rain")) if bench.told((9 + n, 0, quantity))]
    assert ended == [3 - needed]


def test_an_alarm_of_several_parts_repeats_with_the_value_it_speaks_of() -> None:
    bench = Bench(rule(All((_DEEP, _OPEN))))
    bench.judge((0, 12), (0, 1, "door"))
    [repeat] = bench.judge((1, 13), (1, 1, "door")).repeats
    assert (repeat.value, repeat.times) == (13, 1)


def test_late_samples_are_history() -> None:
    bench = Bench(rule())
    bench.judge((100, 9))
    assert bench.told((50, 20)) == []
    bench.judge((200, 20))
    assert bench.told((150, 1)) == []


@pytest.mark.parametrize(
    "quality", [Quality.DOUBTFUL, Quality.TIME_FUTURE, Quality.TIME_PAST, Quality.REPLAYED, Quality.TEST]
)
def test_what_does_not_speak_of_now_is_not_judged(quality: Quality) -> None:
    bench = Bench(rule())
    assert bench.told((0, 20), quality=int(quality)) == []


def test_not_a_number_is_not_judged() -> None:
    bench = Bench(rule())
    bench.judge((0, 20))
    assert bench.told((1, float("nan"))) == []
    assert bench.told((2, float("inf"))) == []


def test_several_samples_of_one_slot_in_one_batch_are_judged_in_the_order_of_their_times() -> None:
    bench = Bench(rule())
    told = bench.told((3, 9), (1, 11), (4, 12), (2, 13))
    assert told == [(HIGH, ON, 1), (HIGH, OFF, 3), (HIGH, ON, 4)]


def test_parts_that_were_never_true_together_do_not_begin_a_condition() -> None:
    bench = Bench(rule(All((_DEEP, _WET))))
    assert bench.told((1, 12), (2, 8), (3, 40, "rain")) == []


def test_one_batch_is_judged_as_many() -> None:
    samples = [(n, 9 + n % 3, ("level", "rain")[n % 2], 1 + n % 2) for n in range(40)]
    things = (Thing(1), Thing(2))
    rules = (rule(), rule(Comparison("rain", Op.GT, 9.5), name="test.rain", hold_s=4))
    whole, parts = Bench(*rules, things=things), Bench(*rules, things=things)
    at_once = sorted(whole.judge(*samples).crossings, key=str)
    one_by_one = sorted((c for sample in samples for c in parts.judge(sample).crossings), key=str)
    assert at_once == one_by_one


def test_an_unknown_entity_or_quantity_is_passed_over() -> None:
    bench = Bench(rule())
    assert bench.told((0, 20, "level", 99), (0, 20, "rain", 1)) == []
    assert Bench().engine.judge(Columns.empty()).crossings == []
    assert Bench().engine.judge(columns((0, 1))).crossings == []
