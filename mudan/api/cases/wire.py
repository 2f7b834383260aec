"""How does a case look on the wire, and what may whom of it be shown?"""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.cases.intake import CaseFilledIn
from mudan.api.cases.shown import CaseFlagOut, CasePictureOut, CaseRecheckOut, picture_url
from mudan.api.wire import Body, Instant
from mudan.core.cases.actions import Step, hand_of
from mudan.core.cases.model.chart import possible
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.likeness import Report, Twin
from mudan.core.cases.model.matrix import Advice
from mudan.core.cases.model.running import Running
from mudan.core.cases.model.words import Case, CaseEvent, NewCase, Reporter
from mudan.core.people.model import Actor
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text

Source = Literal["collector", "public", "media", "video", "alarm", "superior", "department"]
Channel = Literal["phone", "web", "app", "visit", "letter", "other"]
Role = Literal["report", "before", "near", "far", "reference", "after", "verify", "check"]
Lamp = Literal["green", "amber", "red", "overdue"]


class CaseOut(BaseModel):
    """A case as lists show it; `can` are the steps that the reader may take. `example`: its type is one (示例)."""

    id: UUID
    number: str
    type: str
    type_title: Text
    example: bool
    class_code: str
    class_title: Text
    title: str
    address: str
    area_code: str
    lon: float | None
    lat: float | None
    state: str
    state_title: Text
    step: int
    source: Source
    level: Literal["village", "town", "county", "city"]
    owner: str | None
    owner_name: Text | None
    partners: list[str]
    lamp: Lamp
    next_due_at: Instant | None
    returned: int
    reworked: int
    reopened: int
    supervised: int
    extended: int
    forced: bool
    upheld: bool
    flags: int
    verified: bool
    answer: str | None
    asked: list[str]
    main_id: UUID | None
    main_number: str | None
    alarm_id: UUID | None
    incident_id: UUID | None
    created_at: Instant
    created_by: str
    closed_at: Instant | None
    ended_at: Instant | None
    can: list[str]
    version: int


class CasePauseOut(BaseModel):
    """Time that does not count."""

    start: Instant
    end: Instant | None
    reason: str


class CaseClockOut(BaseModel):
    """One run of a clock: colour, deadline, and its pauses with their reasons."""

    name: str
    title: Text
    run: int
    amount: float
    measure: Literal["natural_hours", "working_hours", "working_days", "calendar_days"]
    started_at: Instant
    ended_at: Instant | None
    due_at: Instant | None
    lamp: Lamp
    pauses: list[CasePauseOut]


class CaseEventOut(BaseModel):
    """A line of the history."""

    id: int
    at: Instant
    kind: str
    from_state: str
    to_state: str
    actor: str
    text: Text
    detail: dict[str, Any]


class CaseReporterOut(BaseModel):
    """Who told of it; masked for those who do not work on the case."""

    at: Instant
    channel: Channel
    name: str
    phone: str
    text: str
    wants_word: bool


class CaseTwinOut(BaseModel):
    """A known case that may be the same matter, with what speaks for it and what it looked like."""

    id: UUID
    number: str
    ended: bool
    score: float
    distance_m: float
    hours: float
    reasons: list[Text]
    picture_url: str | None


class CaseTwinsOut(BaseModel):
    """What may be the same matter, the likeliest first."""

    items: list[CaseTwinOut]
    as_of: Instant


class CaseAdviceOut(BaseModel):
    """Whose it is by the responsibility matrix, why, and whom other rules would name."""

    department: str
    department_name: Text
    rule: str
    reason: Text
    others: list[str]


class CaseDetailOut(CaseOut):
    """A case, whole."""

    text: str
    form: dict[str, Any]
    clocks: list[CaseClockOut]
    history: list[CaseEventOut]
    reporters: list[CaseReporterOut]
    pictures: list[CasePictureOut]
    doubts: list[CaseFlagOut]
    recheck: CaseRecheckOut | None
    incident_number: str | None
    merged: list[str]
    twins: list[CaseTwinOut]
    advice: CaseAdviceOut | None
    as_of: Instant


