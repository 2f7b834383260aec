"""How does an extract of OpenStreetMap become a network? Ways with speeds and access, turn restrictions.

Taken: highway, oneway, junction, access, vehicle, motor_vehicle, foot, hgv, maxweight, maxheight, maxspeed, bridge,
ford, flood_prone, name; restriction relations by a junction point. Not taken: restrictions by ways or for single
classes, barriers on points, times of day.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from mudan.core.roads.model import Graph, Origin, Turn, Way, build
from mudan.core.roads.model.profiles import ALL_ACCESS, CAR, FOOT, TRUCK, VEHICLE_ACCESS
from mudan.primitives.errors import Invalid, Unavailable
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.run.roads.drawn import SPEEDS_KMH

CREDIT: Final = "© OpenStreetMap contributors, ODbL 1.0"
KMH_PER_MPH: Final = 1.609344
TRUCK_T: Final = 7.5  # 示例: a road for less carries no fire engine
TRUCK_M: Final = 3.5  # 示例: nor does one with less clearance
WALK_KMH: Final = 5.0
FASTEST_KMH: Final = 150.0
YES: Final = frozenset(
    ("yes", "true", "1", "designated", "permissive", "destination", "customers", "official")
)
NO: Final = frozenset(("no", "private", "agricultural", "forestry", "military"))

KINDS_OF: Final[Mapping[str, str]] = {
    "motorway": "motorway", "motorway_link": "motorway", "trunk": "trunk", "trunk_link": "trunk",
    "primary": "main", "primary_link": "main", "secondary": "county", "secondary_link": "county",
    "tertiary": "country", "tertiary_link": "country", "unclassified": "country", "road": "country",
    "residential": "street", "living_street": "street", "service": "street", "track": "track",
    "path": "path", "footway": "path", "pedestrian": "path", "steps": "path", "cycleway": "path", "bridleway": "path",
}  # fmt: skip
SLOW_KMH: Final[Mapping[str, float]] = {"service": 20.0, "living_street": 10.0}
LINK_FACTOR: Final = 0.6
Tags = Mapping[str, str]


class Read(NamedTuple):
    """A network and what of the file did not become part of it."""

    graph: Graph
    ways: int
    turns: int
    turns_left_out: int
    ways_cut: int


def read(file: Path) -> Read:
    """Read `.osm.pbf` (or any other form that osmium knows). Raises Invalid, Unavailable."""
    ways: list[Way] = []
    places: dict[int, Point] = {}
    turns: list[Turn] = []
    left_out = cut = 0
    for kind, thing in _things(file):
        if kind == "way":
            refs = [(node.ref, node.location) for node in thing.nodes]
            known = [(ref, Point(place.lon, place.lat)) for ref, place in refs if place.valid()]
            way = way_of(thing.id, tuple(ref for ref, _ in known), dict(thing.tags))
            if way is not None and len(known) > 1:
                cut += len(known) < len(refs)
                places.update(known)
                ways.append(way)
        elif dict(thing.tags).get("type") == "restriction":
            turn = turn_of(dict(thing.tags), [(m.type, m.ref, m.role) for m in thing.members])
            turns += [turn] if turn else []
            left_out += turn is None
    if not ways:
        raise Invalid(f"{file.name} has no roads")
    keys = {way.key for way in ways}
    fit = [turn for turn in turns if {turn.came, turn.goes} <= keys and turn.via in places]
    left_out += len(turns) - len(fit)
    graph = build(ways, places, fit, origin=Origin(file.name, CREDIT, schematic=False))
    return Read(graph, len(ways), len(fit), left_out, cut)


def _things(file: Path) -> Iterator[tuple[str, Any]]:
    try:
        import osmium
    except ImportError as error:
        raise Unavailable(f"osmium is needed to read OpenStreetMap files: {error}") from error
    if not file.is_file():
        raise Invalid(f"there is no file {file}")
    wanted = osmium.osm.WAY | osmium.osm.RELATION
    try:
        for thing in osmium.FileProcessor(str(file), osmium.osm.NODE | wanted).with_locations():
            if isinstance(thing, osmium.osm.Way):
                yield "way", thing
            elif isinstance(thing, osmium.osm.Relation):
                yield "relation", thing
    except RuntimeError as error:
        raise Invalid(f"{file.name} cannot be read: {error}") from error


def way_of(key: int, refs: tuple[int, ...], tags: Tags) -> Way | None:
    """The road that such tags describe; None for what nobody travels on."""
    highway = tags.get("highway", "")
    kind = KINDS_OF.get(highway)
    refs = tuple(ref for at, ref in enumerate(refs) if at == 0 or ref != refs[at - 1])
    if kind is None or len(refs) < 2 or tags.get("area") == "yes":
        return None
    access = _access(kind, tags)
    if not access:
        return None
    forward, backward = _directions(kind, tags, access)
    zh = tags.get("name:zh") or tags.get("name") or tags.get("ref") or ""
    return Way(
        key, refs, kind, _speed(highway, kind, tags), forward, backward, Text(zh, tags.get("name:en") or zh),
        bridge=tags.get("bridge", "no") != "no",
        low_lying=any(tags.get(name, "no") != "no" for name in ("ford", "flood_prone")),
    )  # fmt: skip


def _access(kind: str, tags: Tags) -> int:
    """Who may use it: the general tag first, then the narrower ones, each overruling."""
    access = {"path": FOOT.access, "motorway": VEHICLE_ACCESS}.get(kind, ALL_ACCESS)
    rules = (
        ("access", ALL_ACCESS), ("vehicle", VEHICLE_ACCESS), ("motor_vehicle", VEHICLE_ACCESS),
        ("motorcar", CAR.access), ("hgv", TRUCK.access), ("foot", FOOT.access),
    )  # fmt: skip
    for name, bits in rules:
        if tags.get(name) in NO:
            access &= ~bits
        elif tags.get(name) in YES and (name != "access" or kind != "path"):
            access |= bits
    too_weak = (_number(tags.get("maxweight", "")) or TRUCK_T) < TRUCK_T
    too_low = (_number(tags.get("maxheight", "")) or TRUCK_M) < TRUCK_M
    return access & ~TRUCK.access if too_weak or too_low else access


def _directions(kind: str, tags: Tags, access: int) -> tuple[int, int]:
    """Access forward and backward; walkers go both ways."""
    oneway = tags.get("oneway", "")
    round_about = tags.get("junction") in ("roundabout", "circular")
    if oneway in ("-1", "reverse"):
        return access & FOOT.access, access
    if oneway in ("yes", "true", "1") or (oneway != "no" and (round_about or kind == "motorway")):
        return access, access & FOOT.access
    return access, access


def _speed(highway: str, kind: str, tags: Tags) -> float:
    """km/h: what is signed; else the example speed of the kind (示例)."""
    signed = tags.get("maxspeed", "")
    if signed == "walk":
        return WALK_KMH
    number = _number(signed)
    if number:
        kmh = number * KMH_PER_MPH if "mph" in signed else number
        return min(max(kmh, WALK_KMH), FASTEST_KMH)
    usual = SLOW_KMH.get(highway, SPEEDS_KMH[kind])
    return usual * LINK_FACTOR if highway.endswith("_link") else usual


def _number(text: str) -> float | None:
    digits = text.replace(",", ".").split(";")[0].strip().split(" ")[0].rstrip("mphtk/")
    try:
        value = float(digits)
    except ValueError:
        return None
    return value if 0 < value < 1000 else None


def turn_of(tags: Tags, members: list[tuple[str, int, str]]) -> Turn | None:
    """The rule of a restriction relation; None where it is not one way, one point, one way, for everybody."""
    said = tags.get("restriction", "")
    came = [ref for kind, ref, role in members if role == "from" and kind == "w"]
    via = [ref for kind, ref, role in members if role == "via" and kind == "n"]
    goes = [ref for kind, ref, role in members if role == "to" and kind == "w"]
    if not said.startswith(("no_", "only_")) or not len(came) == len(via) == len(goes) == 1:
        return None
    return Turn(came[0], via[0], goes[0], only=said.startswith("only_"))
