"""Is the quickest way right where one can reckon it by hand? Ends inside a street, closures, turns, snapping."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from mudan.core.roads.model import (
    INF_MS,
    Graph,
    Network,
    Turn,
    Weighed,
    build,
    order_of,
    packed,
    told,
    unpacked,
)
from mudan.core.roads.model.closures import Closing, Direction, Standing
from mudan.core.roads.model.profiles import CAR, TRUCK
from mudan.core.roads.model.snapping import Snapper, main_part
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point, distance_m
from tests.core.roads.town import ORIGIN, grid_town, line_town, place, street

FAST = 10.0  # metres a second on every street of the line town


@pytest.fixture(params=["cch", "csgraph"])
def town(request: pytest.FixtureRequest) -> Network:
    """The line town under either engine."""
    graph = line_town()
    made = Network(graph, order_of(graph).tolist() if request.param == "cch" else None)
    assert made.engine == request.param
    return made


def _seconds(network: Network, a: Point, b: Point, *closed: Standing, profile: str = "car") -> float:
    weighed = Weighed(network, profile, network.laid(profile, list(closed)))
    feet, goal = network.feet(np.array([a]), profile), network.feet(np.array([b]), profile)
    ms = int(weighed.times_ms(feet, goal)[0])
    way = weighed.way(feet, goal)
    assert (way.ms if way else INF_MS) == ms
    return ms / 1000 if ms < INF_MS else np.inf


def _shut(edge: int, direction: Direction = Direction.BOTH, **how: Any) -> Standing:
    return Standing(
        Closing(frozenset(("car", "truck", "foot", "boat")), direction=direction, **how), np.array([edge])
    )


def _metres(*points: Point) -> float:
    return sum(distance_m(a, b) for a, b in pairwise(points))


def test_a_way_begins_and_ends_within_a_street(town: Network) -> None:
    a, b = place(1, 0), place(8, 0)
    assert _seconds(town, a, b) == pytest.approx(_metres(a, b) / FAST, rel=0.005)


def test_two_places_on_one_street_are_joined_along_it(town: Network) -> None:
    a, b = place(3.5, 0), place(5.5, 0)
    assert _seconds(town, a, b) == pytest.approx(_metres(a, b) / FAST, rel=0.005)


def test_a_closed_street_is_gone_round_and_without_another_way_nobody_arrives(town: Network) -> None:
    a, b, middle = place(1, 0), place(8, 0), place(4.5, 3)
    around = _metres(a, place(3, 0), middle, place(6, 0), b)
    assert _seconds(town, a, b, _shut(1)) == pytest.approx(around / FAST, rel=0.005)
    assert _seconds(town, a, b, _shut(1), _shut(3)) == np.inf
    assert _seconds(town, a, b, _shut(0)) < np.inf  # who stands on it may leave it
    assert _seconds(town, place(0, 0), place(8, 0), _shut(0, depth_m=0.4)) == np.inf  # but not through water


def test_the_scene_on_a_closed_street_is_reached_but_not_through_deep_water(town: Network) -> None:
    a, scene = place(1, 0), place(4.5, 0)
    free = _seconds(town, a, scene)
    assert _seconds(town, a, scene, _shut(1)) == free
    assert _seconds(town, a, scene, _shut(1, depth_m=0.4)) == np.inf


def test_one_way_of_a_street_can_be_closed_alone(town: Network) -> None:
    a, b = place(1, 0), place(8, 0)
    forward = _shut(1, Direction.FORWARD)
    assert _seconds(town, a, b, forward) > _seconds(town, b, a, forward) == _seconds(town, b, a)


def test_water_stops_each_class_at_its_own_depth(town: Network) -> None:
    a, b = place(1, 0), place(8, 0)
    both = [_shut(1, depth_m=0.4), _shut(3, depth_m=0.4)]
    assert _seconds(town, a, b, *both) == np.inf
    assert _seconds(town, a, b, *both, profile="truck") == _seconds(town, a, b, profile="truck")
    deep = [_shut(1, depth_m=0.6), _shut(3, depth_m=0.6)]
    assert _seconds(town, a, b, *deep, profile="truck") == np.inf
    rowed = _metres(place(3, 0), place(6, 0)) / (6 / 3.6)
    assert rowed < _seconds(town, a, b, *deep, profile="boat") < np.inf


def test_a_penalty_is_taken_where_going_round_is_dearer(town: Network) -> None:
    a, b = place(1, 0), place(8, 0)
    free, around = _seconds(town, a, b), _seconds(town, a, b, _shut(1))
    straight = _metres(place(3, 0), place(6, 0)) / FAST
    assert _seconds(town, a, b, _shut(1, penalty=1.5)) == pytest.approx(free + straight / 2, rel=0.005)
    assert _seconds(town, a, b, _shut(1, penalty=50)) == pytest.approx(around, rel=0.005)


def test_a_way_is_told_by_roads_with_its_turns(town: Network) -> None:
    weighed = Weighed(town, "car", town.laid("car", [_shut(1)]))
    feet, goal = town.feet(np.array([place(1, 0)]), "car"), town.feet(np.array([place(8, 0)]), "car")
    way = weighed.way(feet, goal)
    assert way is not None
    shown = told(weighed, way)
    assert [(step.name.zh, step.turn) for step in shown.steps] == [
        ("1路", "start"),
        ("4路", "left"),
        ("3路", "left"),
    ]
    assert shown.metres == pytest.approx(_metres(*shown.line), rel=0.001)
    assert shown.line[0] == pytest.approx(place(1, 0))
    assert shown.line[-1] == pytest.approx(place(8, 0))
    assert shown.edges == [0, 3, 2]


def _crossing(*turns: Turn) -> Network:
    """A crossing at 0 with arms to the west (1), east (2), north (3); a loop 3 → 4 → 2 goes round it."""
    places = {0: place(0, 0), 1: place(-3, 0), 2: place(3, 0), 3: place(0, 3), 4: place(3, 3)}
    ways = [street(1, 1, 0), street(2, 0, 2), street(3, 0, 3), street(4, 3, 4), street(5, 4, 2)]
    graph = build(ways, places, turns, origin=ORIGIN)
    return Network(graph, order_of(graph).tolist())


def test_a_forbidden_turn_is_not_taken_by_vehicles_but_by_walkers() -> None:
    west, east = place(-2, 0), place(2, 0)
    free, ruled = _crossing(), _crossing(Turn(1, 0, 2, only=False))
    assert _seconds(ruled, west, east) > _seconds(free, west, east)
    assert _seconds(ruled, east, west) == _seconds(free, east, west)
    assert _seconds(ruled, west, place(0, 2)) == _seconds(free, west, place(0, 2))
    assert _seconds(ruled, west, east, profile="foot") == _seconds(free, west, east, profile="foot")


def test_an_only_turn_forbids_every_other() -> None:
    west, east, north = place(-2, 0), place(2, 0), place(0, 2)
    free, ruled = _crossing(), _crossing(Turn(1, 0, 3, only=True))
    assert _seconds(ruled, west, east) > _seconds(free, west, east)
    assert _seconds(ruled, west, north) == _seconds(free, west, north)


def test_the_nearest_road_is_the_nearest_of_all_pieces_for_each_class() -> None:
    graph = grid_town(turns=False)
    shut_to_trucks = graph.edge % 7 == 0
    graph = replace(
        graph, access=np.where(shut_to_trucks, graph.access & np.uint8(255 - TRUCK.access), graph.access)
    )
    random = np.random.default_rng(3)
    corner, far = place(-3, -3), place(22, 17)
    points = random.uniform((corner.lon, corner.lat), (far.lon, far.lat), (200, 2))
    snapper = Snapper(graph, (CAR.access, TRUCK.access))
    apart = 0
    for access in (CAR.access, TRUCK.access):
        feet, usable = snapper.feet(points, access), main_part(graph, access)
        assert usable is not None
        apart += int((feet.edge % 7 == 0).sum())
        for row, (lon, lat) in enumerate(points.tolist()):
            away = min(_away(graph, edge, lon, lat) for edge in np.flatnonzero(usable).tolist())
            assert feet.away_m[row] == pytest.approx(away, abs=0.01)
    assert 0 < apart < len(points)  # cars stand where trucks may not


def _away(graph: Graph, edge: int, lon: float, lat: float) -> float:
    (ax, bx), (ay, by) = graph.plane.metres(
        [p.lon for p in graph.line(edge)], [p.lat for p in graph.line(edge)]
    )
    x, y = graph.plane.metres(lon, lat)
    steps = np.linspace(0, 1, 2001)
    return float(np.hypot(ax + (bx - ax) * steps - x, ay + (by - ay) * steps - y).min())


def test_nobody_is_put_on_an_island() -> None:
    graph = grid_town(turns=False)
    island = place(19.5, 0)
    feet = Snapper(graph, (CAR.access,)).feet(np.array([island]), CAR.access)
    assert feet.away_m[0] > 1000


def test_a_network_comes_back_from_its_bytes_as_it_was() -> None:
    graph = grid_town()
    again = unpacked(packed(graph))
    assert again.hash == graph.hash
    assert [again.name_of(edge) for edge in range(9)] == [graph.name_of(edge) for edge in range(9)]


@pytest.mark.parametrize("data", [b"", b"no network", packed(line_town())[:-200]])
def test_what_is_no_network_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        unpacked(data)
