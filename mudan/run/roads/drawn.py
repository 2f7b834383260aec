"""How do drawn lines become a network? GeoJSON lines that meet where they share a point."""

from collections.abc import Mapping
from typing import Any, Final

from mudan.core.roads.model import KINDS, Graph, Origin, Way, build
from mudan.core.roads.model.profiles import ALL_ACCESS, FOOT, VEHICLE_ACCESS
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

GRID: Final = 1_000_000  # points that are the same to a millionth of a degree (0.1 m) are one point
SPEEDS_KMH: Final[Mapping[str, float]] = {  # 示例, where a line names no speed
    "motorway": 100.0, "trunk": 80.0, "main": 60.0, "county": 45.0, "country": 35.0, "street": 30.0, "track": 15.0,
    "path": 5.0,
}  # fmt: skip
SLOWEST_KMH: Final = 1.0
FASTEST_KMH: Final = 150.0


def graph_of(collection: Mapping[str, Any], source: str = "") -> Graph:
    """The network of a FeatureCollection of LineStrings.

    Properties of a line: kind (one of KINDS), speed_kmh, oneway (true: as drawn), bridge, low_lying, name_zh,
    name_en; all may be missing. The collection's own members source, credit and schematic are kept.
    Raises Invalid with the number of the feature that cannot be.
    """
    places: dict[int, Point] = {}
    numbers: dict[tuple[int, int], int] = {}
    ways: list[Way] = []
    features = collection.get("features")
    if collection.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise Invalid("roads come as a GeoJSON FeatureCollection")
    for at, feature in enumerate(features):
        for line in _lines(feature, at):
            refs: list[int] = []
            for lon, lat in line:
                corner = round(lon * GRID), round(lat * GRID)
                ref = numbers.setdefault(corner, len(numbers))
                places.setdefault(ref, Point(lon, lat))
                if not refs or refs[-1] != ref:
                    refs.append(ref)
            if len(refs) > 1:
                ways.append(_way(len(ways), tuple(refs), feature.get("properties") or {}, at))
    origin = Origin(
        str(collection.get("source") or source), str(collection.get("credit") or ""),
        bool(collection.get("schematic", False)),
    )  # fmt: skip
    return build(ways, places, origin=origin)


def _lines(feature: Any, at: int) -> list[list[tuple[float, float]]]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("LineString", "MultiLineString"):
        return []
    assert isinstance(geometry, dict)  # its type has just been read
    lines = geometry["coordinates"] if kind == "MultiLineString" else [geometry["coordinates"]]
    try:
        found = [[(float(pair[0]), float(pair[1])) for pair in line] for line in lines]
    except (TypeError, ValueError, IndexError) as error:
        raise Invalid(f"feature {at}: the coordinates are pairs of longitude and latitude") from error
    if any(abs(lon) > 180 or abs(lat) > 90 for line in found for lon, lat in line):
        raise Invalid(f"feature {at}: the coordinates are not WGS-84 degrees")
    return found


def _way(key: int, refs: tuple[int, ...], said: Mapping[str, Any], at: int) -> Way:
    kind = str(said.get("kind") or "county")
    if kind not in KINDS:
        raise Invalid(f"feature {at}: {kind!r} is no kind of road: {', '.join(KINDS)}")
    try:
        speed = float(said.get("speed_kmh") or SPEEDS_KMH[kind])
    except (TypeError, ValueError) as error:
        raise Invalid(f"feature {at}: speed_kmh is a number") from error
    if not SLOWEST_KMH <= speed <= FASTEST_KMH:
        raise Invalid(f"feature {at}: {speed:g} km/h is no speed of a road")
    access = {"path": FOOT.access, "motorway": VEHICLE_ACCESS}.get(kind, ALL_ACCESS)
    backward = access & FOOT.access if said.get("oneway") in (True, "yes", 1) else access
    zh, en = str(said.get("name_zh") or said.get("name") or ""), str(said.get("name_en") or "")
    return Way(
        key, refs, kind, speed, access, backward, Text(zh, en or zh),
        bridge=bool(said.get("bridge")), low_lying=bool(said.get("low_lying")),
    )  # fmt: skip
