"""How do a kept evaluation, and how the cases of a window came in, leave as tables? XLSX and CSV."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from mudan.api.cases.metrics.asking import Asking, window_out
from mudan.api.cases.metrics.course import CaseCourseOut, ClassShareOut, course_of
from mudan.api.cases.metrics.evaluations import detail_of
from mudan.api.cases.metrics.papers import MOST_ROWS, Kind, Language, attached, case_rows, file_day, head_rows
from mudan.api.cases.metrics.wire import EvaluationDetailOut, behind_out
from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.wire import stamp
from mudan.core.cases import queries
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("cases.read"))]
Keeper = Annotated[Actor, Depends(requires("cases.correct"))]
_Rows = list[list[object]]
_WORDS: Final[dict[str, Text]] = {
    "hour": Text("时段（时）", "hour of the day"), "day": Text("日期", "day"), "class": Text("类别", "class"),
    "area": Text("区域", "area"), "count": Text("件数", "cases"), "share": Text("占比 %", "share %"),
    "most": Text("高发类别", "most frequent class"), "peak": Text("高发时段", "peak hours"),
    "metric": Text("指标", "metric"), "now": Text("本期", "this window"),
    "before": Text("上期（环比）", "window before"),
    "year": Text("去年同期（同比）", "a year before"), "group": Text("分组", "group"),
    "numerator": Text("分子", "numerator"), "denominator": Text("分母", "denominator"), "value": Text("数值", "value"),
    "kept": Text("留存人", "kept by"), "kept_at": Text("留存时间", "kept at"), "note": Text("说明", "note"),
    "kept_version": Text("留存时的指标库版本", "version of the registry then"),
    "same": Text("按当时所知重算一致", "reckoning again gives the same"), "yes": Text("是", "yes"),
    "no": Text("否", "no"),
}  # fmt: skip


@router.get("/api/cases/metrics/course.{form}", response_class=Response)
async def course_table(
    actor: Reader, request: Request, form: Kind, asking: Asking, lang: Language = "zh"
) -> Response:
    """How the cases of a window came in, as a table."""
    async with work(actor, request) as unit:
        found = await course_of(unit, actor, asking)
        await audit(unit.connection, actor, "case.metrics.export", "course", {"window": asking.period.kind})
    head = head_rows(found.window, [one.metric for one in found.compared], stamp(found.as_of), lang)
    return await attached([*head, [], *_course(found, lang)], form, f"course-{file_day(found.window)}")


@router.get("/api/cases/metrics/course/cases.{form}", response_class=Response)
async def course_cases(
    actor: Reader,
    request: Request,
    form: Kind,
    asking: Asking,
    hour: Annotated[int | None, Query(ge=0, le=23)] = None,
    of_class: Annotated[str | None, Query(alias="class", max_length=80)] = None,
    lang: Language = "zh",
) -> Response:
    """The cases reported in an hour of the day, of a class, or of both, as a table of at most 20,000."""
    async with work(actor, request) as unit:
        asked = asking.asked(actor, asking.period.known(unit.now))
        items, total = await queries.came_behind(unit.connection, asked, hour, of_class, (MOST_ROWS, 0))
        detail = {"hour": hour, "class": of_class, "cases": len(items)}
        await audit(unit.connection, actor, "case.metrics.export", "course", detail)
        window = window_out(asking.period, unit.now)
        head = head_rows(window, [], stamp(unit.now), lang)
    count: _Rows = [[_say("count", lang), total]]
    rows = [*head, *count, [], *case_rows([behind_out(one) for one in items], lang)]
    return await attached(rows, form, f"course-cases-{file_day(window)}")


@router.get("/api/cases/metrics/evaluations/{evaluation_id}/table.{form}", response_class=Response)
async def kept_table(
    actor: Keeper, request: Request, evaluation_id: UUID, form: Kind, lang: Language = "zh"
) -> Response:
    """An evaluation as it was kept, as a table that names who kept it, when and why."""
    async with work(actor, request) as unit:
        made = await detail_of(unit, actor, await queries.evaluation(unit.connection, evaluation_id))
        await audit(unit.connection, actor, "case.metrics.export", "evaluation", {"id": str(evaluation_id)})
        head = head_rows(made.window, made.metrics, stamp(unit.now), lang)
    return await attached([*head, [], *_kept(made, lang)], form, f"kept-{file_day(made.window)}")


def _say(name: str, lang: Language) -> str:
    return _in(_WORDS[name], lang)


def _in(text: Text, lang: Language) -> str:
    return text.zh if lang == "zh" else text.en


def _course(found: CaseCourseOut, lang: Language) -> _Rows:
    def head(*names: str) -> list[object]:
        return [_say(name, lang) for name in names]

    def share(one: ClassShareOut | None) -> list[object]:
        return ["", "", ""] if one is None else [_in(one.title, lang), one.count, round(one.share, 2)]

    rows: _Rows = [head("hour", "count")]
    rows += [[hour, count] for hour, count in enumerate(found.hours)]
    rows += [[]]
    rows += [head("day", "count"), *([one.day, one.count] for one in found.days), []]
    rows += [head("class", "count", "share"), *(share(one) for one in found.classes), []]
    rows += [head("area", "count", "most", "count", "share", "peak")]
    rows += [
        [_in(one.title, lang), one.count, *share(one.most), " ".join(map(str, one.peak_hours))]
        for one in found.areas
    ]
    rows += [[], head("metric", "now", "before", "year")]
    rows += [
        [_in(one.metric.title, lang), one.now.value, one.before.value, one.year.value]
        for one in found.compared
    ]
    return rows


def _kept(made: EvaluationDetailOut, lang: Language) -> _Rows:
    titles = {one.name: one.title for one in made.metrics}
    rows: _Rows = [
        [_say("kept", lang), made.made_by], [_say("kept_at", lang), stamp(made.made_at)],
        [_say("note", lang), made.note],
        [_say("kept_version", lang), made.version], [_say("same", lang), _say("yes" if made.same else "no", lang)], [],
        [_say(name, lang) for name in ("group", "metric", "numerator", "denominator", "value")],
    ]  # fmt: skip
    for key, figures in made.figures.items():
        group = _in(made.titles.get(key, Text(key, key)), lang)
        for name, one in figures.items():
            metric = _in(titles.get(name, Text(name, name)), lang)
            rows.append([group, metric, one.numerator, one.denominator, one.value])
    return rows
