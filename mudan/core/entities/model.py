"""What is an entity, and what of it must the fast path know?"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from mudan.primitives.geo import Point
from mudan.primitives.text import Text

REAL = 0  # the data space of reality; every other number is a named exercise
GONE: Final = "gone_on"  # the property of a thing that a census did not find any more: since which day


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
