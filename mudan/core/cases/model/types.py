"""What is a case type: which form, classes, stages, ways between them, clocks, proof and questions? All of it data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mudan.core.cases.model.clocks import Limit, Thresholds
from mudan.primitives.pictures import NEARLY
from mudan.primitives.text import Text

FIELD_KINDS: Final = ("text", "number", "choice", "date", "phone")
MODES: Final = ("realtime", "batch", "blackbox")
LEVELS: Final = ("village", "town", "county", "city")
LEVEL_WORDS: Final = {
    "village": Text("村（社区）", "village"), "town": Text("乡镇（街道）", "town"),
    "county": Text("区县", "county"), "city": Text("市", "city"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One thing the form asks. `personal`: shown only to those who work on the case."""

    name: str
    title: Text
    kind: str = "text"
    required: bool = False
    personal: bool = False
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class CaseClass:
    """A class: 大类 has two digits, 小类 those two and two more. `near_m`: within which two reports may be one."""

    code: str
    title: Text
    near_m: float | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case can stand; `step` 1 to 7 is the stage of the county's seven, `ended` that nothing is awaited."""

    name: str
    title: Text
    step: int
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from stages to a stage (`to` empty: the case stays). Guards and effects are words of the chart.

    `asks` leaves a question open that another person settles by a transition that `settles` it.
    """

    name: str
    title: Text
    origins: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    reason: bool = False
    asks: str = ""
    settles: str = ""


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """A clock: over one stage, bundled over several (捆绑计时), or over the whole case (`stages` empty).

    `goes_on`: back in its stages it goes on where it stopped, instead of anew. It is paused in the stages `pauses_in`.
    `limits` are by class, a 小类 before its 大类; `extends`: a granted extension makes it longer.
    """

    name: str
    title: Text
    limit: Limit
    stages: tuple[str, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    goes_on: bool = False
    extends: bool = False
    pauses_in: tuple[str, ...] = ()

    def limit_of(self, class_code: str) -> Limit:
        """How long a case of that class may take."""
        return self.limits.get(class_code) or self.limits.get(class_code[:2]) or self.limit


@dataclass(frozen=True, slots=True)
class Proof:
    """What a transition demands to be shown: how many pictures, taken at the place.

    `roles` are the pictures that count; none: those of the proof's own name. `alike_bits`: in how many of the 128 bits
    of its likeness a picture of another case may differ and still be the same, at most 8 (示例).
    """

    name: str
    title: Text
    transition: str
    least: int = 1
    near_m: float | None = None
    roles: tuple[str, ...] = ()
    alike_bits: int = NEARLY


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to the call-back; `weight` is its share in the rate of the satisfied, per cent.

    `solved`, `responded`: its shares in those of the solved (None: all or nothing, as anybody is satisfied at all) and
    the contacted. `valid` False: nobody was reached, so it counts nowhere.
    """

    code: str
    title: Text
    weight: int
    solved: int | None = None
    responded: int = 100
    valid: bool = True

    @property
    def solved_share(self) -> int:
        """Its share in the rate of the solved, per cent."""
        return self.solved if self.solved is not None else 100 if self.weight else 0


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate over counts of cases (words of `metrics.counts`), with its version and where the formula is from.

    `unit`: %, h, or n (how many). `groups`: of whom it can be asked. `up`: whether more is better, None neither.
    `five`: only where answers have five levels (好差评).
    """

    name: str
    title: Text
    numerator: str
    denominator: str
    version: int
    source: str
    unit: str = "%"
    groups: tuple[str, ...] = ("area", "department", "class", "type")
    up: bool | None = True
    five: bool = False


@dataclass(frozen=True, slots=True)
class PublicService:
    """Under what a type's classes are offered to everybody, by other systems too (Open311).

    `asks`: which fields of the form they are asked. `classes`: which are offered (none named: every class that has no
    smaller one). `group`: the words above them (empty: the 大类). `keywords` are by class. `modes` are by class what an
    answer brings at once: the number (realtime), a token for it (batch) or nothing (blackbox); realtime unless named.
    """

    asks: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    group: Text | None = None
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)

    def mode_of(self, class_code: str) -> str:
        """What an answer to a report of that class brings."""
        return self.modes.get(class_code, "realtime")


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case, whole. `prefix` begins its numbers; `example` is shown as 示例 wherever it appears.

    `recheck_min`: how far from the time of day at which the matter was seen a check of doubtful proof may be (示例).
    `public`: everybody may report it and read what becomes of it, without anything personal. `cell`: the type of the
    entities whose codes are the smallest areas that collectors answer for (empty: there are none).
    """

    name: str
    title: Text
    prefix: str
    version: int
    first: str
    stages: tuple[Stage, ...]
    transitions: tuple[Transition, ...]
    classes: tuple[CaseClass, ...]
    fields: tuple[Field, ...] = ()
    clocks: tuple[ClockSpec, ...] = ()
    proofs: tuple[Proof, ...] = ()
    answers: tuple[Answer, ...] = ()
    metrics: tuple[Metric, ...] = ()
    public: PublicService | None = None
    example: bool = False
    recheck_min: int = 60
    cell: str = ""

    def stage(self, name: str) -> Stage:
        """A stage by its name; a KeyError is a fault of the type."""
        return {stage.name: stage for stage in self.stages}[name]

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The ways that begin at a stage."""
        return tuple(one for one in self.transitions if state in one.origins)

    def class_of(self, code: str) -> CaseClass | None:
        """A class by its code."""
        return next((one for one in self.classes if one.code == code), None)
