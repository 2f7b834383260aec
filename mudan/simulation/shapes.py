"""How large is a ring, does it cross itself, and which part of it lies nearest to each town?"""

from collections.abc import Sequence
from itertools import pairwise
from math import cos, radians, sin, sqrt
from typing import Final

from mudan.primitives.geo import Point, inside

WGS84_A_M: Final = 6_378_137.0
WGS84_E2: Final = 0.006_694_379_990_14
MID_LAT: Final = 30.25  # middle of the county

_SIN2: Final = sin(radians(MID_LAT)) ** 2
M_PER_DEG_LAT: Final = radians(WGS84_A_M * (1 - WGS84_E2) / (1 - WGS84_E2 * _SIN2) ** 1.5)
M_PER_DEG_LON: Final = radians(WGS84_A_M * cos(radians(MID_LAT)) / sqrt(1 - WGS84_E2 * _SIN2))

Plane = tuple[float, float]


def to_plane(point: Point) -> Plane:
    """Metres east and north of (0°, 0°) on the plane that touches the ellipsoid at the middle latitude.

    Good to 0.3 % of a distance anywhere in the county (0.25° from the middle latitude).
    """
    return point.lon * M_PER_DEG_LON, point.lat * M_PER_DEG_LAT


def from_plane(place: Plane) -> Point:
    """The inverse of `to_plane`."""
    return Point(place[0] / M_PER_DEG_LON, place[1] / M_PER_DEG_LAT)


def plane_distance_m(a: Point, b: Point) -> float:
    """Metres between two points of the county, on the plane of `to_plane`."""
    return sqrt(((a.lon - b.lon) * M_PER_DEG_LON) ** 2 + ((a.lat - b.lat) * M_PER_DEG_LAT) ** 2)


def area_km2(ring: Sequence[Point]) -> float:
    """Area of a simple ring in square kilometres, by the shoelace formula on the plane."""
    places = [to_plane(point) for point in ring]
    return abs(_twice_area(places)) / 2e6


def crossings(ring: Sequence[Point]) -> int:
    """How many pairs of edges that share no corner cross or touch; 0 for a simple ring."""
    edges = list(pairwise([*ring, ring[0]]))
    count = 0
    for i, (a, b) in enumerate(edges):
        for j in range(i + 2, len(edges)):
            if (i, j) != (0, len(edges) - 1) and segments_meet(a, b, *edges[j]):
                count += 1
    return count


def segments_meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments ab and cd have a point in common."""
    sides = (_side(c, d, a), _side(c, d, b), _side(a, b, c), _side(a, b, d))
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    ends = ((a, c, d), (b, c, d), (c, a, b), (d, a, b))
    return any(
        side == 0.0 and _within_box(point, start, end)
        for side, (point, start, end) in zip(sides, ends, strict=True)
    )


def line_inside(line: Sequence[Point], ring: Sequence[Point]) -> bool:
    """Whether a whole line lies in a ring: its points are inside and it meets no edge."""
    if not all(inside(point, ring) for point in line):
        return False
    edges = list(pairwise([*ring, ring[0]]))
    return not any(segments_meet(a, b, c, d) for a, b in pairwise(line) for c, d in edges)


def nearest_cells(sites: Sequence[Point], ring: Sequence[Point]) -> list[list[Point]]:
    """For each site the part of the ring that is nearer to it than to any other (a clipped Voronoi cell).

    Where a bay of the ring cuts a cell in two, the parts stay joined by a double edge along the cut.
    """
    places = [to_plane(site) for site in sites]
    outline = [to_plane(point) for point in ring]
    return [[from_plane(place) for place in _cell(i, places, outline)] for i in range(len(places))]


def _cell(own: int, sites: Sequence[Plane], outline: Sequence[Plane]) -> list[Plane]:
    x, y = sites[own]
    kept = list(outline)
    for i, (other_x, other_y) in enumerate(sites):
        if i == own:
            continue
        nx, ny = other_x - x, other_y - y
        offset = nx * (x + other_x) / 2 + ny * (y + other_y) / 2
        kept = _half_plane(kept, nx, ny, offset)
    return kept


def _half_plane(ring: Sequence[Plane], nx: float, ny: float, offset: float) -> list[Plane]:
    """The part of a ring where nx·x + ny·y ≤ offset."""
    kept: list[Plane] = []
    for here, after in pairwise([*ring, ring[0]]):
        before = nx * here[0] + ny * here[1] - offset
        behind = nx * after[0] + ny * after[1] - offset
        if before <= 0:
            kept.append(here)
        if (before < 0 < behind) or (behind < 0 < before):
            part = before / (before - behind)
            kept.append((here[0] + part * (after[0] - here[0]), here[1] + part * (after[1] - here[1])))
    return kept


def _twice_area(places: Sequence[Plane]) -> float:
    x0, y0 = places[0]  # near the origin, so that large coordinates cancel no digits
    near = [(x - x0, y - y0) for x, y in places]
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairwise([*near, near[0]]))


def _side(a: Point, b: Point, p: Point) -> float:
    return (b.lon - a.lon) * (p.lat - a.lat) - (b.lat - a.lat) * (p.lon - a.lon)


def _within_box(point: Point, a: Point, b: Point) -> bool:
    lons, lats = sorted((a.lon, b.lon)), sorted((a.lat, b.lat))
    return lons[0] <= point.lon <= lons[1] and lats[0] <= point.lat <= lats[1]
