"""Does the engine on columns judge as a few lines of plain Python do?"""

from collections.abc import Callable
from operator import ge, gt, le, lt

from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.rules.model import Comparison, Op
from tests.core.rules.bench import Bench, Thing, rule

_OPS: dict[Op, tuple[Callable[[float, float], bool], int]] = {
    Op.GE: (ge, -1), Op.GT: (gt, -1), Op.LE: (le, 1), Op.LT: (lt, 1),
}  # fmt: skip
HOLD_S, RELEASE_S = 20, 30

_values = st.integers(-8, 8).map(lambda n: n / 4)
_batches = st.lists(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 2), _values), max_size=6), min_size=1, max_size=8
)


def _expected(
    batches: list[list[tuple[int, int, float]]], op: Op, hysteresis: float, hold_s: int, release_s: int
) -> list[tuple[int, bool, int]]:
    """One measurement after another: those older than the last one of their thing are passed over."""
    compare, side = _OPS[op]
    told = []
    last: dict[int, int] = {}
    state, active = {1: False, 2: False}, {1: False, 2: False}
    since: dict[int, int | None] = {1: None, 2: None}
    for batch in batches:
        first: dict[tuple[int, int], float] = {}
        for at, thing, value in batch:
            first.setdefault((at, thing), value)
        for (at, thing), value in sorted(first.items()):
            if at < last.get(thing, at):
                continue
            last[thing] = at
            state[thing] = compare(value, side * hysteresis if state[thing] else 0.0)
            if state[thing] == active[thing]:
                since[thing] = None
                continue
            start = since[thing]
            start = since[thing] = at if start is None else start
            if at - start >= (hold_s if state[thing] else release_s):
                active[thing], since[thing] = state[thing], None
                told.append((thing, active[thing], at))
    return told


@settings(max_examples=100, deadline=None)
@given(
    batches=_batches,
    op=st.sampled_from(list(_OPS)),
    hysteresis=st.sampled_from([0.0, 0.5, 1.0]),
    delayed=st.booleans(),
)
def test_comparisons_with_hysteresis_and_delays_agree_with_the_reference(
    batches: list[list[tuple[int, int, float]]], op: Op, hysteresis: float, delayed: bool
) -> None:
    hold_s, release_s = (HOLD_S, RELEASE_S) if delayed else (0, 0)
    judged = rule(Comparison("level", op, 0.0, hysteresis), hold_s=hold_s, release_s=release_s)
    bench = Bench(judged, things=(Thing(1), Thing(2)))
    told: list[tuple[int, bool, int]] = []
    for batch in batches:
        crossings = bench.judge(*((at, value, "level", thing) for at, thing, value in batch)).crossings
        told += [(c.entity, c.active, (c.at_us - bench.engine._started_us) // 1_000_000) for c in crossings]
    expected = _expected(batches, op, hysteresis, hold_s, release_s)
    for thing in (1, 2):
        assert [one for one in told if one[0] == thing] == [one for one in expected if one[0] == thing]
