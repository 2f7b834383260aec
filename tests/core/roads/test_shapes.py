"""Do drawn closures lie on the roads that people mean? Points, lines, areas, and the ground downwind."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.roads.model import circle, downwind
from mudan.core.roads.model.matching import Matcher
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point, bearing_deg, distance_m, inside
from tests.core.roads.town import line_town, place

ON = Matcher(line_town())  # edges: 0 a–b, 1 b–c, 2 c–d, 3 the way round


def _line(*points: Point) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


def test_a_point_closes_the_nearest_stretch_and_nothing_far_from_roads() -> None:
    near = place(4.5, 0.1)
    assert ON.edges_on({"type": "Point", "coordinates": list(near)}).tolist() == [1]
    far = place(4.5, -9)
    assert not len(ON.edges_on({"type": "Point", "coordinates": list(far)}))


def test_a_line_along_a_road_closes_it_and_not_the_roads_that_it_touches() -> None:
    assert ON.edges_on(_line(place(3, 0), place(6, 0))).tolist() == [1]
    assert ON.edges_on(_line(place(3.2, 0.01), place(4.0, 0.01))).tolist() == [1]


def test_a_line_across_roads_closes_what_it_crosses() -> None:
    assert ON.edges_on(_line(place(4.5, -1), place(4.5, 1))).tolist() == [1]
    assert ON.edges_on(_line(place(4.4, -1), place(4.4, 4))).tolist() == [1, 3]


def test_an_area_closes_what_has_a_part_inside_however_thin_it_is() -> None:
    ring = [place(2, -0.5), place(7, -0.5), place(7, 0.5), place(2, 0.5), place(2, -0.5)]
    area = {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}
    assert ON.edges_on(area).tolist() == [0, 1, 2, 3]
    thin = [place(4.5, -1), place(4.501, -1), place(4.501, 1), place(4.5, 1), place(4.5, -1)]
    assert ON.edges_on({"type": "Polygon", "coordinates": [[list(point) for point in thin]]}).tolist() == [1]


@pytest.mark.parametrize(
    "geometry",
    [
        {},
        {"type": "Circle", "coordinates": [1, 2]},
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [200.0, 10.0]},
        {"type": "Point", "coordinates": [float("nan"), 10.0]},
        {"type": "LineString", "coordinates": [[115.0, 35.0]]},
        {"type": "Polygon", "coordinates": [[[115.0, 35.0], [115.1, 35.0], [115.0, 35.0]]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "LineString", "coordinates": [[115.0, 35.0, 3.0], [115.1, 35.0]]},
        {"type": "LineString", "coordinates": [[115.0, 35.0]] * 2001},
    ],
)
def test_what_is_no_drawing_is_refused(geometry: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        ON.edges_on(geometry)


@given(from_deg=st.floats(0, 360), bearing=st.floats(0, 360), metres=st.floats(1, 3000))
def test_downwind_ground_is_kept_clear_and_upwind_ground_is_not(
    from_deg: float, bearing: float, metres: float
) -> None:
    centre = place(0, 0)
    ring = downwind(centre, from_deg, 4.0, reach_m=2000, near_m=200)
    spot = Point(
        centre.lon + metres * np.sin(np.radians(bearing)) / (111_195 * np.cos(np.radians(centre.lat))),
        centre.lat + metres * np.cos(np.radians(bearing)) / 111_195,
    )
    away = distance_m(centre, spot)
    off = abs((bearing_deg(centre, spot) - (from_deg + 180) + 180) % 360 - 180)
    if abs(off - 45) < 2 or abs(away - 2000) < 25 or abs(away - 200) < 5:
        return
    assert inside(spot, ring) == (away < 2000 if off < 45 else away < 200)


def test_in_a_calm_the_whole_circle_is_kept_clear() -> None:
    centre = place(0, 0)
    assert downwind(centre, 90, 0.4, 1000, 100) == circle(centre, 1000)
    with pytest.raises(Invalid):
        downwind(centre, 90, 4.0, 100, 1000)
