"""What is an entity, and what of it must the fast path know?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from mudan.primitives.geo import Point, inside
from mudan.primitives.text import Text

REAL = 0  # the data space of reality; every other number is a named exercise
GONE: Final = "gone_on"  # the property of a thing that a census did not find any more: since which day
CELL: Final = "GridCell"  # the smallest area that somebody answers for (单元网格)
CELL_GROUP: Final = "ResponsibilityGrid"  # cells that one post answers for (责任网格)


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing of the county. `place` is GeoJSON in WGS-84; `area_code` is the division it lies in.

    Area codes are those of the national statistics (6 digits county, 9 town, 12 village) and, below the
    village, the village's code with the grid's number, so that a prefix names everything within.
    """

    key: int
    urn: str
    type: str
    name: Text
    platform: str
    area_code: str
    department: str | None = None
    space: int = REAL
    place: dict[str, Any] | None = None
    point: Point | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """What a connector knows of the entity behind a device: its key, name and the settings kept with it."""

    key: int
    urn: str
    device: str
    type: str
    space: int
    settings: dict[str, Any]


def holds(place: Mapping[str, Any] | None, here: Point) -> bool:
    """Whether a place lies within a shape (GeoJSON); what is no area holds nothing."""
    shape = place or {}
    rings = {"Polygon": lambda c: [c[0]], "MultiPolygon": lambda c: [each[0] for each in c]}.get(
        str(shape.get("type"))
    )
    if rings is None:
        return False
    return any(
        inside(here, [Point(lon, lat) for lon, lat, *_ in ring]) for ring in rings(shape["coordinates"])
    )


class Box(NamedTuple):
    """A rectangle of degrees; west < east, south < north."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Cluster:
    """Many things of one part of a box: where on the average, and how many."""

    lon: float
    lat: float
    count: int