class CasesOut(BaseModel):
    """Cases: open ones by what is due next, then the newest."""

    items: list[CaseOut]
    total: int = Field(description="counted up to 1,000")
    at_least: bool = Field(default=False, description="there are more than that")
    as_of: Instant


class CaseGroupOut(BaseModel):
    """One place where the same class was reported again and again."""

    class_code: str
    class_title: Text
    lon: float
    lat: float
    count: int
    since: Instant
    latest: Instant
    numbers: list[str]


class CaseGroupsOut(BaseModel):
    """Such places, the most reported first."""

    items: list[CaseGroupOut]
    as_of: Instant


class CaseReporterIn(Body):
    """Who tells of it."""

    id: UUID | None = None
    channel: Channel
    name: str = Field(default="", max_length=100)
    phone: str = Field(default="", max_length=40)
    text: str = Field(default="", max_length=4000)
    wants_word: bool = False

    def reporter(self, now: Any) -> Reporter:
        """The same in the core's words."""
        return Reporter(
            self.id or new_id(),
            now,
            self.channel,
            self.name,
            self.phone,
            self.text,
            wants_word=self.wants_word,
        )


class CaseJoinIn(CaseReporterIn):
    """Who tells of the same, and how much work it was to take it down."""

    filled: CaseFilledIn | None = None


class CaseIn(Body):
    """What is reported; the same `id` is kept once."""

    id: UUID
    type: str = Field(max_length=64)
    class_code: str = Field(max_length=8)
    source: Source
    title: str = Field(min_length=1, max_length=200)
    text: str = Field(default="", max_length=8000)
    form: dict[str, str | int | float | None] = Field(default_factory=dict, max_length=50)
    address: str = Field(default="", max_length=300)
    area_code: str | None = Field(default=None, max_length=32)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    alarm_id: UUID | None = None
    reporter: CaseReporterIn | None = None
    filled: CaseFilledIn | None = None

    def new(self, area: str, now: Any) -> NewCase:
        """What is asked for; the area is the actor's unless one is named."""
        return NewCase(
            id=self.id, type=self.type, class_code=self.class_code, source=self.source, title=self.title,
            area_code=self.area_code or area, text=self.text, form=self.form, address=self.address, lon=self.lon,
            lat=self.lat, alarm=self.alarm_id,
            reporter=None if self.reporter is None else self.reporter.reporter(now),
        )  # fmt: skip


class CaseOfAlarmIn(Body):
    """What case an alarm becomes; without a title its own words are the title."""

    id: UUID
    type: str = Field(max_length=64)
    class_code: str = Field(max_length=8)
    title: str = Field(default="", max_length=200)


class CaseStepIn(Body):
    """A step with what it needs: `more` is the time asked for, in the clock's own measure.

    `version` is what was looked at; what was done without network cannot know it, and says none.
    """

    event: str = Field(max_length=40)
    version: int | None = None
    client_id: UUID
    reason: str = Field(default="", max_length=1000)
    note: str = Field(default="", max_length=1000)
    owner: str | None = Field(default=None, max_length=64)
    partners: list[str] = Field(default_factory=list, max_length=10)
    main_id: UUID | None = None
    answer: str | None = Field(default=None, max_length=40)
    person_id: UUID | None = None
    more: int | None = Field(default=None, ge=1, le=365)

    def step(self) -> Step:
        """The same in the core's words."""
        return Step(
            self.event, self.version, self.client_id, self.reason, self.note, self.owner,
            frozenset(self.partners), self.main_id, self.answer, self.person_id, self.more,
        )  # fmt: skip


def works_on(actor: Actor) -> bool:
    """Whether they may read who reported it: the desk, and those whom the database shows only what is theirs."""
    return actor.may("cases.write") or actor.may("cases.own")


