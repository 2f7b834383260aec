"""How does an exercise look on the wire?"""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.wire import Body, Instant
from mudan.primitives.text import Text


class DrillOut(BaseModel):
    """An exercise. `drill_s` are seconds on its own clock at `as_of`, which runs `scale` times as fast."""

    id: UUID
    space: int
    title: Text
    template: str
    state: str
    scale: float
    simulated: bool
    drill_s: float
    injects: int
    injects_done: int
    created_by: str
    created_at: Instant
    started_at: Instant | None
    ended_at: Instant | None
    version: int
    as_of: Instant


class InjectOut(BaseModel):
    """One thing that the script lets happen."""

    id: UUID
    at_s: float
    kind: str
    title: Text
    payload: dict[str, Any]
    state: str
    done_at: Instant | None
    done_s: float | None
    done_by: str
    result: str


class DrillLineOut(BaseModel):
    """One line of what the control room did."""

    seq: int
    at: Instant
    drill_s: float
    kind: str
    actor: str
    text: Text


class DrillDetailOut(DrillOut):
    """An exercise with its injects, its objectives and what was done. `present`: people in it, by role."""

    purpose: Text | None
    objectives: list[Text]
    inject_list: list[InjectOut]
    lines: list[DrillLineOut]
    present: dict[str, int]


class DrillListOut(BaseModel):
    """All exercises, those that go on first."""

    items: list[DrillOut]
    as_of: Instant


class ScriptOut(BaseModel):
    """A shipped script."""

    id: str
    title: Text
    purpose: Text
    scale: float
    minutes: float
    injects: int
    text: str


class FaultOut(BaseModel):
    """What is wrong in a script, and where."""

    line: int
    column: int
    path: str
    text: Text


class PlannedOut(BaseModel):
    """One inject as a script would let it happen; a rise is one line."""

    at_s: float
    kind: str
    title: Text
    detail: str


class CheckOut(BaseModel):
    """Whether a script can be used: its faults, or what it would let happen over how many minutes."""

    faults: list[FaultOut]
    injects: int
    minutes: float
    planned: list[PlannedOut]


class ScriptIn(Body):
    """A script as YAML or JSON text."""

    text: str = Field(min_length=1, max_length=262_144)


class DrillIn(Body):
    """An exercise to make: a shipped script by name, or one's own text."""

    template: str = Field(default="", max_length=60)
    text: str = Field(default="", max_length=262_144)
    scale: float | None = Field(default=None, ge=1, le=60)
    simulated: bool | None = None


class SteerIn(Body):
    """The version that was looked at, and why."""

    version: int
    reason: str = Field(default="", max_length=500)


class ScaleIn(Body):
    """How many times as fast time runs."""

    scale: float = Field(ge=1, le=60)
    version: int


class InjectBody(Body):
    """One inject; `after` counts from now on the drill's clock."""

    inject: dict[str, Any]


class SpaceIn(Body):
    """The data space to look at: an exercise's, or 0 for reality."""

    space: int = Field(ge=0, le=32_767)
