"""Where are things, how far apart, and is a point inside? WGS-84 degrees, metres."""

from collections.abc import Sequence
from math import asin, atan2, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS_M = 6_371_008.8  # IUGG mean radius


class Point(NamedTuple):
    """A place in WGS-84 degrees, longitude first as in GeoJSON (RFC 7946 §3.1.1)."""

    lon: float
    lat: float


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine; within 0.6 % of the ellipsoid)."""
    half_lat = radians(b.lat - a.lat) / 2
    half_lon = radians(b.lon - a.lon) / 2
    h = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(min(1.0, h)))


def bearing_deg(a: Point, b: Point) -> float:
    """Initial bearing from a to b, degrees clockwise from north, 0 ≤ bearing < 360."""
    d_lon = radians(b.lon - a.lon)
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    y = sin(d_lon) * cos(lat_b)
    x = cos(lat_a) * sin(lat_b) - sin(lat_a) * cos(lat_b) * cos(d_lon)
    return degrees(atan2(y, x)) % 360.0


def inside(point: Point, ring: Sequence[Point]) -> bool:
    """Whether a point lies in a simple ring (even-odd rule); the ring need not repeat its first point."""
    within = False
    previous = ring[-1]
    for current in ring:
        if (current.lat > point.lat) != (previous.lat > point.lat):
            crossing = (previous.lon - current.lon) * (point.lat - current.lat) / (
                previous.lat - current.lat
            ) + current.lon
            if point.lon < crossing:
                within = not within
        previous = current
    return within
