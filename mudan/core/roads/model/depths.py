"""How deep is the water on a road, by what is measured beside it? The declared rule of an entity, read and judged.

A gauge declares by its properties that it speaks of a road:

    road_depth       which of its quantities says it: water_level, road_water_depth …
    road_level_m     the value at which the road is just dry (0 when the quantity is a depth already)
    road_reach_m     every road so near lies under that water; without it the nearest road alone
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from mudan.core.roads.model.closures import DEEPEST_M
from mudan.core.roads.model.zones import circle
from mudan.primitives.geo import Point

PROPERTY: Final = "road_depth"
LARGEST_REACH_M: Final = 5_000.0


class DepthRule(NamedTuple):
    """What an entity's reading says of the road beside it."""

    quantity: str
    dry_at: float
    reach_m: float | None

    def depth_m(self, value: float) -> float:
        """Metres of water on the road at a reading; 0 when it is dry, never more than a closure may say."""
        return min(max(value - self.dry_at, 0.0), DEEPEST_M)

    def geometry(self, point: Point) -> dict[str, Any]:
        """Where that water lies, as GeoJSON."""
        if self.reach_m is None:
            return {"type": "Point", "coordinates": [point.lon, point.lat]}
        return ring_geometry(circle(point, self.reach_m))


def depth_rule(properties: Mapping[str, Any]) -> DepthRule | None:
    """The rule that an entity declares; None when it declares none, or one that says nothing."""
    quantity = properties.get(PROPERTY)
    if not isinstance(quantity, str) or not quantity:
        return None
    dry_at = _number(properties.get("road_level_m", 0.0))
    reach_m = _number(properties["road_reach_m"]) if properties.get("road_reach_m") is not None else None
    if dry_at is None or (reach_m is not None and not 0 < reach_m <= LARGEST_REACH_M):
        return None
    return DepthRule(quantity, dry_at, reach_m)


def ring_geometry(ring: list[Point]) -> dict[str, Any]:
    """A ring (first corner not repeated) as a GeoJSON polygon."""
    corners = [[round(p.lon, 6), round(p.lat, 6)] for p in ring]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
