"""How does a visit look on the wire, planned, made and as it is entered at the door?"""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.cases.wire import CaseOut
from mudan.api.households.wire import CareOut, care_out
from mudan.api.wire import Body, Instant
from mudan.core.visits.model.order import Stop
from mudan.core.visits.model.registers import registers_named, spared
from mudan.core.visits.model.week import POSTS
from mudan.core.visits.model.words import KINDS, OUTCOMES, CallAnswer, Entry, NewNotice, Plan, Problem, Visit
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

Kind = Literal["care", "safety", "notice", "dispute", "follow_up"]
Outcome = Literal["met", "not_home", "refused", "moved"]
State = Literal["planned", "done", "cancelled"]


class VisitWordOut(BaseModel):
    """A code with its words."""

    code: str
    title: Text


class VisitRegisterOut(BaseModel):
    """A record that one entry serves, and which of its fields go there."""

    name: str
    title: Text
    takes: list[str]


class VisitSolvedOut(BaseModel):
    """What was put right at the door."""

    class_code: str
    title: str


class VisitOut(BaseModel):
    """A visit; no name stands in it but the first character. `serves`: one entry for all these; `spared` fields."""

    id: UUID
    household_id: UUID | None
    address: str
    shown_as: str
    care: list[CareOut]
    example: bool
    area_code: str
    lon: float | None
    lat: float | None
    kind: Kind
    kind_title: Text
    origin: Literal["cadence", "desk", "grid"]
    state: State
    words: str
    due_on: date | None
    overdue: bool
    planned_on: date | None
    post: str
    post_title: Text | None
    outcome: Outcome | None
    outcome_title: Text | None
    note: str
    checks: dict[str, Literal["ok", "bad"]]
    mediation: str
    solved: list[VisitSolvedOut]
    serves: list[VisitRegisterOut]
    spared: int
    cases: list[str]
    receipts: int
    photos: list[UUID]
    done_at: Instant | None
    done_by: str
    cancel_reason: str
    version: int


class VisitsOut(BaseModel):
    """Visits within scope."""

    items: list[VisitOut]
    total: int
    as_of: Instant


class VisitStopOut(VisitOut):
    """A visit of today: how far from the one before, and which notices are to be told there."""

    metres: float | None
    tell: list[UUID]


class VisitNoticeOut(BaseModel):
    """What is to be told at the doors, and at how many of those within scope it has been."""

    id: UUID
    area_code: str
    title: str
    words: str
    care: list[CareOut]
    since: date
    until: date
    made_by: str
    asked: int
    told: int


class VisitNoticesOut(BaseModel):
    """What is to be told today."""

    items: list[VisitNoticeOut]
    as_of: Instant


class VisitCallOut(BaseModel):
    """A place of a call chain (叫应) that has not answered: the words to be said there."""

    run_id: UUID
    step_id: UUID
    title: str
    words: str
    level: int
    name: str
    people: int
    state: Literal["calling", "unreached"]
    lon: float | None
    lat: float | None


class VisitDayOut(BaseModel):
    """A grid worker's day: visits in order, what was made today, what is told and called, repairs; the forms' words."""

    today: date
    stops: list[VisitStopOut]
    later: int
    made: list[VisitOut]
    notices: list[VisitNoticeOut]
    calls: list[VisitCallOut]
    repairs: list[CaseOut]
    kinds: list[VisitWordOut]
    outcomes: list[VisitWordOut]
    checks: list[VisitWordOut]
    classes: list[VisitWordOut]
    as_of: Instant


class VisitGridOut(BaseModel):
    """A grid: what is due there, what was done in the window, its repairs; shares are none where nothing counts."""

    area_code: str
    area_name: Text
    households: int
    looked_after: int
    due: int
    overdue: int
    done: int
    met: int
    opened: int
    open: int
    solved: int
    cases_per_100: float | None
    solved_share: float | None


class VisitFormulaOut(BaseModel):
    """How a figure is reckoned, over how many days."""

    name: str
    title: Text
    formula: Text
    version: int
    window_days: int


class VisitGridsOut(BaseModel):
    """The grids within scope, and how their figures are reckoned."""

    items: list[VisitGridOut]
    formulas: list[VisitFormulaOut]
    as_of: Instant


class VisitProblemIn(Body):
    """Something to be put right; `solved`: it was, at the door."""

    class_code: str = Field(max_length=8)
    title: str = Field(min_length=1, max_length=200)
    text: str = Field(default="", max_length=2000)
    solved: bool = False


