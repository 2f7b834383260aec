"""What does a component census or a case system say: things, states, places, pictures?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.primitives.text import Text

GRID_CELL: Final = "GridCell"
RESPONSIBILITY_GRID: Final = "ResponsibilityGrid"
COMPONENT: Final = "Component"

CASE_FEED: Final = "cases"
STATE: Final = "component_state"
REPORTED: Final = "case_reported"

# 示例: the words are those of component tables as they are commonly kept; the numbers are this centre's own order.
STATES: Final = {
    "intact": (0, Text("完好", "intact")),
    "damaged": (1, Text("破损", "damaged")),
    "missing": (2, Text("丢失", "missing")),
    "abandoned": (3, Text("废弃", "abandoned")),
    "removed": (4, Text("移除", "removed")),
}
STATE_NAMES: Final = {text.zh: name for name, (_, text) in STATES.items()} | {name: name for name in STATES}

PHOTO_ROLES: Final = ("near", "far", "reference", "before", "after")
SOURCES: Final = ("collector", "public", "media", "video", "alarm", "superior", "department")
MATTERS: Final = ("component", "event")


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that another system keeps: which, taken where and when."""

    role: str
    ref: str
    lon: float | None
    lat: float | None
    taken_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseReport:
    """A case of another system. `case_code` is at most 19 digits and never a number: leading zeros count."""

    case_code: str
    matter: str
    class_code: str
    grid_code: str
    source: str
    reported_at: datetime
    text: str
    address: str
    lon: float | None
    lat: float | None
    component: str
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the other system says of something that it was told: accepted (签收), handled, answered, or failed."""

    told: UUID
    state: str
    number: str
    text: str


@dataclass(frozen=True, slots=True)
class ComponentState:
    """What somebody saw of a component."""

    component: str
    state: str
    seen_at: datetime
    lon: float | None
    lat: float | None
