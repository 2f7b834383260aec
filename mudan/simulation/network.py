"""Which stretches of the example roads are bridges, which lie low? The roads as drawn lines (示意, 示例)."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple

from mudan.primitives.geo import Point
from mudan.simulation.geography import RIVERS
from mudan.simulation.journeys import foot
from mudan.simulation.roads import ROADS, Road
from mudan.simulation.shapes import plane_distance_m, segments_meet

LOW_M: Final = 250.0  # 示例: so near to an invented river a road lies low
LONGEST: Final = (
    4  # pieces of a road in one stretch, so that a closure shuts a stretch and not the whole road
)


class _Piece(NamedTuple):
    start: Point
    end: Point
    bridge: bool
    low: bool


def network() -> dict[str, Any]:
    """The roads that the vehicles of the county drive on, as `mudan roads import` reads them."""
    return {
        "type": "FeatureCollection",
        "source": "示例县道路（生成）/ example county, generated",
        "credit": "演示数据：虚构 / Demo data: invented",
        "schematic": True,
        "features": [feature for road in ROADS for feature in _stretches(road)],
    }


def _stretches(road: Road) -> Iterator[dict[str, Any]]:
    """A road in stretches of one sort, none of more than LONGEST pieces."""
    pieces = [_Piece(a, b, _on_bridge(a, b), _lies_low(a, b)) for a, b in pairwise(road.line)]
    for (bridge, low), same in groupby(pieces, key=lambda piece: (piece.bridge, piece.low)):
        run = list(same)
        for at in range(0, len(run), LONGEST):
            part = run[at : at + LONGEST]
            line = [part[0].start, *(piece.end for piece in part)]
            yield {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": [[p.lon, p.lat] for p in line]},
                "properties": {
                    "name_zh": road.name.zh, "name_en": road.name.en, "kind": road.kind,
                    "speed_kmh": road.speed_kmh, "bridge": bridge, "low_lying": low,
                },
            }  # fmt: skip


def _banks() -> Iterator[tuple[Point, Point]]:
    for river in RIVERS:
        yield from pairwise(river.course)


def _on_bridge(a: Point, b: Point) -> bool:
    return any(segments_meet(a, b, c, d) for c, d in _banks())


def _lies_low(a: Point, b: Point) -> bool:
    middle = Point((a.lon + b.lon) / 2, (a.lat + b.lat) / 2)
    return not _on_bridge(a, b) and any(
        plane_distance_m(middle, foot(middle, c, d)) < LOW_M for c, d in _banks()
    )
