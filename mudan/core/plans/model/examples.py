"""How does a plan's own example tell a short history? What changes at which time, and what must hold at its end."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from mudan.core.plans.model.words import Colour, Key, LevelName, Line, Number, Part, Span, Words
from mudan.core.rules.model import Level


class Thing(Part):
    """An entity of an example: its type and what of its properties matters."""

    type: str = Field(max_length=80)
    properties: dict[Key, str | bool | Number] = Field(default_factory=dict, max_length=10)
    area: str = Field(default="", max_length=20)


class MatterNow(Part):
    """The incident of an example."""

    kind: Key
    level: LevelName = Level.IV
    open_for: Span = timedelta()
    phase: Key = "accepted"


class AlarmNow(Part):
    """A standing alarm of an example."""

    rule: Line
    level: LevelName = Level.IV


class Moment(Part):
    """What changes at a time of an example; what is not said stays as it was.

    `readings` by thing and quantity; `alarms` what stands; `warnings` colour by hazard; `incidents` and
    `raised` how many began now, by kind or rule; `states` what people state; `incident` what the matter is now.
    """

    at: Span = timedelta()
    readings: dict[Key, dict[Key, Number]] = Field(default_factory=dict)
    alarms: tuple[AlarmNow, ...] | None = None
    warnings: dict[Key, Colour] | None = None
    incidents: dict[Key, int] = Field(default_factory=dict)
    raised: dict[Line, int] = Field(default_factory=dict)
    states: tuple[Key, ...] | None = None
    incident: MatterNow | None = None


class Example(Part):
    """A short history and the levels that hold at its end; every other level must not."""

    says: Words
    things: dict[Key, Thing] = Field(default_factory=dict, max_length=30)
    moments: tuple[Moment, ...] = Field(min_length=1, max_length=30)
    until: Span = timedelta()
    expect: tuple[Key, ...] = ()
    advises: Literal["", "lower", "end"] = ""
