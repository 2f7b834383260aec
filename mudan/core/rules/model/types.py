"""How is a rule written down? As typed data: no code, no expression language, nothing to execute."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from mudan.primitives.text import Text


class Level(IntEnum):
    """The four statutory levels (突发事件应对法): 1 is the gravest and red, 4 the mildest and blue."""

    I = 1  # noqa: E741 - the numeral of the law
    II = 2
    III = 3
    IV = 4


class Op(StrEnum):
    """How a value is held against a limit."""

    GE = ">="
    GT = ">"
    LE = "<="
    LT = "<"
    EQ = "=="
    NE = "!="


@dataclass(frozen=True, slots=True)
class Property:
    """A limit kept with each entity: the property of that name, in the quantity's unit.

    An entity without the property is not judged by the condition.
    """

    name: str


Limit = float | Property


@dataclass(frozen=True, slots=True)
class Comparison:
    """Value against limit. Once true it stays so until the value is `hysteresis` back over the limit."""

    quantity: str
    op: Op
    limit: Limit
    hysteresis: float = 0.0


@dataclass(frozen=True, slots=True)
class RateOfChange:
    """The change of a value over the last `window_s` seconds against a limit in the quantity's unit.

    Measured from the lowest value in the window for GT and GE (a rise), from the highest for LT and LE,
    where the limit is negative (a fall).
    """

    quantity: str
    op: Op
    limit: Limit
    window_s: float
    hysteresis: float = 0.0


@dataclass(frozen=True, slots=True)
class Staleness:
    """True when nothing of the quantity was received for `after_s` seconds (or the entity's property)."""

    quantity: str
    after_s: Limit


@dataclass(frozen=True, slots=True)
class All:
    """True when every part is."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one part is."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class KOf:
    """True when at least k parts are."""

    k: int
    of: tuple["Condition", ...]


Condition = Comparison | RateOfChange | Staleness | All | AnyOf | KOf


@dataclass(frozen=True, slots=True)
class Example:
    """A short history that shows a rule firing or staying silent.

    `samples`: (seconds from start, quantity, value); `properties`: the entity's; `until_s`: when to look.
    """

    fires: bool
    samples: tuple[tuple[float, str, float], ...]
    properties: tuple[tuple[str, float], ...] = ()
    until_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """When a measurement is an alarm, and what the person who sees it must know (ISA-18.2 §6).

    `name` is a stable identifier, `platform.what`. `entity_types` it is judged for. `hold_s`: the
    condition must stay true so long (on-delay); `release_s`: false so long (off-delay). `latched` alarms
    need a reset after the condition is gone. `sentence` may use {entity} {value} {limit} {unit}.
    `example_only`: the limit is an example to configure (示例), not a sourced figure. A rule of the same
    `group` and a graver level on the same entity takes over from the milder one.
    """

    name: str
    entity_types: tuple[str, ...]
    condition: Condition
    level: Level
    title: Text
    sentence: Text
    cause: Text
    consequence: Text
    response: Text
    source: str
    examples: tuple[Example, ...]
    hold_s: float = 0.0
    release_s: float = 0.0
    time_available_min: int | None = None
    latched: bool = False
    life_safety: bool = False
    group: str = ""
    example_only: bool = False
