"""What does a plan look at when it is asked? Everything it may see of one data space at one time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mudan.core.rules.model import Level
from mudan.primitives.geo import Point
from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class Subject:
    """An entity as conditions see it."""

    key: int
    urn: str
    type: str
    name: Text
    area_code: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that was believed when it came, in the quantity's unit."""

    value: float
    at: datetime
    unit: str = "1"


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """An alarm that is active or latched, or (in counts) one that began within the window."""

    id: str
    rule: str
    level: Level
    area_code: str
    raised_at: datetime
    sentence: Text
    incident: str | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class StandingWarning:
    """A warning of another authority that is in force."""

    hazard: str
    level: Level
    area_code: str
    since: datetime
    name: Text


@dataclass(frozen=True, slots=True)
class Happened:
    """An incident that was opened, counted by kind."""

    kind: str
    level: Level
    area_code: str
    at: datetime
    number: str = ""


@dataclass(frozen=True, slots=True)
class MatterFacts:
    """The incident that a plan of scope `incident` is asked about."""

    id: str
    kind: str
    level: Level
    phase: str
    opened_at: datetime
    area_code: str
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A person's statement that stands."""

    name: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class World:
    """One data space at one time, as far as the plans asked need it.

    `values` holds the latest believed value by (entity key, quantity); `history` (time, value) in order of
    time for quantities whose change is judged; `alarms` what stands, `raised` what began lately. `scale`: how
    many times as fast time runs here; holds are over so much sooner.
    """

    now: datetime
    entities: Sequence[Subject] = ()
    values: Mapping[tuple[int, str], Seen] = field(default_factory=dict)
    history: Mapping[tuple[int, str], Sequence[tuple[datetime, float]]] = field(default_factory=dict)
    alarms: Sequence[StandingAlarm] = ()
    raised: Sequence[StandingAlarm] = ()
    warnings: Sequence[StandingWarning] = ()
    opened: Sequence[Happened] = ()
    stated: Sequence[Stated] = ()
    incident: MatterFacts | None = None
    scale: float = 1.0
