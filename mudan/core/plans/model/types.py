"""What does a plan hold? The document as it is written and as everybody reads it.

    Plan ─┬─ conditions   named, see conditions.py
          ├─ levels       mildest first: when → command, units, tasks, notices, warnings, reports, closures, safety
          ├─ deescalate · closeout
          └─ examples     short histories that every condition and level is held to

Levels add up: going from one to a graver one issues only what the graver ones add.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from mudan.core.plans.model.conditions import Condition, Logic
from mudan.core.plans.model.examples import Example
from mudan.core.plans.model.words import (
    SLUG,
    Colour,
    Key,
    LevelName,
    Line,
    Number,
    Part,
    Span,
    Words,
)
from mudan.core.rules.model import Level

FORMAT: int = 1


class Scope(StrEnum):
    """What a plan is asked about: the county as it is now, or each open incident of its kinds."""

    COUNTY = "county"
    INCIDENT = "incident"


class Start(StrEnum):
    """Whether a level waits for a person. Only IV may start by itself."""

    ADVISE = "advise"
    AUTO = "auto"


class From(StrEnum):
    """From when a clock runs."""

    TRIGGER = "trigger"
    RECEIPT = "receipt"


class Evidence(StrEnum):
    """What shows that a task was done."""

    NONE = "none"
    TEXT = "text"
    PHOTO = "photo"
    FORM = "form"
    TELEMETRY = "telemetry"


class FilledBy(Part):
    """Who can hold a role: accounts of this role (and department); of a duty position, who has it now first."""

    role: Line
    department: str = Field(default="", max_length=40)
    position: str = Field(default="", max_length=40)


class RoleOf(Part):
    """A role that the plan speaks of."""

    title: Words
    filled_by: FilledBy


class Place(Part):
    """Where: an entity by name, or a point; with words for people."""

    says: Words
    urn: str = Field(default="", max_length=200)
    lon: Number | None = Field(default=None, ge=-180, le=180)
    lat: Number | None = Field(default=None, ge=-90, le=90)

    @model_validator(mode="after")
    def _pair(self) -> "Place":
        if (self.lon is None) != (self.lat is None):
            raise ValueError("a point needs both lon and lat")
        return self


class Doer(Part):
    """Who does it: a role of the plan, a department, or the towns (their duty officers)."""

    role: Key | None = None
    department: str = Field(default="", max_length=40)
    towns: bool = False

    @model_validator(mode="after")
    def _one(self) -> "Doer":
        if sum((self.role is not None, bool(self.department), self.towns)) != 1:
            raise ValueError("give one of role, department, towns")
        return self


class UnitNeed(Part):
    """Units that the level adds: so many that can do this, at the place within `by`."""

    capability: Key
    kind: str = Field(default="", max_length=40)
    count: int = Field(ge=1, le=500)
    by: Span | None = None
    place: Place | None = None


class PlanTask(Part):
    """A department's or role's task. `every`: it comes again so often; `after`: tasks that must be done first."""

    id: Key
    who: Doer
    text: Words
    deadline: Span
    counted_from: From = From.TRIGGER
    every: Span | None = None
    evidence: Evidence = Evidence.NONE
    after: tuple[Key, ...] = Field(default=(), max_length=20)
    only_if: Logic | None = None
    place: Place | None = None
    mandatory: bool = True


class Notice(Part):
    """Whom to tell, and what happens when nobody answers in time."""

    id: Key
    who: Doer
    text: Words
    channels: tuple[Literal["app", "sms", "voice", "broadcast"], ...] = Field(min_length=1, max_length=4)
    need_receipt: bool = False
    within: Span | None = None
    fallback: Key | None = None

    @model_validator(mode="after")
    def _answer(self) -> "Notice":
        if self.need_receipt and self.within is None:
            raise ValueError("a notice that needs a receipt says within what time")
        return self


class CallStep(Part):
    """One step of a call tree: whom to call, and how long to wait before the next step."""

    who: Doer
    wait: Span
    channels: tuple[Literal["app", "sms", "voice", "broadcast"], ...] = Field(min_length=1, max_length=4)


class WarningDraft(Part):
    """A warning to the public that is drafted at this level; a second person still approves it (CAP 1.2)."""

    id: Key
    category: Literal[
        "Geo",
        "Met",
        "Safety",
        "Security",
        "Rescue",
        "Fire",
        "Health",
        "Env",
        "Transport",
        "Infra",
        "CBRNE",
        "Other",
    ]
    event: Words
    colour: Colour
    urgency: Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
    severity: Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
    certainty: Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
    headline: Words
    description: Words
    instruction: Words
    area: Literal["county", "towns_affected", "incident_surroundings", "downwind"] = "county"
    radius_m: Number | None = Field(default=None, gt=0)
    expires: Span
    approver: Key


class ReportClock(Part):
    """A report that is due: the first within, progress every, the last at the end."""

    to: Literal["county", "city", "province"]
    kind: Literal["first", "progress", "final"]
    phone_within: Span | None = None
    written_within: Span | None = None
    every: Span | None = None
    example: bool = False
    source: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _clock(self) -> "ReportClock":
        if self.kind == "progress" and self.every is None:
            raise ValueError("a progress report says how often: every")
        if self.kind == "first" and self.phone_within is None and self.written_within is None:
            raise ValueError("a first report says within what time: phone_within or written_within")
        return self


Corner = Annotated[tuple[Number, Number], Field(description="longitude, latitude in degrees (WGS-84)")]


class Closure(Part):
    """A road rule of the level: by flood depth, an area to avoid, the upwind approach, or a stretch by hand.

    flood_depth: the roads beside the gauges that declare one, from `depth_m` of water on. avoid_area: a `ring` of
    [lon, lat], or `radius_m` around the incident. upwind: `radius_m` and `sector_deg` with the wind.
    """

    id: Key
    rule: Literal["flood_depth", "avoid_area", "upwind", "by_hand"]
    says: Words
    depth_m: Number | None = Field(default=None, gt=0)
    radius_m: Number | None = Field(default=None, gt=0)
    sector_deg: Number | None = Field(default=None, gt=0, le=360)
    ring: tuple[Corner, ...] = Field(default=(), max_length=200)
    vehicle_classes: tuple[Literal["car", "truck", "foot", "boat"], ...] = Field(
        default=("car",), min_length=1
    )
    example: bool = False
    source: str = Field(default="", max_length=300)

    @model_validator(mode="after")
    def _figures(self) -> "Closure":
        needed = {"flood_depth": "depth_m", "avoid_area": "radius_m", "upwind": "radius_m"}.get(self.rule)
        drawn = self.rule == "avoid_area" and bool(self.ring)
        if needed is not None and getattr(self, needed) is None and not drawn:
            raise ValueError(f"a closure by {self.rule} says {needed}")
        if self.ring and (self.rule != "avoid_area" or len(set(self.ring)) < 3):
            raise ValueError("a ring is of an area to avoid and has three corners or more")
        if not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in self.ring):
            raise ValueError("a corner is longitude and latitude in degrees")
        return self


class Safety(Part):
    """What keeps responders safe: roll-call every so often (PAR), and when work stops at once."""

    par: Span | None = None
    entry_limit: Span | None = None
    stop_when: tuple[Words, ...] = Field(default=(), max_length=10)
    stop_if: Logic | None = None


class LevelPlan(Part):
    """One level of the response. `key` names it within the plan; `level` is the statutory one it counts as."""

    key: Key
    level: LevelName
    title: Words
    when: Logic
    start: Start = Start.ADVISE
    commander: Key
    deputies: tuple[Key, ...] = Field(default=(), max_length=10)
    approver: Key
    end_by: Key
    decide_within: Span = timedelta(minutes=10)
    min_hold: Span = timedelta()
    hand_up: Literal["", "city", "province"] = ""
    groups: tuple[Words, ...] = Field(default=(), max_length=20)
    units: tuple[UnitNeed, ...] = Field(default=(), max_length=30)
    tasks: tuple[PlanTask, ...] = Field(default=(), max_length=60)
    notify: tuple[Notice, ...] = Field(default=(), max_length=30)
    warnings: tuple[WarningDraft, ...] = Field(default=(), max_length=10)
    reports: tuple[ReportClock, ...] = Field(default=(), max_length=10)
    closures: tuple[Closure, ...] = Field(default=(), max_length=10)
    safety: Safety | None = None

    @model_validator(mode="after")
    def _never_alone(self) -> "LevelPlan":
        if self.start is Start.AUTO and self.level is not Level.IV:
            raise ValueError("only level IV may start by itself; a person approves I, II and III")
        return self


class Deescalation(Part):
    """When going down is advised, by whom it is decided. A fire level is never lowered, only ended."""

    when: Logic
    hold: Span = timedelta()
    decided_by: Key


class Closeout(Part):
    """When ending is advised, what is still to be done, and what the review must answer."""

    when: Logic
    hold: Span = timedelta()
    tasks: tuple[PlanTask, ...] = Field(default=(), max_length=30)
    review: tuple[Words, ...] = Field(default=(), max_length=20)


class Distances(Part):
    """First isolation in metres all round, then downwind protection in km by day and by night."""

    isolate_m: Number = Field(gt=0)
    day_km: Number = Field(gt=0)
    night_km: Number = Field(gt=0)


class Zone(Part):
    """Distances for a substance by size of the spill. Figures are examples unless a source is named."""

    un: str = Field(pattern=r"^[0-9]{4}$")
    name: Words
    small: Distances
    large: Distances
    flammable: bool = False
    example: bool = False
    source: str = Field(default="", max_length=300)


class Expected(Part):
    """What platforms that are not connected yet will bring: missing, it is a note and no error."""

    quantities: tuple[Key, ...] = Field(default=(), max_length=60)
    entity_types: tuple[str, ...] = Field(default=(), max_length=30)
    rules: tuple[Line, ...] = Field(default=(), max_length=60)
    hazards: tuple[Key, ...] = Field(default=(), max_length=30)
    capabilities: tuple[Key, ...] = Field(default=(), max_length=30)


class Plan(Part):
    """A whole plan. `example`: all of it is an example (示例), to be replaced by the county's own."""

    format: Literal[1]
    plan: Annotated[str, Field(pattern=SLUG, max_length=48)]
    edition: Line
    hazard: Key
    title: Words
    summary: Words
    scope: Scope
    incident_kinds: tuple[Key, ...] = Field(min_length=1, max_length=10)
    example: bool = False
    exercise_only: bool = False
    raise_only: bool = False
    forecast_ok: bool = True
    issued_by: Words
    legal_basis: tuple[Words, ...] = Field(default=(), max_length=20)
    valid_from: date
    review_by: date
    expects: Expected = Expected()
    roles: dict[Key, RoleOf] = Field(min_length=1, max_length=30)
    call_trees: dict[Key, tuple[CallStep, ...]] = Field(default_factory=dict, max_length=10)
    conditions: dict[Key, Condition] = Field(min_length=1, max_length=60)
    levels: tuple[LevelPlan, ...] = Field(min_length=1, max_length=6)
    deescalate: Deescalation | None = None
    closeout: Closeout
    zones: tuple[Zone, ...] = Field(default=(), max_length=40)
    examples: tuple[Example, ...] = Field(min_length=1, max_length=60)

    def level(self, key: str) -> LevelPlan:
        """The level of that key (raises KeyError)."""
        return {level.key: level for level in self.levels}[key]
