"""Which way does a vehicle drive, and where on it is it after so many seconds?"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heappop, heappush
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from mudan.primitives.geo import Point, bearing_deg
from mudan.simulation.roads import ROADS, Road
from mudan.simulation.shapes import from_plane, plane_distance_m, to_plane

TRACK_KMH: Final = 15.0  # between a place and the nearest road


class Leg(NamedTuple):
    """A straight piece of a journey."""

    start: Point
    end: Point
    speed_kmh: float

    @property
    def length_m(self) -> float:
        """Length on the plane."""
        return plane_distance_m(self.start, self.end)

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return self.length_m / self.speed_kmh * 3.6


class Access(NamedTuple):
    """The place on a road nearest to a point: which road, which piece of it, how far along the road."""

    road: Road
    piece: int
    point: Point
    along_m: float


@dataclass(frozen=True, slots=True)
class Journey:
    """Legs one after another, begun at `begun_s` county seconds."""

    begun_s: float
    legs: tuple[Leg, ...]
    ends_s: tuple[float, ...]
    metres: tuple[float, ...]

    @classmethod
    def of(cls, begun_s: float, legs: Sequence[Leg]) -> "Journey":
        """A journey along these legs; legs without length are left out."""
        kept = tuple(leg for leg in legs if leg.length_m > 0.01)
        ends = accumulate((leg.seconds for leg in kept), initial=begun_s)
        return cls(begun_s, kept, tuple(ends)[1:], tuple(accumulate(leg.length_m for leg in kept)))

    @property
    def ended_s(self) -> float:
        """When it ends, county seconds."""
        return self.ends_s[-1] if self.ends_s else self.begun_s

    @property
    def length_m(self) -> float:
        """Its whole length."""
        return self.metres[-1] if self.metres else 0.0

    def at(self, now_s: float) -> tuple[Point, float, float, float]:
        """Point, speed km/h, heading in degrees and metres driven at a time before its end."""
        i = min(bisect_right(self.ends_s, now_s), len(self.legs) - 1)
        leg = self.legs[i]
        left = max(0.0, min(1.0, (self.ends_s[i] - now_s) / leg.seconds))
        (ax, ay), (bx, by) = to_plane(leg.start), to_plane(leg.end)
        point = from_plane((bx + (ax - bx) * left, by + (ay - by) * left))
        driven = self.metres[i] - left * leg.length_m
        return point, leg.speed_kmh, bearing_deg(leg.start, leg.end), driven


def route(start: Point, target: Point, factor: float = 1.0) -> tuple[Leg, ...]:
    """The quickest way by road, with a straight track to and from the road at its ends.

    `factor` multiplies the usual speed of each road (an ambulance is faster than a patrol).
    """
    first, last = access(start), access(target)
    lines = [_along(first, last)] if first.road is last.road else []
    lines += [_by_junctions(first, last)]
    way = min(lines, key=lambda legs: sum(leg.seconds for leg in legs))
    way = [leg._replace(speed_kmh=leg.speed_kmh * factor) for leg in way]
    return (Leg(start, first.point, TRACK_KMH), *way, Leg(last.point, target, TRACK_KMH))


@lru_cache(maxsize=512)
def access(place: Point) -> Access:
    """The nearest place on any road."""
    feet = [(plane_distance_m(place, near.point), i, near) for i, near in enumerate(_feet(place))]
    return min(feet)[2]


def _feet(place: Point) -> Iterator[Access]:
    """The nearest place on each piece of each road."""
    for road in ROADS:
        along = 0.0
        for piece, (a, b) in enumerate(pairwise(road.line)):
            near = foot(place, a, b)
            yield Access(road, piece, near, along + plane_distance_m(a, near))
            along += plane_distance_m(a, b)


def foot(place: Point, a: Point, b: Point) -> Point:
    """The nearest place on a straight piece."""
    (px, py), (ax, ay), (bx, by) = to_plane(place), to_plane(a), to_plane(b)
    length2 = (bx - ax) ** 2 + (by - ay) ** 2
    part = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length2 if length2 else 0.0
    part = max(0.0, min(1.0, part))
    return from_plane((ax + part * (bx - ax), ay + part * (by - ay)))


def _along(first: Access, last: Access) -> list[Leg]:
    """The way between two places on one road."""
    if first.along_m > last.along_m:
        return [Leg(leg.end, leg.start, leg.speed_kmh) for leg in reversed(_along(last, first))]
    between = first.road.line[first.piece + 1 : last.piece + 1]
    return _legs([first.point, *between, last.point], first.road)


def _to_end(place: Access, town: int) -> list[Leg]:
    """The way from a place on a road to one of its two towns."""
    line = place.road.line
    onward = line[place.piece + 1 :] if town == place.road.b else line[place.piece :: -1]
    return _legs([place.point, *onward], place.road)


def _legs(line: Sequence[Point], road: Road) -> list[Leg]:
    return [Leg(a, b, road.speed_kmh) for a, b in pairwise(line)]


def _by_junctions(first: Access, last: Access) -> list[Leg]:
    """Dijkstra over the towns, from both ends of the first road to both ends of the last."""
    cost_out = {town: _cost(_to_end(first, town)) for town in (first.road.a, first.road.b)}
    cost_in = {town: _cost(_to_end(last, town)) for town in (last.road.a, last.road.b)}
    quickest, came_by = _spread(cost_out)
    end = min(cost_in, key=lambda town: quickest[town] + cost_in[town])
    inward = [Leg(leg.end, leg.start, leg.speed_kmh) for leg in reversed(_to_end(last, end))]
    roads: list[Leg] = []
    while end in came_by:
        road = came_by[end]
        line = road.line if end == road.b else road.line[::-1]
        roads = _legs(line, road) + roads
        end = road.a if end == road.b else road.b
    return _to_end(first, end) + roads + inward


def _spread(start: dict[int, float]) -> tuple[dict[int, float], dict[int, Road]]:
    """Least seconds to every town, and the road by which it is reached (none for a start)."""
    quickest = dict(start)
    came_by: dict[int, Road] = {}
    queue = [(cost, town) for town, cost in start.items()]
    queue.sort()
    done: set[int] = set()
    while queue:
        cost, town = heappop(queue)
        if town in done:
            continue
        done.add(town)
        for road, seconds in _ROADS_OF[town]:
            other = road.a if town == road.b else road.b
            if cost + seconds < quickest.get(other, float("inf")):
                quickest[other], came_by[other] = cost + seconds, road
                heappush(queue, (cost + seconds, other))
    return quickest, came_by


def _cost(legs: Sequence[Leg]) -> float:
    return sum(leg.seconds for leg in legs)


def _roads_of_towns() -> dict[int, list[tuple[Road, float]]]:
    found: dict[int, list[tuple[Road, float]]] = {}
    for road in ROADS:
        seconds = road.length_m / road.speed_kmh * 3.6
        found.setdefault(road.a, []).append((road, seconds))
        found.setdefault(road.b, []).append((road, seconds))
    return found


_ROADS_OF: Final = _roads_of_towns()
