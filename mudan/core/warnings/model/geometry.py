"""Which piece of ground does a warning name? CAP writes `lat,lon`; here points are lon, lat as everywhere."""

import re
from math import cos, degrees, isfinite, pi, radians, sin
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mudan.primitives.errors import Invalid
from mudan.primitives.geo import EARTH_RADIUS_M, Point, distance_m, inside

_F64 = npt.NDArray[np.float64]

MOST_POINTS: Final = 20_000
MOST_PAIRS: Final = 50_000  # of edges held against each other in one ring
_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_PAIR: Final = re.compile(rf"({_NUMBER}),({_NUMBER})")
_CIRCLE: Final = re.compile(rf"({_NUMBER}),({_NUMBER})\s+({_NUMBER})")
_XML_SPACE: Final = " \t\r\n"


class Circle(NamedTuple):
    """A middle and a radius in kilometres; radius 0 is the point itself."""

    centre: Point
    radius_km: float


Polygon = tuple[Point, ...]  # closed: the first point is repeated at the end


def polygon_of(text: str) -> Polygon:
    """A ring of `lat,lon` pairs between blanks. Raises Invalid: refused, never clamped or closed."""
    words = text.split()
    if len(words) < 4:
        raise Invalid("a ring needs at least four pairs", field="polygon")
    if len(words) > MOST_POINTS:
        raise Invalid(f"a ring of more than {MOST_POINTS} pairs", field="polygon")
    points = tuple(_point(_PAIR.fullmatch(word), word) for word in words)
    if points[0] != points[-1]:
        raise Invalid("the last pair is not the first one", field="polygon")
    return points


def circle_of(text: str) -> Circle:
    """`lat,lon radius` with the radius in kilometres. Raises Invalid."""
    found = _CIRCLE.fullmatch(text.strip(_XML_SPACE))
    centre = _point(found, text)
    radius_km = float(found.group(3)) if found else -1.0
    if not 0.0 <= radius_km <= 20_100.0:
        raise Invalid(f"the radius {radius_km:g} km is out of range", field="circle")
    return Circle(centre, radius_km)


def _point(found: re.Match[str] | None, text: str) -> Point:
    if found is None:
        raise Invalid(f"{text[:40]!r} is no pair of numbers", field="polygon")
    lat, lon = float(found.group(1)), float(found.group(2))
    if not (isfinite(lat) and isfinite(lon) and abs(lat) <= 90.0 and abs(lon) <= 180.0):
        raise Invalid(f"{text[:40]!r} lies nowhere on earth", field="polygon")
    return Point(lon, lat)


def written(ring: Polygon) -> str:
    """A ring as CAP writes it."""
    return " ".join(f"{_digits(point.lat)},{_digits(point.lon)}" for point in ring)


def circle_written(circle: Circle) -> str:
    """A circle as CAP writes it."""
    return f"{_digits(circle.centre.lat)},{_digits(circle.centre.lon)} {_digits(circle.radius_km)}"


def _digits(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def crosses_itself(ring: Polygon) -> bool:
    """Whether two edges of a ring truly cross; edges that touch or lie on each other do not count.

    Only edges that overlap from west to east are held against each other; a ring with more such pairs than
    MOST_PAIRS is let pass, so that no message can keep us busy.
    """
    x = np.array([point.lon for point in ring])
    y = np.array([point.lat for point in ring])
    west, east = np.minimum(x[:-1], x[1:]), np.maximum(x[:-1], x[1:])
    order = np.argsort(west, kind="stable")
    ends = np.searchsorted(west[order], east[order], side="right")
    many = ends - np.arange(len(order)) - 1
    if int(many.sum()) > MOST_PAIRS:
        return False
    first = np.repeat(np.arange(len(order)), many)
    second = np.arange(len(first)) - np.repeat(np.cumsum(many) - many, many) + first + 1
    a, b = order[first], order[second]
    ax, ay, bx, by = x[a], y[a], x[a + 1], y[a + 1]
    cx, cy, dx, dy = x[b], y[b], x[b + 1], y[b + 1]
    here = _side(ax, ay, bx, by, cx, cy) * _side(ax, ay, bx, by, dx, dy) < 0
    return bool(np.any(here & (_side(cx, cy, dx, dy, ax, ay) * _side(cx, cy, dx, dy, bx, by) < 0)))


def _side(ax: _F64, ay: _F64, bx: _F64, by: _F64, px: _F64, py: _F64) -> _F64:
    """On which side of the line a→b the point lies: -1, 0 or 1."""
    turn = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
    return np.where(np.abs(turn) < 1e-12, 0.0, np.sign(turn))


def holds(polygons: tuple[Polygon, ...], circles: tuple[Circle, ...], point: Point) -> bool:
    """Whether a point lies in the union of shapes."""
    if any(distance_m(circle.centre, point) <= circle.radius_km * 1000.0 for circle in circles):
        return True
    return any(inside(point, ring) for ring in polygons)


def ring_of(circle: Circle, corners: int = 48) -> Polygon:
    """A circle drawn as a closed ring, for maps; good to a few hundred kilometres."""
    lat_step = degrees(circle.radius_km * 1000.0 / EARTH_RADIUS_M)
    lon_step = lat_step / max(0.01, cos(radians(circle.centre.lat)))
    points = [
        Point(
            circle.centre.lon + lon_step * sin(2 * pi * n / corners),
            circle.centre.lat + lat_step * cos(2 * pi * n / corners),
        )
        for n in range(corners)
    ]
    return (*points, points[0])


def geojson(polygons: tuple[Polygon, ...], circles: tuple[Circle, ...]) -> dict[str, object] | None:
    """The union as a GeoJSON MultiPolygon (lon, lat); None without any shape."""
    rings = [*polygons, *(ring_of(circle) for circle in circles if circle.radius_km > 0)]
    if not rings:
        return None
    return {"type": "MultiPolygon", "coordinates": [[[list(point) for point in ring]] for ring in rings]}
