"""Who and what is inside the area of a warning? Counted from what the centre knows, never from outside.

Residents are the towns' figures times the share of their ground inside; ground and figures are as good as the map
layer that holds them, which says itself when it is schematic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np

from mudan.core.warnings.model.geometry import Circle, Polygon, holds
from mudan.primitives.geo import Point, inside
from mudan.primitives.text import Text

GRID: Final = 24  # a town's box is looked at in 24 × 24 points: its share is good to a few per cent
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class TownShare:
    """A town of which some ground is inside: how much, and how many people live there when that is known."""

    code: str
    name: Text
    share: float
    residents: int | None


@dataclass(frozen=True, slots=True)
class UnitInside:
    """A unit that is inside now, or at home there when its position is not known."""

    id: UUID
    code: str
    name: Text
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """All that is known to be inside. `example`: the figures of residents are examples or schematic."""

    towns: tuple[TownShare, ...] = ()
    villages: int = 0
    residents: int | None = None
    example: bool = False
    units: tuple[UnitInside, ...] = ()
    things: Mapping[str, int] | None = None


def box_of(polygons: Sequence[Polygon], circles: Sequence[Circle]) -> Box | None:
    """West, south, east, north of the shapes, a little generous about circles; None without any."""
    lons = [point.lon for ring in polygons for point in ring]
    lats = [point.lat for ring in polygons for point in ring]
    for circle in circles:
        lat_step = circle.radius_km / 110.0
        lon_step = lat_step / max(0.01, float(np.cos(np.radians(circle.centre.lat))))
        lons += [circle.centre.lon - lon_step, circle.centre.lon + lon_step]
        lats += [circle.centre.lat - lat_step, circle.centre.lat + lat_step]
    return (min(lons), min(lats), max(lons), max(lats)) if lons else None


def share_inside(ring: Polygon, polygons: tuple[Polygon, ...], circles: tuple[Circle, ...]) -> float:
    """How much of a ring's ground lies in the shapes, 0 to 1."""
    west, south = min(p.lon for p in ring), min(p.lat for p in ring)
    east, north = max(p.lon for p in ring), max(p.lat for p in ring)
    box = box_of(polygons, circles)
    if box is None or box[0] > east or box[2] < west or box[1] > north or box[3] < south:
        return 0.0
    steps = (np.arange(GRID) + 0.5) / GRID
    own = within = 0
    for lon in (west + (east - west) * steps).tolist():
        for lat in (south + (north - south) * steps).tolist():
            point = Point(lon, lat)
            if inside(point, ring):
                own += 1
                within += holds(polygons, circles, point)
    return within / own if own else 0.0


def town_share(
    feature: Mapping[str, Any],
    polygons: tuple[Polygon, ...],
    circles: tuple[Circle, ...],
    codes: Sequence[str],
) -> TownShare | None:
    """What of a town's cell, a GeoJSON polygon with `code`, is inside; None when nothing is."""
    properties = feature.get("properties") or {}
    code = str(properties.get("code", ""))
    geometry = feature.get("geometry") or {}
    whole = bool(code) and any(
        code.startswith(one.removesuffix("000") if len(one) == 12 else one) for one in codes
    )
    share = 1.0
    if not whole:
        if geometry.get("type") != "Polygon":
            return None
        ring = tuple(Point(*pair[:2]) for pair in geometry["coordinates"][0])
        share = share_inside(ring, polygons, circles)
    known = properties.get("residents", properties.get("demo_residents"))
    name = Text(str(properties.get("name_zh", code)), str(properties.get("name_en", code)))
    residents = round(known * share) if isinstance(known, int | float) else None
    return TownShare(code, name, round(share, 3), residents) if share > 0 else None
