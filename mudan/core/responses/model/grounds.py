"""Which ground does a plan's road rule close now, and why? The same answer before a decision and after it.

flood_depth   every gauge that declares a road beside it: closed where the water has reached the rule's depth
avoid_area    a drawn ring, or a circle around the incident
upwind        a sector away from where the wind comes; without a known wind the whole circle
by_hand       a person closes it on the map
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from mudan.core.plans.model.types import Closure
from mudan.core.roads.model import DepthRule, circle, downwind, ring_geometry
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

PENALTY: Final = 20.0  # 示例: how many times as long a way through ground to keep off counts
SECTOR_DEG: Final = 90.0  # 示例: where the plan names no sector
NEAR_SHARE: Final = 0.25  # 示例: of the radius, kept clear on the windward side
FRESH: Final = timedelta(hours=1)  # an older reading closes nothing and opens nothing
TURNED_DEG: Final = 15.0  # 示例: a wind that has turned less moves no closure
STRONGEST_MS: Final = 75.0


class Wind(NamedTuple):
    """Where the wind comes from (degrees clockwise from north), how fast, who says so."""

    from_deg: float
    speed_ms: float
    source: Text
    at: datetime
    by_hand: bool = False


class Water(NamedTuple):
    """A gauge beside a road and its last reading, if it has one."""

    urn: str
    name: Text
    point: Point
    rule: DepthRule
    value: float | None
    at: datetime | None

    def depth_m(self, now: datetime) -> float | None:
        """Metres of water on the road; None when the gauge is silent."""
        if self.value is None or self.at is None or now - self.at > FRESH:
            return None
        return self.rule.depth_m(self.value)


class Ground(NamedTuple):
    """A stretch or area that a rule speaks of. `closes`: whether it would be closed now."""

    ref: str
    geometry: dict[str, Any]
    says: Text
    closes: bool
    depth_m: float | None = None


def wind_by_hand(from_deg: float, speed_ms: float, by: str, now: datetime) -> Wind:
    """A wind that a person states (raises Invalid for one that cannot blow)."""
    if not (0 <= from_deg <= 360 and 0 <= speed_ms <= STRONGEST_MS):
        raise Invalid("a wind comes from 0 to 360 degrees, at 0 to 75 m/s", field="wind")
    return Wind(from_deg % 360.0, speed_ms, Text(by, by), now, by_hand=True)


def grounds(
    closure: Closure, place: Point | None, wind: Wind | None, waters: Sequence[Water], now: datetime
) -> list[Ground]:
    """Everything that a rule speaks of; empty where a person must see to it."""
    if closure.rule == "flood_depth":
        assert closure.depth_m is not None  # the plan's own check
        return [_flooded(one, closure.depth_m, now) for one in waters]
    if closure.rule == "avoid_area" and closure.ring:
        ring = [Point(lon, lat) for lon, lat in closure.ring]
        return [Ground(closure.id, ring_geometry(ring), closure.says, closes=True)]
    if closure.rule == "by_hand" or place is None or closure.radius_m is None:
        return []
    if closure.rule == "avoid_area":
        return [Ground(closure.id, ring_geometry(circle(place, closure.radius_m)), closure.says, closes=True)]
    geometry = ring_geometry(upwind_ring(place, closure.radius_m, closure.sector_deg, wind))
    return [Ground(closure.id, geometry, closure.says, closes=True)]


def upwind_ring(place: Point, radius_m: float, sector_deg: float | None, wind: Wind | None) -> list[Point]:
    """The ground to keep off when coming from upwind."""
    if wind is None:
        return circle(place, radius_m)
    half_deg = min((sector_deg or SECTOR_DEG) / 2, 179.0)
    return downwind(place, wind.from_deg, wind.speed_ms, radius_m, radius_m * NEAR_SHARE, half_deg)


def turned_deg(before: float, after: float) -> float:
    """How far a wind has turned, 0 to 180."""
    return abs((after - before + 180.0) % 360.0 - 180.0)


def _flooded(water: Water, begins_m: float, now: datetime) -> Ground:
    depth_m = water.depth_m(now)
    if depth_m is None:
        said = Text(f"{water.name.zh}：没有新的读数", f"{water.name.en}: no fresh reading")
    else:
        said = Text(f"{water.name.zh}：积水 {depth_m:.2f} 米", f"{water.name.en}: {depth_m:.2f} m of water")
    closes = depth_m is not None and depth_m >= begins_m
    return Ground(water.urn, water.rule.geometry(water.point), said, closes, depth_m)
