"""By which types, calendar and responsibility matrix do cases go, and how are these changed?"""

from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.cases import actions, queries
from mudan.core.cases.model.calendar import Calendar, Hours, Window
from mudan.core.cases.model.known import known_types, type_named
from mudan.core.cases.model.matrix import MatrixRule
from mudan.core.cases.model.types import CaseType, ClockSpec
from mudan.core.cases.queries import Published
from mudan.core.people import queries as people
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.stage import actions as stage
from mudan.primitives.text import Text

router = APIRouter()
Knower = Annotated[Actor, Depends(requires("cases.read", "cases.own", "settings.write"))]
Reader = Annotated[Actor, Depends(requires("cases.read", "settings.write"))]
Setter = Annotated[Actor, Depends(requires("settings.write"))]
_RECORD = timedelta(days=90)
_OfType = Annotated[str, Query(alias="type", max_length=64)]


class CaseChoiceOut(BaseModel):
    """A code with its words."""

    code: str
    title: Text


class CaseFieldOut(BaseModel):
    """One thing the form asks."""

    name: str
    title: Text
    kind: Literal["text", "number", "choice", "date", "phone"]
    required: bool
    personal: bool
    choices: list[CaseChoiceOut]


class CaseStageOut(BaseModel):
    """Where a case can stand, and in which of the seven stages that is."""

    name: str
    title: Text
    step: int
    ended: bool


class CaseWayOut(BaseModel):
    """A step: from where, by whom, and whether it needs a reason."""

    name: str
    title: Text
    origins: list[str]
    to: str
    roles: list[str]
    reason: bool


class CaseClockSpecOut(BaseModel):
    """A clock: how long, over which stages (none: the whole), at which per cent it turns amber and red."""

    name: str
    title: Text
    stages: list[str]
    amount: float
    measure: str
    by_class: dict[str, str]
    amber: int
    red: int


class CaseTypeOut(BaseModel):
    """A case type as a screen needs it; `example` marks invented values (示例)."""

    name: str
    title: Text
    version: int
    example: bool
    classes: list[CaseChoiceOut]
    fields: list[CaseFieldOut]
    stages: list[CaseStageOut]
    ways: list[CaseWayOut]
    clocks: list[CaseClockSpecOut]
    answers: list[CaseChoiceOut]


class CaseTypesOut(BaseModel):
    """The case types there are, and the departments that may own a case."""

    items: list[CaseTypeOut]
    departments: list[CaseChoiceOut]


class CaseVersionOut(BaseModel):
    """A version: by whom, when and why."""

    version: int
    note: str
    published_by: str
    published_at: Instant


class CaseHours(Body):
    """From which day on (none: always) the office keeps which windows, minutes after midnight."""

    since: date | None = None
    windows: list[tuple[int, int]] = Field(min_length=1, max_length=8)


class CaseCalendarIn(Body):
    """A calendar, whole; `version` is the one in force that was looked at."""

    hours: list[CaseHours] = Field(min_length=1, max_length=100)
    weekdays: list[int] = Field(min_length=1, max_length=7)
    holidays: list[date] = Field(default_factory=list, max_length=2000)
    shifted: list[date] = Field(default_factory=list, max_length=2000)
    note: str = Field(min_length=1, max_length=500)
    version: int

    def calendar(self) -> Calendar:
        """The same in the core's words (raises Invalid)."""
        hours = tuple(
            Hours(one.since or date.min, tuple(Window(*window) for window in one.windows))
            for one in self.hours
        )
        return Calendar(hours, frozenset(self.weekdays), frozenset(self.holidays), frozenset(self.shifted))


class CaseCalendarOut(BaseModel):
    """The calendar in force; `example`: nobody has published one (示例)."""

    hours: list[CaseHours]
    weekdays: list[int]
    holidays: list[date]
    shifted: list[date]
    version: int
    example: bool
    history: list[CaseVersionOut]


class CaseRule(Body):
    """For which class (empty: all) and area (empty: all), from when until when, which department."""

    id: str = Field(min_length=1, max_length=64)
    class_code: str = Field(default="", max_length=8)
    area_code: str = Field(default="", max_length=32)
    department: str = Field(min_length=1, max_length=64)
    since: date
    until: date | None = None
    note: str = Field(default="", max_length=300)


class CaseMatrixIn(Body):
    """A matrix, whole; `version` is the one in force that was looked at (0: there was none)."""

    type: str = Field(max_length=64)
    rules: list[CaseRule] = Field(max_length=20_000)
    note: str = Field(min_length=1, max_length=500)
    version: int


class CaseRuleRecordOut(BaseModel):
    """How often a rule was followed in the last 90 days, and how often the case came back."""

    rule: str
    sent: int
    returned: int
    share: float
    doubtful: bool


class CaseMatrixOut(BaseModel):
    """The matrix in force, and how well its rules have done."""

    type: str
    rules: list[CaseRule]
    version: int
    record: list[CaseRuleRecordOut]
    history: list[CaseVersionOut]


