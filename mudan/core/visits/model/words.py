"""What is a visit as planned and as made, and what is entered at the door?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

KINDS: Final = {
    "care": Text("关爱走访", "care visit"),
    "safety": Text("安全检查", "safety check"),
    "notice": Text("入户告知", "notice"),
    "dispute": Text("矛盾调解", "dispute"),
    "follow_up": Text("回访", "follow-up"),
}
OUTCOMES: Final = {
    "met": Text("见到本人", "met"),
    "not_home": Text("无人在家", "nobody at home"),
    "refused": Text("谢绝走访", "did not wish it"),
    "moved": Text("已搬离", "moved away"),
}
CHECKS: Final = {
    "fire": Text("灭火器材", "extinguisher"),
    "gas": Text("燃气", "gas"),
    "electricity": Text("用电", "electricity"),
    "exit": Text("消防通道", "fire lane"),
}
FOUND: Final = ("ok", "bad")
MOST_PROBLEMS: Final = 5
MOST_RECEIPTS: Final = 20
LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be put right: it becomes a case, unless it was put right at the door (`solved`)."""

    class_code: str
    title: str
    text: str = ""
    solved: bool = False


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """A call chain's place that answered at the door."""

    run: UUID
    step: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is entered at the door, once. `client_id` makes a repeat harmless; `at` is the phone's clock.

    `visit` is what was planned; without it `household` or `place` says where. Raises Invalid.
    """

    client_id: UUID
    kind: str
    outcome: str
    at: datetime
    visit: UUID | None = None
    household: UUID | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    note: str = ""
    checks: Mapping[str, str] = field(default_factory=dict)
    mediation: str = ""
    problems: tuple[Problem, ...] = ()
    receipts: tuple[UUID, ...] = ()
    answer: CallAnswer | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Invalid("there is no such kind of visit", field="kind")
        if self.outcome not in OUTCOMES:
            raise Invalid("there is no such outcome", field="outcome")
        if self.visit is None and self.household is None and not self.place.strip():
            raise Invalid("say where it was", field="place")
        if (self.lon is None) != (self.lat is None):
            raise Invalid("a place needs both longitude and latitude", field="lon")
        for name, found in self.checks.items():
            if name not in CHECKS or found not in FOUND:
                raise Invalid("there is no such check or finding", field=f"checks.{name}")
        if max(len(self.note), len(self.mediation), len(self.place)) > LONGEST:
            raise Invalid(f"at most {LONGEST} characters", field="note")
        if len(self.problems) > MOST_PROBLEMS or len(self.receipts) > MOST_RECEIPTS:
            raise Invalid("that is more than one visit finds", field="problems")
        if self.outcome == "not_home" and (self.receipts or self.mediation or self.answer is not None):
            raise Invalid("who was not at home has not answered", field="outcome")
        if self.receipts and self.visit is None and self.household is None:
            raise Invalid("a receipt is of a household", field="household_id")


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as it stands."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    household: UUID | None
    place: str
    lon: float | None
    lat: float | None
    kind: str
    origin: str
    state: str
    words: str
    based_on: date | None
    due_on: date | None
    planned_by: str
    planned_at: datetime
    client_id: UUID | None
    outcome: str | None
    note: str
    checks: Mapping[str, str]
    mediation: str
    solved: tuple[Mapping[str, str], ...]
    serves: tuple[str, ...]
    done_at: datetime | None
    recorded_at: datetime | None
    done_by: str
    done_by_id: UUID | None
    cancel_reason: str
    version: int
    address: str
    shown_as: str
    care: tuple[str, ...]
    example: bool
    cases: tuple[str, ...] = ()
    receipts: int = 0
    photos: tuple[UUID, ...] = ()
    planned_on: date | None = None
    post: str = ""
    draft_on: date | None = None
    draft_post: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A visit that somebody wants made: to whom or where, by when, about what. Raises Invalid."""

    id: UUID
    kind: str
    due_on: date
    household: UUID | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    words: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise Invalid("there is no such kind of visit", field="kind")
        if (self.household is None) == (not self.place.strip()):
            raise Invalid("a visit is to a household or to a place", field="place")
        if (self.lon is None) != (self.lat is None):
            raise Invalid("a place needs both longitude and latitude", field="lon")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be told at the door, to everybody of an area or to those of some kinds of care."""

    id: UUID
    area_code: str
    title: str
    words: str
    care: tuple[str, ...]
    since: date
    until: date
    made_by: str
    made_at: datetime
    asked: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What is to be told, where, from when until when. Raises Invalid."""

    id: UUID
    area_code: str
    title: str
    words: str
    since: date
    until: date
    care: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.title.strip() or not self.words.strip():
            raise Invalid("a notice has a title and the words to be said", field="words")
        if self.until < self.since:
            raise Invalid("it ends before it begins", field="until")


@dataclass(frozen=True, slots=True)
class ToCall:
    """A place of a running call chain that has not answered, and the words to be said at its door."""

    run: UUID
    step: UUID
    title: str
    words: str
    level: int
    name: str
    people: int
    state: str
    lon: float | None
    lat: float | None
