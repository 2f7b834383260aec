"""What is asked, of whom, and what do the figures come to, with corrections beside them and no group too small?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Query

from mudan.api.cases.metrics.crews import OF_PEOPLE, crews_of, merged, reckoned
from mudan.api.cases.metrics.scores import Given, composites
from mudan.api.cases.metrics.wire import (
    CaseFigureGroupOut,
    CaseFigureOut,
    CaseFiguresOut,
    CaseWindowOut,
    Grouping,
    MetricCountsOut,
    WindowIn,
    WindowKind,
    correction_out,
    metric_out,
)
from mudan.api.centre import Work
from mudan.core.cases import queries
from mudan.core.cases.model.known import known_types, type_named
from mudan.core.cases.model.metrics.counts import COUNTS, TIMED
from mudan.core.cases.model.metrics.course import Days
from mudan.core.cases.model.metrics.figures import Counted, Figure, figure, without
from mudan.core.cases.model.metrics.groups import LEAST_PEOPLE, TOGETHER, folded
from mudan.core.cases.model.metrics.periods import FROM_DAY, FROM_HOUR, Period, period
from mudan.core.cases.model.metrics.registry import VERSION, metrics_over
from mudan.core.cases.model.types import CaseType, Metric
from mudan.core.cases.queries import WHOLE, Asked
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.text import Text

_POSTS: Final = {
    "accept": Text("受理员", "intake"), "open": Text("立案（值班长）", "opening (shift chief)"),
    "dispatch": Text("派遣员", "dispatch"), "verify": Text("核实", "verification"), "handle": Text("处置", "handling"),
    "check": Text("核查", "checking"), "call_back": Text("回访", "call-back"),
    "decide": Text("审批督办（值班长、领导）", "decisions (shift chief, leader)"),
}  # fmt: skip
WHOLE_TITLE: Final = Text("合计", "all together")
_TOGETHER: Final = Text("其余（不足三人的合并）", "the others (too few people each)")


@dataclass(frozen=True, slots=True)
class Question:
    """A window, a grouping and of which cases, as they were asked."""

    period: Period
    group: Grouping
    types: tuple[CaseType, ...]
    only: str | None
    area: str | None
    department: str | None
    days: Days
    from_day: int = FROM_DAY
    from_hour: int = FROM_HOUR

    def asked(self, actor: Actor, known_until: datetime) -> Asked:
        """What the database is asked."""
        types = None if self.only is None else (self.only,)
        area = self.area or actor.scope.area
        depth = min(12, len(area) + 3)
        only = self.area if self.area != actor.scope.area else None  # the wall says the same
        since, group = self.period.since, self.group
        return Asked(actor.scope.space, since, known_until, group, depth, types, only, self.department)

    def metrics(self) -> tuple[Metric, ...]:
        """The metrics that such a grouping can be asked for."""
        return tuple(one for one in metrics_over(self.types) if self.group in one.groups)

    def metric(self, name: str) -> Metric:
        """One of them (raises NotFound)."""
        found = next((one for one in self.metrics() if one.name == name), None)
        if found is None:
            raise NotFound("there is no such metric")
        return found


def question(
    window: WindowKind = "month",
    day: date | None = None,
    last: date | None = None,
    from_day: Annotated[int, Query(ge=1, le=28)] = 19,
    from_hour: Annotated[int, Query(ge=0, le=23)] = 12,
    group: Grouping = "area",
    of_type: Annotated[str | None, Query(alias="type", max_length=64)] = None,
    area: Annotated[str | None, Query(max_length=32)] = None,
    department: Annotated[str | None, Query(max_length=64)] = None,
) -> Question:
    """The question of a request; raises Invalid, NotFound."""
    if day is None:
        raise Invalid("say which day the window holds", field="day")
    span = period(window, day, last=last, from_day=from_day, from_hour=from_hour)
    types = known_types() if of_type is None else (type_named(of_type),)
    return Question(
        span, group, types, of_type, area or None, department or None, Days(day, last), from_day, from_hour
    )


Asking = Annotated[Question, Depends(question)]


def question_of(body: WindowIn) -> Question:
    """The question of a body."""
    day, last = _day(body.day, "day"), None if body.last is None else _day(body.last, "last")
    return question(body.window, day, last, body.from_day, body.from_hour, body.group, body.type, None, None)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("there is no such day", field=field) from None


def window_out(span: Period, now: datetime) -> CaseWindowOut:
    """A window and up to when its cases are judged."""
    return CaseWindowOut.model_validate(
        {"kind": span.kind, "since": span.since, "until": span.until, "known_until": span.known(now),
         "over": span.until <= now}
    )  # fmt: skip


async def figures(unit: Work, actor: Actor, asking: Question) -> CaseFiguresOut:
    """The figures of every group, raw and corrected."""
    asked = asking.asked(actor, asking.period.known(unit.now))
    metrics, connection = asking.metrics(), unit.connection
    counted = await queries.counts(connection, asked)
    out: dict[str, Mapping[str, Counted]] = {**await queries.excluded(connection, asked)}
    whole = counted.pop(WHOLE, {})
    if asking.group in OF_PEOPLE:
        more = await reckoned(unit, asking.types, metrics, asked)
        counted, whole = merged(counted, more.counted), whole | _summed([*more.counted.values(), {}])
        for name, of in more.out.items():
            out[name] = merged(out.get(name, {}), of | {WHOLE: _summed([*of.values(), {}])})
    shown: Mapping[str, str | None] = {key: key for key in counted}
    sizes: dict[str, int] = {}
    if asking.group in OF_PEOPLE:
        shown, sizes = await _shown(unit, asking, asked)
    given = await queries.points_given(connection, unit.space, asked.since, asking.period.until, asking.group)
    titles = await titles_of(unit, asking)
    facts = await queries.area_facts(connection, unit.space)
    groups = []
    for key in sorted(
        {one for one in shown.values() if one is not None}, key=lambda key: (key == TOGETHER, key)
    ):
        mine = [one for one, under in shown.items() if under == key]
        counts = _summed([counted.get(one, {}) for one in mine])
        excluded = {metric: _summed([of.get(one, {}) for one in mine]) for metric, of in out.items()}
        mine_given = Given([one for one in given if one.key == key], facts.areas.get(key))
        groups.append(_group(asking, key, titles(key), metrics, counts, excluded, mine_given, sizes.get(key)))
    all_out = {metric: of.get(WHOLE, {}) for metric, of in out.items()}
    withheld = sum(1 for under in shown.values() if under is None)
    return CaseFiguresOut(
        window=window_out(asking.period, unit.now), group=asking.group, version=VERSION,
        metrics=[metric_out(one) for one in metrics],
        whole=None if withheld else _group(asking, WHOLE, WHOLE_TITLE, metrics, whole, all_out, None, None),
        groups=groups, withheld=withheld, least_people=LEAST_PEOPLE, example=True,
        points=[correction_out(one) for one in given], as_of=unit.now,
    )  # fmt: skip


async def _shown(
    unit: Work, asking: Question, asked: Asked
) -> tuple[Mapping[str, str | None], dict[str, int]]:
    crews = await crews_of(unit, asking.types, asked)
    shown = folded(crews)
    sizes: dict[str, int] = {}
    for key in {one for one in shown.values() if one is not None}:
        sizes[key] = len(frozenset().union(*(one.people for one in crews if shown[one.key] == key)))
    return shown, sizes


async def keys_of(unit: Work, asking: Question, asked: Asked, key: str) -> list[str] | None:
    """The groups under a key that is shown (None: all); raises NotFound for one that is not shown by itself."""
    if asking.group not in OF_PEOPLE:
        return None if key == WHOLE else [key]
    shown, _ = await _shown(unit, asking, asked)
    if key == WHOLE and None not in shown.values():
        return None
    found = [one for one, under in shown.items() if under == key]
    if not found:
        raise NotFound("there is no such group")
    return found


def _summed(parts: Sequence[Counted]) -> dict[tuple[str, str], float]:
    if len(parts) == 1:
        return dict(parts[0])
    found: dict[tuple[str, str], float] = {}
    for part in parts:
        for name, value in part.items():
            if name[1] not in TIMED:
                found[name] = found.get(name, 0.0) + value
    return found


def _group(
    asking: Question,
    key: str,
    title: Text,
    metrics: Sequence[Metric],
    counted: Counted,
    excluded: Mapping[str, Counted],
    given: Given | None,
    size: int | None,
) -> CaseFigureGroupOut:
    raw = {one.name: figure(one, counted) for one in metrics if _fits(asking, key, one)}
    left = raw
    if any(excluded.values()):
        left = {
            one.name: figure(one, without(counted, _summed([excluded.get("", {}), excluded.get(one.name, {})])))
            for one in metrics if one.name in raw
        }  # fmt: skip
    shown = [
        CaseFigureOut(
            metric=name, **_plain(one), corrected=_counts(left[name]) if left[name] != one else None
        )
        for name, one in raw.items()
    ]
    vital, online = (None, None) if given is None else composites(asking.group, raw, left, given, metrics)
    return CaseFigureGroupOut(key=key, title=title, figures=shown, score=vital, online=online, people=size)


def _fits(asking: Question, key: str, metric: Metric) -> bool:
    if asking.group != "post" or key not in _POSTS:
        return True
    return COUNTS[metric.denominator].kind in (key, "step")


def _plain(one: Figure) -> dict[str, Any]:
    return {"numerator": one.numerator, "denominator": one.denominator, "value": one.value}


def _counts(one: Figure) -> MetricCountsOut:
    return MetricCountsOut(**_plain(one))


async def titles_of(unit: Work, asking: Question) -> Any:
    """What a group is called, by its key."""
    departments = await people.department_names(unit.connection) if asking.group == "department" else {}

    def titled(key: str) -> Text:
        if key == TOGETHER:
            return _TOGETHER
        if asking.group in ("area", "collectors"):
            return unit.centre.area_name(key)
        if asking.group == "post":
            return _POSTS.get(key, Text(key, key))
        if asking.group == "department":
            return departments.get(key, Text(key, key))
        return named(key)

    return titled


def named(key: str) -> Text:
    """What a case type, or a class of one (`type:code`), is called."""
    name, _, code = key.partition(":")
    case_type = next((one for one in known_types() if one.name == name), None)
    if case_type is None:
        return Text(key, key)
    class_ = case_type.class_of(code) if code else None
    if class_ is None:
        return case_type.title
    return Text(f"{code} {class_.title.zh}", f"{code} {class_.title.en}")


def within(asking: Question, area: str) -> Question:
    """The same of an area."""
    return replace(asking, area=area)
