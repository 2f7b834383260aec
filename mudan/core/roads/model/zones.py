"""Which ground is to be kept clear? Circles, and the sector that the wind makes of one."""

from math import cos, radians, sin
from typing import Final

from mudan.core.roads.model.graph import Plane
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point

CORNERS: Final = 32
CALM_MS: Final = 1.0  # 示例: below this wind speed the cloud may go anywhere
HALF_ANGLE_DEG: Final = 45.0  # 示例: half the sector's opening


def circle(centre: Point, radius_m: float) -> list[Point]:
    """A ring of CORNERS points, first not repeated (raises Invalid for no radius)."""
    if radius_m <= 0:
        raise Invalid("a circle needs a radius", field="radius_m")
    return [_off(centre, 360.0 * i / CORNERS, radius_m) for i in range(CORNERS)]


def downwind(
    centre: Point,
    from_deg: float,
    wind_ms: float,
    reach_m: float,
    near_m: float,
    half_angle_deg: float = HALF_ANGLE_DEG,
) -> list[Point]:
    """The ground that vehicles keep off when they approach a source of gas: they come from upwind.

    A sector that opens away from where the wind comes (`from_deg`, clockwise from north), `reach_m` long, with
    `near_m` around the source on the other side; in a calm the whole circle of `reach_m`.
    """  # fmt: skip
    if not 0 < near_m <= reach_m or not 0 < half_angle_deg < 180:
        raise Invalid("the reach downwind is at least that around the source", field="reach_m")
    if wind_ms < CALM_MS:
        return circle(centre, reach_m)
    towards = (from_deg + 180.0) % 360.0
    opening = 2 * half_angle_deg
    far = [
        _off(centre, towards - half_angle_deg + opening * i / CORNERS, reach_m) for i in range(CORNERS + 1)
    ]
    back = towards + half_angle_deg
    rest = 360.0 - opening
    near = [_off(centre, back + rest * i / CORNERS, near_m) for i in range(CORNERS + 1)]
    return far + near


def _off(centre: Point, bearing_deg: float, metres: float) -> Point:
    plane = Plane(centre.lat)
    east, north = plane.metres(centre.lon, centre.lat)
    angle = radians(bearing_deg)
    lon, lat = plane.degrees(east + metres * sin(angle), north + metres * cos(angle))
    return Point(float(lon), float(lat))
