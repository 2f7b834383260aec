"""How often does ranking by road choose better than the straight line, where a river has one bridge?

Two banks of streets, a bridge at one end: whoever is just across the water is near by line and far by road.
"""

from dataclasses import replace

import numpy as np

from mudan.core.dispatch.model import Need, rank
from mudan.core.roads.model import Graph, Network, Weighed, build, order_of, point_array
from mudan.core.units.model import Unit
from mudan.primitives.geo import Point, distance_m
from tests.core.dispatch.test_ranking import unit
from tests.core.roads.town import ORIGIN, place, street
from tests.database import START

SIZE, RIVER = 16, 8
CASES, UNITS = 200, 12


def _town() -> Graph:
    """A grid of streets; between rows RIVER - 1 and RIVER runs the water, bridged in the first column only."""
    places = {row * SIZE + column: place(column, row) for row in range(SIZE) for column in range(SIZE)}
    across = [(at, at + 1) for at in places if at % SIZE < SIZE - 1]
    along = [
        (at, at + SIZE)
        for at in places
        if at + SIZE in places and (at // SIZE != RIVER - 1 or at % SIZE == 0)
    ]
    ways = [
        street(key, *pair, bridge=pair == ((RIVER - 1) * SIZE, RIVER * SIZE))
        for key, pair in enumerate([*across, *along])
    ]
    return build(ways, places, (), origin=ORIGIN)


def _placed(units: list[Unit], spots: list[Point]) -> list[Unit]:

    return [replace(one, point=spot) for one, spot in zip(units, spots, strict=True)]


def test_ranking_by_road_is_never_later_than_the_line_and_often_much_sooner() -> None:
    graph = _town()
    network = Network(graph, order_of(graph).tolist())
    weighed, random = Weighed(network, "truck"), np.random.default_rng(11)
    fleet = [unit(f"U{at:02}") for at in range(UNITS)]
    wrong, lost_s = 0, []
    for _ in range(CASES):
        spots = [place(*random.uniform(0, SIZE - 1, 2)) for _ in range(UNITS)]
        scene = place(*random.uniform(0, SIZE - 1, 2))
        goal = network.feet(point_array([scene]), "truck")
        seconds = weighed.times_ms(network.feet(point_array(spots), "truck"), goal) / 1000.0
        need = Need(("swift_water",), scene)
        found = rank(_placed(fleet, spots), seconds, np.zeros(UNITS), need, START, {})
        chosen = int(found.best[0].unit.code[1:])
        by_line = min(range(UNITS), key=lambda at: distance_m(spots[at], scene))
        assert seconds[chosen] == seconds.min() <= seconds[by_line]
        wrong += bool(seconds[by_line] > seconds[chosen])
        lost_s.append(float(seconds[by_line] - seconds[chosen]))
    mean_s, worst_s = sum(lost_s) / wrong, max(lost_s)
    assert wrong / CASES > 0.15, "the line is wrong in more than every seventh case"
    assert mean_s > 30.0, "and whoever it sends is there later by more than half a minute in the mean"
    assert worst_s > 2 * mean_s, "now and then by several times that: the unit across the water"
