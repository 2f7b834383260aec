"""Do delays, dead bands and windows go on over a restart as if there had been none?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.rules import actions, queries
from mudan.core.rules.model import All, AnyOf, Comparison, KOf, Op, RateOfChange, Rule
from mudan.core.rules.model.engine import Memory
from mudan.storage.pool import Connection
from tests.core.county import add_entity
from tests.core.rules.bench import Bench, columns, rule, us

HELD = rule(Comparison("level", Op.GE, 10.0, hysteresis=2.0), name="test.held", hold_s=60, release_s=30)
PAIR = rule(
    KOf(2, (
        Comparison("level", Op.GE, 10.0, hysteresis=1.0), Comparison("rain", Op.GE, 5.0),
        AnyOf((Comparison("door", Op.EQ, 1.0),)),
    )),
    name="test.pair", hold_s=20,
)  # fmt: skip
BOTH = rule(
    All((Comparison("level", Op.GE, 9.0), Comparison("rain", Op.GE, 5.0))), name="test.both", release_s=40
)
RULES = (HELD, PAIR, BOTH)


class Reborn:
    """An engine that can be killed; what it remembers is what a database would hold."""

    def __init__(self, *rules: Rule) -> None:
        self._rules = rules
        self.bench = Bench(*rules)
        self.memories: dict[tuple[str, int], Memory] = {}
        self.standing: set[tuple[str, int]] = set()

    def told(self, crossings: list[tuple[str, bool, float]]) -> list[tuple[str, bool, float]]:
        """Keep what a commit keeps."""
        for name, active, _ in crossings:
            (self.standing.add if active else self.standing.discard)((name, 1))
        for memory in self.bench.engine.memories():
            self.memories[memory.rule, memory.entity] = memory
        self.bench.engine.kept()
        return crossings

    def restart(self, at_s: float, *known: Any) -> list[tuple[str, bool, float]]:
        """Begin again from what was kept, with the latest values."""
        self.bench = Bench(*self._rules, at_s=at_s)
        self.bench.engine.restore(self.standing)
        self.bench.engine.recall([one for one in self.memories.values() if not one.rests])
        return self.told(self.bench.told(*known)) if known else []


def test_a_delay_goes_on_where_it_was() -> None:
    reborn = Reborn(HELD)
    assert reborn.told(reborn.bench.told((0, 11.0))) == []
    assert reborn.told(reborn.bench.told((40, 11.5))) == []
    assert reborn.restart(45, (40, 11.5)) == []
    assert reborn.told(reborn.bench.tick(59)) == []
    assert reborn.told(reborn.bench.tick(60)) == [("test.held", True, 60)]


def test_a_release_goes_on_where_it_was() -> None:
    reborn = Reborn(HELD)
    reborn.told(reborn.bench.told((0, 11.0), (60, 11.0)))
    assert reborn.told(reborn.bench.told((70, 7.0))) == []
    assert reborn.restart(75, (70, 7.0)) == []
    assert reborn.told(reborn.bench.tick(100)) == [("test.held", False, 100)]


def test_inside_the_dead_band_a_delay_is_not_lost() -> None:
    reborn = Reborn(HELD)
    reborn.told(reborn.bench.told((0, 11.0), (30, 9.0)))
    reborn.restart(31, (30, 9.0))
    assert reborn.told(reborn.bench.tick(60)) == [("test.held", True, 60)]


def test_a_rate_is_judged_against_the_past_before_the_restart() -> None:
    rising = rule(RateOfChange("level", Op.GE, 0.5, window_s=3_600), name="test.rise")
    reborn = Reborn(rising)
    past = [(600.0 * n, 10 + 0.08 * n) for n in range(6)]
    reborn.told(reborn.bench.told(*past))
    reborn.restart(3_050)
    entities, quantities, windows = reborn.bench.engine.windows()
    assert [column.tolist() for column in (entities, quantities, windows)] == [[1], [1], [3_600_000_000]]
    reborn.bench.engine.refill(columns(*past))
    reborn.told(reborn.bench.told((3_000, 10.4)))
    assert reborn.told(reborn.bench.told((3_600, 10.52))) == [("test.rise", True, 3_600)]


def test_what_no_longer_fits_the_rules_is_left_out() -> None:
    bench = Bench(HELD)
    bench.engine.recall([
        Memory("test.held", 1, us(0), (True, True)), Memory("test.gone", 1, us(0), (True,)),
        Memory("test.held", 9, us(0), (True,)),
    ])  # fmt: skip
    assert bench.tick(1_000) == []


_SAMPLES = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from(["level", "rain", "door"]),
              st.sampled_from([0.0, 1.0, 5.0, 7.9, 8.5, 9.5, 10.0, 12.0])),
    min_size=1, max_size=25,
)  # fmt: skip


@given(samples=_SAMPLES, restarts=st.sets(st.integers(0, 24), max_size=6))
def test_an_engine_that_restarts_tells_the_same_as_one_that_runs_on(
    samples: list[tuple[int, str, float]], restarts: set[int]
) -> None:
    steady, reborn, at = Bench(*RULES), Reborn(*RULES), 0.0
    latest: dict[str, tuple[float, float, str]] = {}
    for n, (gap, quantity, value) in enumerate(samples):
        at += gap
        expected, got = steady.tick(at), reborn.told(reborn.bench.tick(at))
        expected += steady.told((at, value, quantity))
        got += reborn.told(reborn.bench.told((at, value, quantity)))
        assert got == expected
        latest[quantity] = (at, value, quantity)
        if n in restarts:
            assert reborn.restart(at, *latest.values()) == []


@pytest.mark.anyio
async def test_it_is_kept_in_the_database_and_dropped_at_rest(work: Connection) -> None:
    station = await add_entity(work)
    held = Memory("test.held", station.key, us(0), (True,))
    band = Memory("test.pair", station.key, 0, (True, False, False))
    await actions.remember(work, [held, band])
    await actions.remember(work, [held._replace(since_us=us(5))])
    assert {one.rule: one for one in await queries.memories(work)} == {
        "test.held": held._replace(since_us=us(5)), "test.pair": band,
    }  # fmt: skip
    await actions.remember(work, [held._replace(since_us=0, leaves=(False,)), band])
    assert await queries.memories(work) == [band]
