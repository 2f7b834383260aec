"""Do both engines give the same answers, whatever is closed? The slow one is the oracle of the quick one."""

import numpy as np
import pytest

from mudan.core.roads.model import INF_MS, Graph, Network, Weighed, order_of, told
from mudan.core.roads.model.closures import Closing, Standing
from mudan.core.roads.model.network import Weighed as Both
from mudan.core.roads.model.snapping import Feet
from tests.core.roads.town import grid_town, place

CASES = 1000
PROFILES = ("car", "truck", "foot", "boat")


def _networks(graph: Graph) -> tuple[Network, Network]:
    return Network(graph, order_of(graph).tolist()), Network(graph)


def _standing(graph: Graph, random: np.random.Generator) -> list[Standing]:
    count = int(random.integers(0, 9))
    return [
        Standing(_closing(random), random.integers(0, graph.edges, int(random.integers(1, 12))))
        for _ in range(count)
    ]


def _closing(random: np.random.Generator) -> Closing:
    classes = frozenset(random.choice(PROFILES, int(random.integers(1, 5))).tolist())
    what = random.integers(0, 3)
    if what == 0:
        return Closing(classes, depth_m=float(random.choice([0.2, 0.35, 0.6, 1.0])))
    return Closing(classes, penalty=float(random.uniform(1.5, 20))) if what == 1 else Closing(classes)


def _points(random: np.random.Generator, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    corner, far = place(-0.5, -0.5), place(14.5, 14.5)
    return random.uniform((corner.lon, corner.lat), (far.lon, far.lat), (count, 2))


def _compared(quick: Both, oracle: Both, feet: Feet, target: Feet) -> int:
    """Both engines' times and ways are the same; how many sources cannot reach the target."""
    fast, slow = quick.times_ms(feet, target), oracle.times_ms(feet, target)
    assert np.array_equal(fast, slow)
    first = Feet(feet.edge[:1], feet.along[:1], feet.away_m[:1])
    ways = [one.way(first, target) for one in (quick, oracle)]
    assert (ways[0] is None) == (ways[1] is None) == (fast[0] == INF_MS)
    for one, way in zip((quick, oracle), ways, strict=True):
        if way is not None:
            shown = told(one, way)
            assert way.ms == fast[0]
            assert sum(step.seconds for step in shown.steps) == pytest.approx(way.ms / 1000, abs=0.01)
    return int((fast == INF_MS).sum())


def test_both_engines_agree_on_a_thousand_cases_with_closures_and_cut_off_places() -> None:
    random = np.random.default_rng(20261123)
    quick, oracle = _networks(grid_town())
    assert (quick.engine, oracle.engine) == ("cch", "csgraph")
    pairs = {profile: (Weighed(quick, profile), Weighed(oracle, profile)) for profile in PROFILES}
    cut_off = 0
    for case in range(CASES):
        profile = PROFILES[case % len(PROFILES)]
        pair = pairs[profile]
        under = quick.laid(profile, _standing(quick.graph, random))
        for one in pair:
            one.change(under)
        feet = quick.feet(_points(random, 6), profile)
        cut_off += _compared(*pair, feet, quick.feet(_points(random, 1), profile)) > 0
    assert cut_off > CASES / 50


def test_a_change_leaves_nothing_of_the_closures_before() -> None:
    random = np.random.default_rng(5)
    quick, oracle = _networks(grid_town())
    changed = Weighed(quick, "car")
    for _ in range(20):
        under = quick.laid("car", _standing(quick.graph, random))
        changed.change(under)
        feet, target = quick.feet(_points(random, 20), "car"), quick.feet(_points(random, 1), "car")
        _compared(changed, Weighed(oracle, "car", under), feet, target)
    changed.change(quick.laid("car", []))
    _compared(changed, Weighed(oracle, "car"), feet, target)


def test_many_changes_at_once_are_weighed_anew_and_still_agree() -> None:
    random = np.random.default_rng(6)
    quick, oracle = _networks(grid_town(size=40))
    everything = [Standing(Closing(frozenset(PROFILES), penalty=3.0), np.arange(quick.graph.edges))]
    under = quick.laid("car", everything)
    assert len(under.through) > 2000
    changed = Weighed(quick, "car")
    changed.change(under)
    feet, target = quick.feet(_points(random, 20), "car"), quick.feet(_points(random, 1), "car")
    _compared(changed, Weighed(oracle, "car", under), feet, target)


def test_a_wrong_order_or_no_engine_leaves_the_oracle_in_charge(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = grid_town()
    monkeypatch.setattr("mudan.core.roads.model.engines.agrees", lambda *_: False)
    assert Network(graph, order_of(graph).tolist()).engine == "csgraph"
