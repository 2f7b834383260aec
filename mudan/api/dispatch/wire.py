"""How do rankings, drives and advice look on the wire?"""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.tasks.wire import TaskOut
from mudan.api.units import UnitOut
from mudan.api.wire import Body, Instant
from mudan.primitives.text import Text


class CandidateOut(BaseModel):
    """A unit held against the incident's need. `eta_s` is by road where `by_road`, else guessed from the line.

    `codes` name the reasons for machines, `reasons` say them in words; `coverage_lost` is a share from 0 to 1.
    """

    unit: UnitOut
    rank: int
    suitable: bool
    reachable: bool
    by_road: bool
    reasons: list[Text]
    codes: list[str]
    availability: str
    coverage_lost: float
    distance_m: float | None
    eta_s: float | None
    position_age_s: float | None


class WantedOut(BaseModel):
    """Units that the levels of a plan ask for together, and how many there are; `due_at`: of the first missing one."""

    capability: str
    title: Text
    count: int
    assigned: int
    on_scene: int
    missing: int
    due_at: Instant | None


class CandidatesOut(BaseModel):
    """The best units first, those that cannot arrive apart, shortfalls in words, and what the plan still wants."""

    required: list[str]
    by_road: bool
    schematic: bool
    graph_version: str
    closure_version: int
    items: list[CandidateOut]
    cannot_arrive: list[CandidateOut]
    total: int
    shortfalls: list[Text]
    wanted: list[WantedOut]
    as_of: Instant


class DriveOut(BaseModel):
    """A drive: the line by road, the arrival first told and that of now."""

    task_id: UUID
    line: list[list[float]]
    metres: float
    predicted_at: Instant
    expected_at: Instant | None
    cut_off: bool
    late: bool
    off_route: bool
    updated_at: Instant
    ended_at: Instant | None


class DecisionOut(BaseModel):
    """What was known when a unit was sent: its rank, the best one's time, why it was not the best."""

    task_id: UUID
    unit_id: UUID
    at: Instant
    by: str
    method: str
    rank: int | None
    eta_s: float | None
    best_eta_s: float | None
    reason: str
    graph_version: str
    closure_version: int
    snapshot: dict[str, Any]


class DrivesOut(BaseModel):
    """The drives of an incident and the decisions that began them."""

    drives: list[DriveOut]
    decisions: list[DecisionOut]
    as_of: Instant


class PairOut(BaseModel):
    """A unit for an open need of an incident."""

    incident_id: UUID
    incident_number: str
    incident_title: str
    level: int
    unit_id: UUID | None
    unit_name: Text | None
    eta_s: float | None


class JointOut(BaseModel):
    """The joint assignment beside the one that takes the gravest first; `saved_s` in all, negative when worse."""

    by_road: bool
    greedy: list[PairOut]
    joint: list[PairOut]
    saved_s: float
    as_of: Instant


class MoveUpOut(BaseModel):
    """Advice where a free unit should wait; coverage is a share from 0 to 1 of the demand within the target time."""

    kind: str
    coverage: float
    target_s: float
    example: bool
    unit: UnitOut | None
    post: Text | None
    lon: float | None
    lat: float | None
    after: float | None
    drive_s: float | None
    as_of: Instant


class PairIn(Body):
    """A unit for an incident, with its order."""

    incident_id: UUID
    unit_id: UUID
    order: str = Field(min_length=1, max_length=1000)


class JointIn(Body):
    """An assignment as it was shown."""

    pairs: list[PairIn] = Field(min_length=1, max_length=50)
    reason: str = Field(default="", max_length=200)


class JointSentOut(BaseModel):
    """The orders that were given."""

    tasks: list[TaskOut]


class MoveIn(Body):
    """Where a free unit is to wait."""

    unit_id: UUID
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    post: str = Field(min_length=1, max_length=200)


class TurnOut(BaseModel):
    """A unit that would be sooner at something graver; `otherwise_s`: when somebody is there without it."""

    incident_id: UUID
    incident_number: str
    incident_title: str
    level: int
    task_id: UUID
    unit: UnitOut
    from_level: int
    from_number: str
    eta_s: float
    otherwise_s: float | None
    policy: Text
    example: bool


class DivertedOut(BaseModel):
    """The turns worth a thought, gravest first."""

    items: list[TurnOut]
    by_road: bool
    as_of: Instant


class DivertIn(Body):
    """The order that is called off, the incident to go to instead, and why."""

    task_id: UUID
    incident_id: UUID
    order: str = Field(min_length=1, max_length=1000)
    reason: str = Field(min_length=1, max_length=200)


class PolicyLineOut(BaseModel):
    """One line of the diversion table, in figures and in words; `example`: as shipped (示例)."""

    level: int
    levels: list[int]
    least_gain_s: int
    example: bool
    says: Text


class DiversionPolicyOut(BaseModel):
    """The diversion table."""

    items: list[PolicyLineOut]


class PolicyLineIn(Body):
    """One line of the diversion table."""

    level: int = Field(ge=1, le=4)
    levels: list[int] = Field(max_length=3)
    least_gain_s: int = Field(ge=0, le=7200)
