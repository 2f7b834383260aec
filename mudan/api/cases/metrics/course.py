"""When do cases come in, of which class, and how does a window stand against the one before and a year before?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from mudan.api.cases.metrics.asking import Asking, Question, named, window_out
from mudan.api.cases.metrics.wire import (
    BehindOut,
    CaseWindowOut,
    MetricCountsOut,
    MetricOut,
    behind_out,
    metric_out,
)
from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.cases import queries
from mudan.core.cases.model.metrics.course import HOURS, Days, most_frequent, peak, period_before, year_before
from mudan.core.cases.model.metrics.figures import Figure, figure
from mudan.core.cases.model.metrics.periods import period
from mudan.core.cases.queries import WHOLE, Came
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("cases.read"))]
COMPARED: Final = (
    "valid", "handled", "handled_in_time", "closed_in_time", "reworked", "repeated", "satisfied", "handle_median",
)  # fmt: skip
_CLASSES: Final = 10


class DayCountOut(BaseModel):
    """So many were reported on a day of the county."""

    day: str
    count: int


class ClassShareOut(BaseModel):
    """A class with how many were reported of it, and its share in per cent."""

    key: str
    title: Text
    count: int
    share: float


class AreaCourseOut(BaseModel):
    """An area: how many were reported, its most frequent class, and the hours in which the most came."""

    key: str
    title: Text
    count: int
    most: ClassShareOut | None
    peak_hours: list[int]


class ComparedWindowOut(BaseModel):
    """A window to be held against, with the words it can be asked by."""

    window: CaseWindowOut
    day: str
    last: str | None
    reported: int


class ComparedOut(BaseModel):
    """A metric in this window, in the one before (环比) and a year before (同比)."""

    metric: MetricOut
    now: MetricCountsOut
    before: MetricCountsOut
    year: MetricCountsOut


class CaseCourseOut(BaseModel):
    """How the cases of a window came in."""

    window: CaseWindowOut
    reported: int
    hours: list[int]
    peak_hours: list[int]
    days: list[DayCountOut]
    classes: list[ClassShareOut]
    areas: list[AreaCourseOut]
    before: ComparedWindowOut
    year: ComparedWindowOut
    compared: list[ComparedOut]
    example: bool
    as_of: Instant


class CameOut(BaseModel):
    """The reports of an hour or a class."""

    window: CaseWindowOut
    items: list[BehindOut]
    total: int
    as_of: Instant


@router.get("/api/cases/metrics/course")
async def course(actor: Reader, request: Request, asking: Asking) -> CaseCourseOut:
    """By hour, day, class and area, and against the window before and the same a year before."""
    async with work(actor, request) as unit:
        return await course_of(unit, actor, asking)


async def course_of(unit: Work, actor: Actor, asking: Question) -> CaseCourseOut:
    """The course of a window."""
    asked = asking.asked(actor, asking.period.known(unit.now))
    found = await queries.came(unit.connection, asked)
    hours = _hours(found)
    asking = replace(asking, group="type")
    before, year = _shifted(asking, "before"), _shifted(asking, "year")
    now, then, last = [await _figures(unit, actor, one) for one in (asking, before[0], year[0])]
    metrics = {one.name: one for one in asking.metrics()}
    return CaseCourseOut(
        window=window_out(asking.period, unit.now), reported=sum(hours), hours=hours, peak_hours=list(peak(hours)),
        days=_days(found), classes=_classes(found)[:_CLASSES], areas=_areas(unit, found),
        before=_window(unit, *before, then), year=_window(unit, *year, last),
        compared=[
            ComparedOut(metric=metric_out(metrics[name]), now=_counts(now[name]), before=_counts(then[name]),
                        year=_counts(last[name]))
            for name in COMPARED if name in metrics
        ],
        example=True, as_of=unit.now,
    )  # fmt: skip


@router.get("/api/cases/metrics/course/cases")
async def behind(
    actor: Reader,
    request: Request,
    asking: Asking,
    hour: Annotated[int | None, Query(ge=0, le=23)] = None,
    of_class: Annotated[str | None, Query(alias="class", max_length=80)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> CameOut:
    """The cases reported in an hour of the day, of a class (`type:code`), or of both."""
    async with work(actor, request) as unit:
        asked = asking.asked(actor, asking.period.known(unit.now))
        items, total = await queries.came_behind(unit.connection, asked, hour, of_class, (limit, offset))
        listed = [behind_out(one) for one in items]
        window = window_out(asking.period, unit.now)
        return CameOut(window=window, items=listed, total=total, as_of=unit.now)


def _shifted(asking: Question, which: str) -> tuple[Question, Days]:
    """The same question of an earlier window, and the days it is asked by."""
    kind, days = asking.period.kind, asking.days
    since = asking.period.since.astimezone(CST).date()
    to = period_before(kind, days, since) if which == "before" else year_before(kind, days)
    span = period(kind, to.day, last=to.last, from_day=asking.from_day, from_hour=asking.from_hour)
    return replace(asking, period=span, days=to), to


async def _figures(unit: Work, actor: Actor, asking: Question) -> dict[str, Figure]:
    asked = asking.asked(actor, asking.period.known(unit.now))
    counted = (await queries.counts(unit.connection, asked)).get(WHOLE, {})
    found = {one.name: figure(one, counted) for one in asking.metrics()}
    return found | {"": Figure("", None, counted.get(("report", "all"), 0.0), None)}


def _window(unit: Work, asking: Question, days: Days, found: dict[str, Figure]) -> ComparedWindowOut:
    return ComparedWindowOut(
        window=window_out(asking.period, unit.now), day=days.day.isoformat(),
        last=None if days.last is None else days.last.isoformat(), reported=int(found[""].denominator),
    )  # fmt: skip


def _counts(one: Figure) -> MetricCountsOut:
    return MetricCountsOut(numerator=one.numerator, denominator=one.denominator, value=one.value)


def _hours(found: Sequence[Came]) -> list[int]:
    counted = Counter[int]()
    for one in found:
        if one.hour is not None:
            counted[one.hour] += one.count
    return [counted[hour] for hour in range(HOURS)]


def _days(found: Sequence[Came]) -> list[DayCountOut]:
    days = sorted((one.day, one.count) for one in found if one.day is not None)
    return [DayCountOut(day=day.isoformat(), count=count) for day, count in days]


def _by_class(found: Sequence[Came]) -> Counter[str]:
    counted = Counter[str]()
    for one in found:
        if one.klass is not None:
            counted[one.klass] += one.count
    return counted


def _classes(found: Sequence[Came]) -> list[ClassShareOut]:
    counted = _by_class(found)
    total = counted.total()
    return [
        ClassShareOut(key=name, title=named(name), count=count, share=100 * count / total)
        for name, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]


def _areas(unit: Work, found: Sequence[Came]) -> list[AreaCourseOut]:
    listed = []
    for key in sorted({one.area for one in found if one.area is not None}):
        mine = [one for one in found if one.area == key]
        most = most_frequent(_by_class(mine))
        share = None
        if most is not None:
            share = ClassShareOut(key=most[0], title=named(most[0]), count=most[1], share=most[2])
        hours = _hours(mine)
        listed.append(
            AreaCourseOut(
                key=key,
                title=unit.centre.area_name(key),
                count=sum(hours),
                most=share,
                peak_hours=list(peak(hours)),
            )
        )
    return listed