def _clock(one: ClockSpec) -> CaseClockSpecOut:
    by_class = {code: f"{limit.amount} {limit.measure.value}" for code, limit in one.limits.items()}
    return CaseClockSpecOut(
        name=one.name, title=one.title, stages=list(one.stages), amount=float(one.limit.amount),
        measure=one.limit.measure.value, by_class=by_class, amber=one.thresholds.amber, red=one.thresholds.red,
    )  # fmt: skip


def _type(one: CaseType) -> CaseTypeOut:
    def listed(pairs: object) -> list[dict[str, object]]:
        return [{"code": code, "title": title} for code, title in pairs]  # type: ignore[attr-defined] # of any sequence

    return CaseTypeOut.model_validate(
        {
            "name": one.name, "title": one.title, "version": one.version, "example": one.example,
            "classes": listed((each.code, each.title) for each in one.classes),
            "fields": [
                {"name": f.name, "title": f.title, "kind": f.kind, "required": f.required, "personal": f.personal,
                 "choices": listed(f.choices)} for f in one.fields
            ],
            "stages": [{"name": s.name, "title": s.title, "step": s.step, "ended": s.ended} for s in one.stages],
            "ways": [
                {"name": w.name, "title": w.title, "origins": w.origins, "to": w.to, "roles": w.roles,
                 "reason": w.reason} for w in one.transitions
            ],
            "clocks": [_clock(each) for each in one.clocks],
            "answers": listed((each.code, each.title) for each in one.answers),
        }
    )  # fmt: skip


def _versions(found: list[Published]) -> list[CaseVersionOut]:
    return [CaseVersionOut.model_validate(one, from_attributes=True) for one in found]


@router.get("/api/cases/types")
async def types(actor: Knower, request: Request) -> CaseTypesOut:
    """The case types there are, and the departments."""
    async with work(actor, request) as unit:
        names = await people.department_names(unit.connection)
    choices = [CaseChoiceOut(code=code, title=title) for code, title in sorted(names.items())]
    return CaseTypesOut(items=[_type(one) for one in known_types()], departments=choices)


async def _calendar(unit: Work) -> CaseCalendarOut:
    found = await queries.calendar(unit.connection, unit.space)
    hours = [
        CaseHours(
            since=None if one.since == date.min else one.since,
            windows=[(window.start, window.end) for window in one.windows],
        )
        for one in found.hours
    ]
    return CaseCalendarOut(
        hours=hours, weekdays=sorted(found.weekdays), holidays=sorted(found.holidays), shifted=sorted(found.shifted),
        version=found.version, example=found.version == 0,
        history=_versions(await queries.calendars(unit.connection, unit.space)),
    )  # fmt: skip


@router.get("/api/cases/calendar")
async def calendar(actor: Reader, request: Request) -> CaseCalendarOut:
    """The working calendar in force."""
    async with work(actor, request) as unit:
        return await _calendar(unit)


@router.put("/api/cases/calendar")
async def put_calendar(actor: Setter, request: Request, body: CaseCalendarIn) -> CaseCalendarOut:
    """Put a calendar into force; the clocks that run are counted anew by it."""
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        version = await actions.publish_calendar(
            unit.connection, body.calendar(), body.version, body.note, actor, unit.now
        )
        await audit(unit.connection, actor, "case.calendar", str(version), body.model_dump(mode="json"))
        unit.touched("cases", "calendar")
        return await _calendar(unit)


async def _matrix(unit: Work, type_name: str) -> CaseMatrixOut:
    name = type_named(type_name).name
    version, rules = await queries.rules(unit.connection, unit.space, name)
    record = await queries.record(unit.connection, unit.space, name, unit.now - _RECORD)
    return CaseMatrixOut(
        type=name, version=version, rules=[CaseRule.model_validate(one, from_attributes=True) for one in rules],
        record=[
            CaseRuleRecordOut(
                rule=one.rule, sent=one.sent, returned=one.returned, share=one.share, doubtful=one.is_doubtful
            )
            for one in record
        ],
        history=_versions(await queries.matrices(unit.connection, unit.space, name)),
    )  # fmt: skip


@router.get("/api/cases/matrix")
async def matrix(actor: Reader, request: Request, kind: _OfType = "hotline") -> CaseMatrixOut:
    """The responsibility matrix of a case type."""
    async with work(actor, request) as unit:
        return await _matrix(unit, kind)


@router.put("/api/cases/matrix")
async def put_matrix(actor: Setter, request: Request, body: CaseMatrixIn) -> CaseMatrixOut:
    """Put a matrix into force, whole. What is wrong is named by its row, and nothing of it is kept."""
    async with work(actor, request) as unit:
        await stage.of_the_county(unit.connection, actor)
        rules = [MatrixRule(**rule.model_dump()) for rule in body.rules]
        version = await actions.publish_matrix(
            unit.connection, body.type, rules, body.version, body.note, actor, unit.now
        )
        kept = {"type": body.type, "note": body.note, "rules": len(rules)}
        await audit(unit.connection, actor, "case.matrix", str(version), kept)
        return await _matrix(unit, body.type)
