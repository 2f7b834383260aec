"""What can be found in a plan, and what must be known of the county to find it?"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from mudan.core.plans.model.reading import Mark, Path, shown
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

_NOWHERE = Mark(1, 1)


class Severity(StrEnum):
    """How much it matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that lint has to say, where. `code` is a stable name."""

    severity: Severity
    code: str
    path: Path
    text: Text
    mark: Mark = _NOWHERE

    @property
    def place(self) -> str:
        """The path as people read it."""
        return shown(self.path)


def found(severity: Severity, code: str, path: Path, zh: str, en: str) -> Finding:
    """A finding whose line is filled in later."""
    return Finding(severity, code, path, Text(zh, en))


def error(code: str, path: Path, zh: str, en: str) -> Finding:
    """It cannot work so."""
    return found(Severity.ERROR, code, path, zh, en)


def warning(code: str, path: Path, zh: str, en: str) -> Finding:
    """Somebody should look at it."""
    return found(Severity.WARNING, code, path, zh, en)


def note(code: str, path: Path, zh: str, en: str) -> Finding:
    """It waits for something to come."""
    return found(Severity.NOTE, code, path, zh, en)


class Holder(NamedTuple):
    """An account that can hold roles."""

    role: str
    department: str | None


class Fleet(NamedTuple):
    """A unit as lint sees it."""

    kind: str
    capabilities: Sequence[str]
    home: Point


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the county. None: not known here, so not held against the plan.

    quantities: unit by name; entity_types: property names by type; travel_s: seconds for so many units that
    can do something to reach a point, None when they cannot.
    """

    today: date
    quantities: Mapping[str, str] | None = None
    entity_types: Mapping[str, Collection[str]] | None = None
    urns: Mapping[str, Point | None] | None = None
    rules: Collection[str] | None = None
    departments: Collection[str] | None = None
    holders: Sequence[Holder] | None = None
    positions: Collection[str] | None = None
    fleet: Sequence[Fleet] | None = None
    incident_kinds: Collection[str] | None = None
    capabilities: Collection[str] = field(default_factory=frozenset)
    travel_s: Callable[[str, str, int, Point], float | None] | None = None

    def with_travel(self, travel_s: Callable[[str, str, int, Point], float | None]) -> "Facts":
        """The same facts with a better way to reckon how long units need."""
        return replace(self, travel_s=travel_s)