def case_out(one: Case, actor: Actor) -> dict[str, Any]:
    """A case's fields as they go over the wire."""
    case_type, now = type_named(one.type), one.situation
    stage, class_ = case_type.stage(one.state), case_type.class_of(one.class_code)
    given = {
        name: getattr(source, name)
        for source in (now, one)
        for name in CaseOut.model_fields
        if hasattr(source, name)
    }
    return given | {
        "type_title": case_type.title, "example": case_type.example, "state_title": stage.title, "step": stage.step,
        "class_title": class_.title if class_ else Text(one.class_code, one.class_code),
        "partners": sorted(now.partners), "asked": sorted(now.asked), "main_id": now.main,
        "can": list(possible(case_type, now, hand_of(actor))),
    }  # fmt: skip


def form_out(one: Case, actor: Actor) -> dict[str, Any]:
    """The form's answers, without personal ones for those who do not work on it."""
    personal = {field.name for field in type_named(one.type).fields if field.personal}
    return {name: value for name, value in one.form.items() if works_on(actor) or name not in personal}


def clock_out(run: Running, titles: dict[str, Text], now: Any) -> CaseClockOut:
    """A run as it goes over the wire."""
    return CaseClockOut.model_validate(
        {
            "name": run.name, "title": titles.get(run.name, Text(run.name, run.name)), "run": run.run,
            "amount": float(run.limit.amount), "measure": run.limit.measure.value, "started_at": run.started_at,
            "ended_at": run.ended_at, "due_at": run.turns.due_at, "lamp": run.colour(now),
            "pauses": [CasePauseOut(start=p.start, end=p.end, reason=p.reason) for p in run.pauses],
        }
    )  # fmt: skip


def event_out(one: CaseEvent) -> CaseEventOut:
    """A line of the history as it goes over the wire."""
    return CaseEventOut.model_validate(one, from_attributes=True)


def reporter_out(one: Reporter, actor: Actor) -> CaseReporterOut:
    """Who told of it."""
    shown = works_on(actor)
    return CaseReporterOut.model_validate(
        {
            "at": one.at, "channel": one.channel, "wants_word": one.wants_word, "text": one.text,
            "name": one.name if shown else one.name[:1] + "*" * len(one.name[1:]),
            "phone": one.phone if shown else one.phone[:3] + "*" * len(one.phone[3:]),
        }
    )  # fmt: skip


def twin_out(one: Twin, picture: UUID | None = None) -> CaseTwinOut:
    """What may be the same matter."""
    return CaseTwinOut(
        id=one.report.id, number=one.report.number, ended=one.report.ended, score=one.score,
        distance_m=round(one.distance_m, 1), hours=round(one.hours, 1), reasons=list(one.reasons),
        picture_url=None if picture is None else picture_url(one.report.id, picture),
    )  # fmt: skip


def advice_out(one: Advice, names: dict[str, Text]) -> CaseAdviceOut:
    """What the matrix says."""
    department = one.rule.department
    return CaseAdviceOut(
        department=department, department_name=names.get(department, Text(department, department)), rule=one.rule.id,
        reason=one.reason, others=list(dict.fromkeys(rule.department for rule in one.others)),
    )  # fmt: skip


def group_out(group: tuple[Report, ...], type_name: str) -> CaseGroupOut:
    """A place that comes up again and again."""
    first, class_ = group[0], type_named(type_name).class_of(group[0].class_code)
    assert first.lon is not None  # only what has a place is grouped
    assert first.lat is not None
    return CaseGroupOut(
        class_code=first.class_code, class_title=class_.title if class_ else Text(first.class_code, first.class_code),
        lon=first.lon, lat=first.lat, count=len(group), since=first.at, latest=group[-1].at,
        numbers=[one.number for one in group],
    )  # fmt: skip
