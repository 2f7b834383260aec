"""Does an extract of OpenStreetMap become the network that its tags describe? Small files, written here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pytest

from mudan.core.roads.model import INF_MS, KINDS, Graph, Network, Weighed, order_of
from mudan.core.roads.model.profiles import CAR, FOOT, TRUCK
from mudan.primitives.errors import Invalid
from mudan.run.roads import osm
from tests.core.roads.town import place

Ways = dict[int, tuple[list[int], dict[str, str]]]
PLACES = {1: (0, 0), 2: (3, 0), 3: (6, 0), 4: (3, 3), 5: (6, 3)}


def _written(folder: Path, ways: Ways, turns: Sequence[dict[str, Any]] = (), name: str = "t.osm.pbf") -> Path:
    """A file of such ways over PLACES; a turn has `members` and `tags`."""
    file = folder / name
    with osmium.SimpleWriter(str(file)) as writer:
        for ref, corner in PLACES.items():
            writer.add_node(
                osmium.osm.mutable.Node(id=ref, location=(place(*corner).lon, place(*corner).lat))
            )
        for key, (refs, tags) in ways.items():
            writer.add_way(osmium.osm.mutable.Way(id=key, nodes=refs, tags=tags))
        for number, turn in enumerate(turns, start=1):
            writer.add_relation(osmium.osm.mutable.Relation(id=number, **turn))
    return file


def _seconds(graph: Graph, a: tuple[float, float], b: tuple[float, float], profile: str = "car") -> float:
    network = Network(graph, order_of(graph).tolist())
    feet, goal = (network.feet(np.array([place(*corner)]), profile) for corner in (a, b))
    ms = int(Weighed(network, profile).times_ms(feet, goal)[0])
    return ms / 1000 if ms < INF_MS else np.inf


def _turn(kind: str, came: int, via: int, goes: int) -> dict[str, Any]:
    members = [("w", came, "from"), ("n", via, "via"), ("w", goes, "to")]
    return {"members": members, "tags": {"type": "restriction", "restriction": kind}}


ROAD = {"highway": "secondary", "maxspeed": "36"}
CROSSING: Ways = {
    10: ([1, 2], ROAD | {"name": "西路", "name:en": "West Road"}),
    20: ([2, 3], ROAD),
    30: ([2, 4], ROAD),
    40: ([4, 5, 3], ROAD),
}


def test_ways_meet_where_they_share_a_point_and_keep_names_and_speeds(tmp_path: Path) -> None:
    found = osm.read(_written(tmp_path, CROSSING))
    graph = found.graph
    assert (found.ways, found.turns, found.turns_left_out, found.ways_cut) == (4, 0, 0, 0)
    assert (graph.nodes, graph.edges, graph.arcs) == (4, 4, 8)
    assert graph.origin.source == "t.osm.pbf"
    assert "OpenStreetMap" in graph.origin.credit
    assert not graph.origin.schematic
    assert graph.name_of(0).en == "West Road"
    assert {KINDS[int(kind)] for kind in graph.kind} == {"county"}
    assert set(graph.speed_kmh.tolist()) == {36.0}


def test_a_restriction_is_obeyed_by_vehicles(tmp_path: Path) -> None:
    free = osm.read(_written(tmp_path, CROSSING, name="free.osm.pbf")).graph
    no = osm.read(_written(tmp_path, CROSSING, [_turn("no_straight_on", 10, 2, 20)], name="no.osm.pbf"))
    only = osm.read(_written(tmp_path, CROSSING, [_turn("only_left_turn", 10, 2, 30)], name="only.osm.pbf"))
    assert (no.turns, only.turns) == (1, 1)
    west, east = (0.5, 0), (5.5, 0)
    for ruled in (no.graph, only.graph):
        assert _seconds(ruled, west, east) > _seconds(free, west, east)
        assert _seconds(ruled, east, west) == _seconds(free, east, west)
        assert _seconds(ruled, west, east, "foot") == _seconds(free, west, east, "foot")


def test_restrictions_that_are_not_understood_are_counted_as_left_out(tmp_path: Path) -> None:
    by_way = {
        "members": [("w", 10, "from"), ("w", 30, "via"), ("w", 40, "to")],
        "tags": {"type": "restriction", "restriction": "no_u_turn"},
    }
    turns = [by_way, _turn("no_left_turn", 10, 2, 99), _turn("unknown", 10, 2, 20)]
    found = osm.read(_written(tmp_path, CROSSING, turns))
    assert (found.turns, found.turns_left_out) == (0, 3)


@pytest.mark.parametrize(
    ("tags", "forward", "backward"),
    [
        ({"highway": "residential"}, 7, 7),
        ({"highway": "residential", "oneway": "yes"}, 7, 4),
        ({"highway": "residential", "oneway": "-1"}, 4, 7),
        ({"highway": "residential", "junction": "roundabout"}, 7, 4),
        ({"highway": "motorway"}, 3, 0),
        ({"highway": "motorway", "oneway": "no"}, 3, 3),
        ({"highway": "footway"}, 4, 4),
        ({"highway": "service", "access": "private"}, 0, 0),
        ({"highway": "service", "access": "private", "foot": "yes"}, 4, 4),
        ({"highway": "track", "motor_vehicle": "no"}, 4, 4),
        ({"highway": "tertiary", "hgv": "no"}, 5, 5),
        ({"highway": "tertiary", "maxweight": "5"}, 5, 5),
        ({"highway": "tertiary", "maxheight": "2.8 m"}, 5, 5),
        ({"highway": "tertiary", "maxweight": "20"}, 7, 7),
        ({"highway": "pedestrian", "area": "yes"}, 0, 0),
        ({"highway": "construction"}, 0, 0),
        ({"waterway": "river"}, 0, 0),
    ],
)
def test_tags_say_who_may_go_which_way(tags: dict[str, str], forward: int, backward: int) -> None:
    assert (CAR.access, TRUCK.access, FOOT.access) == (1, 2, 4)
    way = osm.way_of(1, (1, 2), tags)
    assert (
        (forward, backward) == (0, 0) if way is None else (way.forward, way.backward) == (forward, backward)
    )


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"maxspeed": "50"}, 50.0),
        ({"maxspeed": "50 km/h"}, 50.0),
        ({"maxspeed": "30 mph"}, pytest.approx(48.28, abs=0.01)),
        ({"maxspeed": "walk"}, 5.0),
        ({"maxspeed": "none"}, 60.0),
        ({"maxspeed": "CN:urban"}, 60.0),
        ({"maxspeed": "900"}, 150.0),
        ({}, 60.0),
    ],
)
def test_a_signed_speed_counts_and_else_that_of_the_kind(tags: dict[str, str], kmh: float) -> None:
    way = osm.way_of(1, (1, 2), {"highway": "primary", **tags})
    assert way is not None
    assert way.speed_kmh == kmh


def test_bridges_and_fords_are_known(tmp_path: Path) -> None:
    ways = {1: ([1, 2], ROAD | {"bridge": "yes"}), 2: ([2, 3], ROAD | {"ford": "yes"}), 3: ([2, 4], ROAD)}
    graph = osm.read(_written(tmp_path, ways)).graph
    assert (graph.bridge.tolist(), graph.low_lying.tolist()) == ([True, False, False], [False, True, False])


def test_a_way_that_leaves_the_extract_is_cut_and_counted(tmp_path: Path) -> None:
    found = osm.read(_written(tmp_path, {1: ([1, 2, 77], ROAD), 2: ([2, 3], ROAD)}))
    assert (found.ways, found.ways_cut) == (2, 1)


def test_what_has_no_roads_or_is_no_such_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no roads"):
        osm.read(_written(tmp_path, {1: ([1, 2], {"waterway": "river"})}))
    with pytest.raises(Invalid, match="no file"):
        osm.read(tmp_path / "none.osm.pbf")
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"this is no protocol buffer" * 40)
    with pytest.raises(Invalid, match="cannot be read"):
        osm.read(broken)
