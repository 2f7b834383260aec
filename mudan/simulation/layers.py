"""What is drawn under the demo's dots? Outline, towns, cells, roads and waters as GeoJSON (RFC 7946)."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.simulation.geography import (
    COUNTY_CODE,
    COUNTY_NAME,
    CREDIT_OUTLINE,
    CREDIT_TOWNS,
    NEIGHBOURS,
    OUTLINE,
    RESERVOIRS,
    REVIEW_NUMBER,
    RIVERS,
    SCHEMATIC_TOWNS,
    TOWNS,
)
from mudan.simulation.roads import ROADS
from mudan.simulation.shapes import nearest_cells

Collection = dict[str, Any]
Feature = dict[str, Any]

INVENTED: Final = "演示数据：虚构 / Demo data: invented"


def layers() -> dict[str, Collection]:
    """All layers by name, in the order they are drawn.

    Each is a FeatureCollection with the foreign members title_zh, title_en, schematic, credit and position.
    Every feature carries name_zh and name_en, `schematic` where its geometry is no survey (示意) and
    `example` where the thing itself is invented (示例).
    """
    drawn = (
        ("outline", Text("县域示意", "County outline"), True, CREDIT_OUTLINE, [_outline()]),
        ("town_cells", Text("乡镇示意分区", "Schematic town cells"), True, CREDIT_TOWNS, _cells()),
        ("rivers", Text("示例河流", "Example rivers"), True, INVENTED, _rivers()),
        ("reservoirs", Text("示例水库", "Example reservoirs"), True, INVENTED, _reservoirs()),
        ("roads", Text("示例道路", "Example roads"), True, INVENTED, _roads()),
        ("towns", Text("街道和乡镇", "Towns"), False, CREDIT_TOWNS, _towns()),
        ("neighbours", Text("邻县乡镇", "Neighbouring towns"), False, CREDIT_TOWNS, _neighbours()),
    )
    return {
        name: {
            "type": "FeatureCollection",
            "title_zh": title.zh,
            "title_en": title.en,
            "schematic": schematic,
            "credit": credit,
            "position": position,
            "features": features,
        }
        for position, (name, title, schematic, credit, features) in enumerate(drawn)
    }


def _feature(geometry: dict[str, Any], name: Text, **properties: Any) -> Feature:
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {"name_zh": name.zh, "name_en": name.en, **properties},
    }


def _point(point: Point) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [point.lon, point.lat]}


def _line(points: Iterable[Point]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[point.lon, point.lat] for point in points]}


def _polygon(ring: Sequence[Point]) -> dict[str, Any]:
    """A polygon of one ring, closed and turning left (RFC 7946 §3.1.6)."""
    corners = [[round(point.lon, 6), round(point.lat, 6)] for point in ring]
    turn = sum(
        (bx - ax) * (by + ay) for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True)
    )
    if turn > 0:
        corners.reverse()
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def _outline() -> Feature:
    return _feature(
        _polygon(OUTLINE), COUNTY_NAME, code=COUNTY_CODE, schematic=True, review_number=REVIEW_NUMBER
    )


def _cells() -> list[Feature]:
    cells = nearest_cells([town.point for town in TOWNS], OUTLINE)
    return [
        _feature(_polygon(cell), town.name, code=town.code, schematic=True, demo_residents=town.residents)
        for town, cell in zip(TOWNS, cells, strict=True)
    ]


def _towns() -> list[Feature]:
    return [
        _feature(_point(town.point), town.name, code=town.code, schematic=town.code in SCHEMATIC_TOWNS)
        for town in TOWNS
    ]


def _roads() -> list[Feature]:
    return [
        _feature(
            _line(road.line),
            road.name,
            kind=road.kind,
            speed_kmh=road.speed_kmh,
            schematic=True,
            example=True,
        )
        for road in ROADS
    ]


def _rivers() -> list[Feature]:
    return [_feature(_line(river.course), river.name, schematic=True, example=True) for river in RIVERS]


def _reservoirs() -> list[Feature]:
    return [_feature(_point(point), name, schematic=True, example=True) for name, point in RESERVOIRS]


def _neighbours() -> list[Feature]:
    return [
        _feature(_point(point), name, county_zh=owner.zh, county_en=owner.en, schematic=False)
        for name, point, owner in NEIGHBOURS
    ]
