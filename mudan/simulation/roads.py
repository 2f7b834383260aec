"""Which roads join the towns? A made-up network: neighbouring town points joined by bending lines (示意)."""

from collections.abc import Sequence
from itertools import combinations, pairwise
from random import Random
from typing import Final, NamedTuple

from mudan.primitives.geo import Point, inside
from mudan.primitives.text import Text
from mudan.simulation.geography import OUTLINE, TOWNS, short_en, short_zh
from mudan.simulation.shapes import (
    from_plane,
    line_inside,
    plane_distance_m,
    segments_meet,
    to_plane,
)

ROAD_SEED: Final = 500231  # the roads are the same in every world; only weather and traffic have seeds
HALVINGS: Final = 4  # 16 pieces a road
BEND: Final = 0.09  # sideways shift of a middle, as a part of the piece's length
MAIN_ROAD_RESIDENTS: Final = 40_000  # a road between towns that together have so many is a main road
SPEEDS_KMH: Final = {"main": 60.0, "county": 45.0, "country": 35.0}


class Road(NamedTuple):
    """A road between two towns, by their places in TOWNS; `line` runs from `a` to `b`."""

    a: int
    b: int
    line: tuple[Point, ...]
    kind: str
    name: Text

    @property
    def speed_kmh(self) -> float:
        """The usual speed."""
        return SPEEDS_KMH[self.kind]

    @property
    def length_m(self) -> float:
        """Length along the line."""
        return sum(plane_distance_m(p, q) for p, q in pairwise(self.line))


def built_roads() -> tuple[Road, ...]:
    """The whole network; any town can be reached from any other."""
    points = [town.point for town in TOWNS]
    pairs = _neighbours(points)
    inner = [pair for pair in pairs if line_inside([points[i] for i in pair], OUTLINE)]
    kept = inner + [pair for pair in pairs if pair not in inner and not _joined(pair, inner)]
    random = Random(ROAD_SEED)
    return tuple(_road(a, b, random) for a, b in kept)


def _neighbours(points: Sequence[Point]) -> list[tuple[int, int]]:
    """Pairs with no third point in the circle that has the pair as its diameter (Gabriel graph)."""
    places = [to_plane(point) for point in points]
    pairs = []
    for i, j in combinations(range(len(places)), 2):
        (ax, ay), (bx, by) = places[i], places[j]
        cx, cy = (ax + bx) / 2, (ay + by) / 2
        radius2 = ((ax - bx) ** 2 + (ay - by) ** 2) / 4
        if all((x - cx) ** 2 + (y - cy) ** 2 > radius2 for k, (x, y) in enumerate(places) if k not in (i, j)):
            pairs.append((i, j))
    return pairs


def _joined(pair: tuple[int, int], pairs: Sequence[tuple[int, int]]) -> bool:
    reached = {pair[0]}
    while grown := {end for p in pairs if set(p) & reached for end in p} - reached:
        reached |= grown
    return pair[1] in reached


def _road(a: int, b: int, random: Random) -> Road:
    together = TOWNS[a].residents + TOWNS[b].residents
    kind = "main" if together >= MAIN_ROAD_RESIDENTS * 2 else "county"
    if together < MAIN_ROAD_RESIDENTS:
        kind = "country"
    name = Text(
        f"示例路·{short_zh(TOWNS[a])}—{short_zh(TOWNS[b])}",
        f"Example road {short_en(TOWNS[a])}–{short_en(TOWNS[b])}",
    )
    return Road(a, b, _bent(TOWNS[a].point, TOWNS[b].point, random), kind, name)


def _bent(start: Point, end: Point, random: Random) -> tuple[Point, ...]:
    line = [start, end]
    for _ in range(HALVINGS):
        halved = [line[0]]
        for a, b in pairwise(line):
            halved += [_middle(a, b, random.uniform(-BEND, BEND)), b]
        line = halved
    return tuple(Point(round(point.lon, 5), round(point.lat, 5)) for point in line)


def _middle(a: Point, b: Point, shift: float) -> Point:
    (ax, ay), (bx, by) = to_plane(a), to_plane(b)
    for part in (shift, -shift, shift / 4):
        middle = from_plane(((ax + bx) / 2 - (by - ay) * part, (ay + by) / 2 + (bx - ax) * part))
        if inside(middle, OUTLINE) and not _leaves(a, middle) and not _leaves(middle, b):
            return middle
    return from_plane(((ax + bx) / 2, (ay + by) / 2))


def _leaves(a: Point, b: Point) -> bool:
    return any(segments_meet(a, b, c, d) for c, d in pairwise([*OUTLINE, OUTLINE[0]]))


ROADS: Final = built_roads()
