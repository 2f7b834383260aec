"""Is the county the size it should be, are its towns inside, and does every layer say what it is?"""

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from mudan.primitives.geo import Point, inside
from mudan.simulation.fleet import VEHICLES
from mudan.simulation.gauges import STATIONS
from mudan.simulation.geography import OUTLINE, RIVERS, TOWNS, short_en, town_named
from mudan.simulation.layers import layers
from mudan.simulation.shapes import area_km2, crossings, nearest_cells


def test_the_outline_encloses_the_published_area() -> None:
    assert area_km2(OUTLINE) == pytest.approx(1520, rel=0.02)


def test_the_outline_does_not_cross_itself() -> None:
    assert crossings(OUTLINE) == 0


def test_a_crossing_ring_is_noticed() -> None:
    bow = [Point(0, 0), Point(1, 1), Point(1, 0), Point(0, 1)]

    assert crossings(bow) == 1


def test_there_are_two_subdistricts_twenty_two_towns_and_two_townships() -> None:
    kinds = Counter(town.name.en.rsplit(" ", 1)[1] for town in TOWNS)

    assert kinds == {"Subdistrict": 2, "Town": 22, "Township": 2}
    assert len({town.code for town in TOWNS}) == 26


def test_residents_and_grids_add_up_to_the_county() -> None:
    assert sum(town.residents for town in TOWNS) == 649_900
    assert sum(town.grids for town in TOWNS) == 1_300


@pytest.mark.parametrize("town", TOWNS, ids=short_en)
def test_every_town_lies_inside(town: Any) -> None:
    assert inside(town.point, OUTLINE)


def test_every_station_home_and_river_point_lies_inside() -> None:
    places = [station.point for station in STATIONS] + [vehicle.home for vehicle in VEHICLES]
    places += [point for river in RIVERS for point in river.course]

    assert [place for place in places if not inside(place, OUTLINE)] == []


def test_town_cells_share_out_the_county_and_hold_their_towns() -> None:
    cells = nearest_cells([town.point for town in TOWNS], OUTLINE)

    assert sum(map(area_km2, cells)) == pytest.approx(area_km2(OUTLINE), rel=1e-6)
    assert all(inside(town.point, cell) for town, cell in zip(TOWNS, cells, strict=True))


def test_every_feature_is_named_in_both_languages() -> None:
    for collection in layers().values():
        for feature in collection["features"]:
            assert feature["properties"]["name_zh"]
            assert feature["properties"]["name_en"]


@pytest.mark.parametrize("name", ["outline", "town_cells", "roads", "rivers", "reservoirs"])
def test_drawn_layers_are_marked_schematic(name: str) -> None:
    collection = layers()[name]

    assert collection["schematic"] is True
    assert all(feature["properties"]["schematic"] for feature in collection["features"])


@pytest.mark.parametrize("name", ["roads", "rivers", "reservoirs"])
def test_invented_things_say_so_in_their_names(name: str) -> None:
    for feature in layers()[name]["features"]:
        assert "示例" in feature["properties"]["name_zh"]
        assert "Example" in feature["properties"]["name_en"]


def test_only_the_point_of_guiyang_is_a_schematic_town_point() -> None:
    marked = [
        feature["properties"]["code"]
        for feature in layers()["towns"]["features"]
        if feature["properties"]["schematic"]
    ]

    assert marked == [town_named("桂阳").code]


def test_polygons_are_closed_and_turn_left() -> None:
    for name in ("outline", "town_cells"):
        for feature in layers()[name]["features"]:
            (ring,) = feature["geometry"]["coordinates"]
            (x0, y0), twice = ring[0], 0.0
            for (ax, ay), (bx, by) in pairwise(ring):
                twice += (ax - x0) * (by - y0) - (bx - x0) * (ay - y0)
            assert ring[0] == ring[-1]
            assert twice > 0
