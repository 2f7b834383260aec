"""What is a case type: which form, classes, stages, ways between them, clocks, proof and questions? All of it data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mudan.core.cases.model.clocks import Limit, Thresholds
from mudan.primitives.text import Text

FIELD_KINDS: Final = ("text", "number", "choice", "date", "phone")
LEVELS: Final = ("village", "town", "county", "city")
LEVEL_WORDS: Final = {
    "village": Text("村（社区）", "village"), "town": Text("乡镇（街道）", "town"),
    "county": Text("区县", "county"), "city": Text("市", "city"),
}  # fmt: skip
# What a metric may count; each is one question to a case's own record.
COUNTS: Final = (
    "reported", "valid", "opened", "dispatched", "returned", "handled", "handled_in_time", "due_to_handle", "closed",
    "closed_in_time", "due_to_close", "reworked", "extended", "reopened", "called_back", "satisfied",
)  # fmt: skip


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

    `roles` are the pictures that count; none: those of the proof's own name.
    """

    name: str
    title: Text
    transition: str
    least: int = 1
    near_m: float | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to the call-back; `weight` is its share in the rate of the satisfied, per cent."""

    code: str
    title: Text
    weight: int


@dataclass(frozen=True, slots=True)
class Metric:
    """A rate over counts of cases, with its version and where the formula is from."""

    name: str
    title: Text
    numerator: str
    denominator: str
    version: int
    source: str


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case, whole. `prefix` begins its numbers; `example` is shown as 示例 wherever it appears.

    `recheck_min`: how far from the time of day at which the matter was seen a check of doubtful proof may be (示例).
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
    example: bool = False
    recheck_min: int = 60

    def stage(self, name: str) -> Stage:
        """A stage by its name; a KeyError is a fault of the type."""
        return {stage.name: stage for stage in self.stages}[name]

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """The ways that begin at a stage."""
        return tuple(one for one in self.transitions if state in one.origins)

    def class_of(self, code: str) -> CaseClass | None:
        """A class by its code."""
        return next((one for one in self.classes if one.code == code), None)