class VisitAnswerIn(Body):
    """Who answered a call chain's place at the door."""

    run_id: UUID
    step_id: UUID
    name: str = Field(min_length=1, max_length=60)


class VisitEntryIn(Body):
    """What is entered at the door; the same `client_id` is kept once."""

    client_id: UUID
    kind: Kind
    outcome: Outcome
    device_at: AwareDatetime
    visit_id: UUID | None = None
    household_id: UUID | None = None
    place: str = Field(default="", max_length=300)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    note: str = Field(default="", max_length=2000)
    checks: dict[str, Literal["ok", "bad"]] = Field(default_factory=dict, max_length=10)
    mediation: str = Field(default="", max_length=2000)
    problems: list[VisitProblemIn] = Field(default_factory=list, max_length=5)
    receipts: list[UUID] = Field(default_factory=list, max_length=20)
    answer: VisitAnswerIn | None = None

    def entry(self) -> Entry:
        """The same in the core's words (raises Invalid)."""
        given = self.answer
        return Entry(
            client_id=self.client_id, kind=self.kind, outcome=self.outcome, at=self.device_at, visit=self.visit_id,
            household=self.household_id, place=self.place, lon=self.lon, lat=self.lat, note=self.note,
            checks=self.checks, mediation=self.mediation,
            problems=tuple(Problem(**one.model_dump()) for one in self.problems), receipts=tuple(self.receipts),
            answer=None if given is None else CallAnswer(given.run_id, given.step_id, given.name),
        )  # fmt: skip


class VisitPlanIn(Body):
    """A visit that somebody wants made."""

    id: UUID
    kind: Kind
    due_on: date
    household_id: UUID | None = None
    place: str = Field(default="", max_length=300)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    words: str = Field(default="", max_length=1000)

    def plan(self) -> Plan:
        """The same in the core's words (raises Invalid)."""
        return Plan(
            self.id, self.kind, self.due_on, self.household_id, self.place, self.lon, self.lat, self.words
        )


class VisitNoticeIn(Body):
    """What is to be told at the doors of an area (the writer's own unless named), to some kinds of care or to all."""

    id: UUID
    area_code: str | None = Field(default=None, max_length=32)
    title: str = Field(min_length=1, max_length=100)
    words: str = Field(min_length=1, max_length=2000)
    since: date
    until: date
    care: list[str] = Field(default_factory=list, max_length=20)

    def notice(self, area: str) -> NewNotice:
        """The same in the core's words (raises Invalid)."""
        code = self.area_code or area
        return NewNotice(self.id, code, self.title, self.words, self.since, self.until, tuple(self.care))


class VisitCancelIn(Body):
    """Why a planned visit is not to be made."""

    reason: str = Field(min_length=1, max_length=500)


class VisitCadenceIn(Body):
    """Days between visits by kind of care, whole; `version` is the one in force that was looked at."""

    days: dict[str, int] = Field(max_length=20)
    again_days: int
    note: str = Field(min_length=1, max_length=500)
    version: int


class VisitCadenceOut(BaseModel):
    """The cadence in force; `example`: nobody has published one (示例)."""

    days: dict[str, int]
    again_days: int
    version: int
    example: bool
    care: list[CareOut]


def words_of(words: dict[str, Text]) -> list[VisitWordOut]:
    """Codes with their words."""
    return [VisitWordOut(code=code, title=title) for code, title in words.items()]


def visit_row(one: Visit, today: date) -> dict[str, Any]:
    """A visit's fields as they go over the wire."""
    serves = registers_named(one.serves)
    given: dict[str, Any] = {name: getattr(one, name) for name in VisitOut.model_fields if hasattr(one, name)}
    return given | {
        "household_id": one.household, "care": care_out(one.care), "kind_title": KINDS[one.kind],
        "post_title": POSTS.get(one.post),
        "overdue": one.state == "planned" and one.due_on is not None and one.due_on < today,
        "outcome_title": None if one.outcome is None else OUTCOMES[one.outcome],
        "serves": [VisitRegisterOut(name=r.name, title=r.title, takes=list(r.takes)) for r in serves],
        "spared": spared(serves), "solved": [VisitSolvedOut(**each) for each in one.solved],
    }  # fmt: skip


def visit_out(one: Visit, today: date) -> VisitOut:
    """A visit as it goes over the wire."""
    return VisitOut.model_validate(visit_row(one, today))


def stop_of(one: Visit) -> Stop:
    """A visit as far as its order is concerned."""
    place = None if one.lon is None or one.lat is None else Point(one.lon, one.lat)
    return Stop(one.id, one.due_on, place)
