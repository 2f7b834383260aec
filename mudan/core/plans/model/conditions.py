"""When does a plan say that something is so? Named conditions over anything the centre knows.

    Condition ─┬─ Reading    a quantity of entities against a limit (also a change, also a forecast)
               ├─ Alarms     standing alarms by rule, platform, level
               ├─ Warnings   warnings of other authorities, by hazard and colour
               ├─ Count      incidents or alarms within a window
               ├─ Matter     the incident that a plan of scope `incident` is asked about
               ├─ Manual     what a person states
               └─ Group      logic over the names of others

Comparison, level and a limit kept with the entity mean what they mean in rules. Logic is written over names:
a name | {all: […]} | {any: […]} | {k_of_n: {k: 2, of: […]}} | {not: …}.
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from mudan.core.plans.model.words import Colour, Key, LevelName, Line, Number, Part, Span, Words
from mudan.core.rules.model import Op

LEAVES: Final = ("reading", "alarms", "warnings", "count", "incident", "manual", "when")
OPERATORS: Final = ("all", "any", "k_of_n", "not")


class All(Part):
    """True when every part is."""

    parts: tuple["Logic", ...] = Field(alias="all", min_length=1, max_length=30)


class AnyOf(Part):
    """True when at least one part is."""

    parts: tuple["Logic", ...] = Field(alias="any", min_length=1, max_length=30)


class Choice(Part):
    """At least k of these."""

    k: int = Field(ge=1, le=30)
    of: tuple["Logic", ...] = Field(min_length=1, max_length=30)


class KOf(Part):
    """True when at least k parts are."""

    choice: Choice = Field(alias="k_of_n")


class Not(Part):
    """True when the part is certainly not."""

    part: "Logic" = Field(alias="not")


def _kind_of_logic(value: Any) -> str | None:
    if isinstance(value, str):
        return "<name>"
    if isinstance(value, dict):
        return next((f"<{key}>" for key in OPERATORS if key in value), None)
    kinds: tuple[type, ...] = (All, AnyOf, KOf, Not)
    return next(
        (f"<{key}>" for key, kind in zip(OPERATORS, kinds, strict=True) if isinstance(value, kind)), None
    )


Logic = Annotated[
    Annotated[Key, Tag("<name>")]
    | Annotated[All, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[KOf, Tag("<k_of_n>")]
    | Annotated[Not, Tag("<not>")],
    Discriminator(
        _kind_of_logic,
        custom_error_type="logic",
        custom_error_message="logic is the name of a condition, or all, any, k_of_n or not",
    ),
]


def parts_of(logic: Any) -> tuple[Any, ...]:
    """What a piece of logic is made of; a name is made of nothing."""
    if isinstance(logic, All | AnyOf):
        return logic.parts
    if isinstance(logic, KOf):
        return logic.choice.of
    return (logic.part,) if isinstance(logic, Not) else ()


def names_in(logic: Any) -> Iterator[str]:
    """The names that logic speaks of, left to right, each once."""
    seen: set[str] = set()
    waiting = [logic]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, str) and one not in seen:
            seen.add(one)
            yield one
        waiting = [*parts_of(one), *waiting]


class Named(Part):
    """What every condition has. `hold`: it must be true so long before it counts.

    A figure is either sourced or marked as an example to configure (示例).
    """

    says: Words
    hold: Span = timedelta()
    source: str = Field(default="", max_length=300)
    example: bool = False


class OwnLimit(Part):
    """A limit kept with each entity, such as its warning level, and how far above (below) it."""

    property: Key
    plus: Number = 0.0


def _kind_of_limit(value: Any) -> str:
    return "<own>" if isinstance(value, dict | OwnLimit) else "<number>"


AnyLimit = Annotated[
    Annotated[Number, Tag("<number>")] | Annotated[OwnLimit, Tag("<own>")], Discriminator(_kind_of_limit)
]


class Of(Part):
    """Whose readings: one entity by name, or all of a type with these properties in this area.

    `near_m`: only within so many metres of the incident (scope `incident`).
    """

    urn: str = Field(default="", max_length=200)
    type: str = Field(default="", max_length=80)
    where: dict[Key, str | bool | Number] = Field(default_factory=dict, max_length=8)
    area: str = Field(default="", pattern=r"^[0-9]*$", max_length=20)
    near_m: Number | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_way(self) -> "Of":
        if bool(self.urn) == bool(self.type):
            raise ValueError("give either urn or type")
        return self


class Take(StrEnum):
    """How the values of many entities become one answer."""

    EACH = "each"
    MAX = "max"
    MIN = "min"
    MEAN = "mean"
    SUM = "sum"


class Reading(Named):
    """A quantity against a limit.

    `each`: at least `at_least` entities meet it; otherwise the max, min, mean or sum does. `change_over`: the
    rise (or fall) within that time is meant. Once met it stays so until the value is `hysteresis` back.
    Values older than `fresh` are not believed. `forecast`: the quantity tells the future.
    """

    reading: Key
    of: Of
    op: Op
    limit: AnyLimit
    take: Take = Take.EACH
    at_least: int = Field(default=1, ge=1, le=1000)
    change_over: Span | None = None
    hysteresis: Number = Field(default=0.0, ge=0)
    fresh: Span = timedelta(hours=2)
    forecast: bool = False

    @model_validator(mode="after")
    def _fits(self) -> "Reading":
        if self.take is not Take.EACH and isinstance(self.limit, OwnLimit):
            raise ValueError("a limit of each entity's own goes with take: each")
        if self.take is not Take.EACH and self.at_least != 1:
            raise ValueError("at_least goes with take: each")
        return self


class Alarm(Part):
    """Which standing alarms: of any of these rules, of a platform, at this level or graver."""

    rules: tuple[Line, ...] = Field(default=(), max_length=30)
    platform: str = Field(default="", max_length=40)
    level: LevelName | None = None
    area: str = Field(default="", pattern=r"^[0-9]*$", max_length=20)
    near_m: Number | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _something(self) -> "Alarm":
        if not (self.rules or self.platform or self.level):
            raise ValueError("say which alarms: rules, platform or level")
        return self


class Alarms(Named):
    """At least so many alarms stand. In scope `incident` those of the incident, or near it."""

    alarms: Alarm
    at_least: int = Field(default=1, ge=1, le=10_000)


class Forewarned(Part):
    """Which warnings: of any of these hazards, of this colour or graver."""

    hazards: tuple[Key, ...] = Field(min_length=1, max_length=20)
    colour: Colour
    area: str = Field(default="", pattern=r"^[0-9]*$", max_length=20)


class Warnings(Named):
    """A warning of another authority is in force."""

    warnings: Forewarned


class Opened(Part):
    """What is counted: incidents of these kinds, or alarms of these rules, within the last so long."""

    incidents: tuple[Key, ...] = Field(default=(), max_length=20)
    alarms: tuple[Line, ...] = Field(default=(), max_length=20)
    within: Span
    level: LevelName | None = None
    area: str = Field(default="", pattern=r"^[0-9]*$", max_length=20)

    @model_validator(mode="after")
    def _one_sort(self) -> "Opened":
        if bool(self.incidents) == bool(self.alarms):
            raise ValueError("count either incidents or alarms")
        return self


class Count(Named):
    """At least so many began within the window."""

    count: Opened
    at_least: int = Field(ge=1, le=10_000)


class About(Part):
    """What of the incident: its kind, its level (or graver), how long it has been open, its phase."""

    kinds: tuple[Key, ...] = Field(default=(), max_length=20)
    level: LevelName | None = None
    open_for: Span | None = None
    phases: tuple[Key, ...] = Field(default=(), max_length=20)


class Matter(Named):
    """The incident itself."""

    incident: About


class Manual(Named):
    """True while a person's statement of this name stands."""

    manual: Literal[True]


class Group(Named):
    """Logic over other conditions, with a name and a hold of its own."""

    when: Logic


def _kind_of_condition(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((f"<{key}>" for key in LEAVES if key in value), None)
    kinds: tuple[type, ...] = (Reading, Alarms, Warnings, Count, Matter, Manual, Group)
    return next(
        (f"<{key}>" for key, kind in zip(LEAVES, kinds, strict=True) if isinstance(value, kind)), None
    )


Condition = Annotated[
    Annotated[Reading, Tag("<reading>")]
    | Annotated[Alarms, Tag("<alarms>")]
    | Annotated[Warnings, Tag("<warnings>")]
    | Annotated[Count, Tag("<count>")]
    | Annotated[Matter, Tag("<incident>")]
    | Annotated[Manual, Tag("<manual>")]
    | Annotated[Group, Tag("<when>")],
    Discriminator(
        _kind_of_condition,
        custom_error_type="condition",
        custom_error_message="a condition has one of: " + ", ".join(LEAVES),
    ),
]

for _model in (All, AnyOf, Choice, KOf, Not, Group):
    _model.model_rebuild()
