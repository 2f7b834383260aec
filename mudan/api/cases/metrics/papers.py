"""How do figures, and the cases behind one, leave as a table that says by itself how it came about? XLSX and CSV.

Above the table stand the window, until when it was judged, the version, and each metric's formula with its counts, so
that somebody else can reckon it again. No cell is a formula.
"""

import asyncio
import csv
import io
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request
from openpyxl import Workbook
from starlette.responses import Response

from mudan.api.cases.metrics import crews
from mudan.api.cases.metrics.asking import Asking, figures, keys_of, window_out
from mudan.api.cases.metrics.wire import (
    BehindOut,
    CaseFiguresOut,
    CaseWindowOut,
    MetricOut,
    ScoreOut,
    metric_out,
)
from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.wire import plain_cell, stamp
from mudan.core.cases.model.metrics.registry import VERSION
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.clock import CST
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("cases.read"))]
Kind = Literal["xlsx", "csv"]
Language = Literal["zh", "en"]
MOST_ROWS: Final = 20_000
_STEP: Final = 5_000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_Row = Sequence[object]


@router.get("/api/cases/metrics/figures.{form}", response_class=Response)
async def table(
    actor: Reader, request: Request, form: Kind, asking: Asking, lang: Language = "zh"
) -> Response:
    """The figures of every group as a table."""
    async with work(actor, request) as unit:
        found = await figures(unit, actor, asking)
        await audit(
            unit.connection, actor, "case.metrics.export", asking.group, {"window": asking.period.kind}
        )
    rows = [*head_rows(found.window, found.metrics, stamp(found.as_of), lang), [], *_figures(found, lang)]
    return await attached(rows, form, f"evaluation-{asking.group}-{file_day(found.window)}")


@router.get("/api/cases/metrics/cases.{form}", response_class=Response)
async def cases(
    actor: Reader,
    request: Request,
    form: Kind,
    asking: Asking,
    metric: Annotated[str, Query(max_length=64)],
    key: Annotated[str, Query(max_length=64)] = "",
    lang: Language = "zh",
) -> Response:
    """The cases behind a figure as a table, at most 20,000; it says when there are more."""
    found: list[BehindOut] = []
    async with work(actor, request) as unit:
        asked = asking.asked(actor, asking.period.known(unit.now))
        one, keys = asking.metric(metric), await keys_of(unit, asking, asked, key)
        total = 1
        while len(found) < min(total, MOST_ROWS):
            more, total = await crews.behind(unit, asking.types, asked, one, keys, (_STEP, len(found)))
            if not more:
                break
            found += more
        await audit(unit.connection, actor, "case.metrics.export", metric, {"key": key, "cases": len(found)})
        window = window_out(asking.period, unit.now)
    head = head_rows(window, [metric_out(one)], stamp(unit.now), lang)
    more_than = [[_WORDS["more"][lang], total]] if total > len(found) else []
    return await attached(
        [*head, *more_than, [], *case_rows(found, lang)], form, f"evaluation-{metric}-{file_day(window)}"
    )


_WORDS: Final[dict[str, dict[str, str]]] = {
    name: {"zh": zh, "en": en}
    for name, zh, en in (
        ("title", "案件评价（示例指标，未经标准文本核实）", "Evaluation of cases (example metrics, not verified)"),
        ("window", "统计窗口（东八区）", "window (UTC+8)"), ("known", "判定截至", "judged as known at"),
        ("made", "生成时间", "generated at"), ("version", "指标库版本", "version of the registry"),
        ("metric", "指标", "metric"), ("formula", "公式", "formula"), ("numerator", "分子", "numerator"),
        ("denominator", "分母", "denominator"), ("source", "依据", "source"), ("group", "分组", "group"),
        ("value", "数值", "value"), ("unit", "单位", "unit"), ("corrected", "更正后", "corrected"),
        ("number", "案件编号", "case number"), ("case", "标题", "title"), ("class", "类别", "class"),
        ("area", "区域", "area"), ("department", "部门", "department"), ("at", "计入时刻", "counted at"),
        ("due", "时限", "due"), ("done", "完成", "done"), ("counted", "计入分子", "in the numerator"),
        ("excluded", "剔除理由", "excluded because"), ("more", "仅列出部分，总数", "not all are listed, there are"),
        ("yes", "是", "yes"), ("no", "否", "no"), ("score", "体征得分（示例）", "vital sign (example)"),
        ("manual", "手动加减分", "manual points"), ("online", "网络理政得分（示例）", "online government (example)"),
    )
}  # fmt: skip


def head_rows(window: CaseWindowOut, metrics: Iterable[MetricOut], made: str, lang: Language) -> list[_Row]:
    """What stands above every table: window, version, formulas."""

    def say(name: str) -> str:
        return _WORDS[name][lang]

    def local(name: Literal["since", "until", "known_until"]) -> str:
        return f"{getattr(window, name).astimezone(CST):%Y-%m-%d %H:%M:%S}"

    rows: list[_Row] = [
        [say("title")],
        [say("window"), window.kind, local("since"), local("until")],
        [say("known"), local("known_until")],
        [say("made"), made],
        [say("version"), VERSION],
        [
            say(name)
            for name in ("metric", "formula", "numerator", "denominator", "unit", "version", "source")
        ],
    ]
    for one in metrics:
        words = [_in(text, lang) for text in (one.title, one.formula, one.numerator, one.denominator)]
        rows.append([*words, one.unit, one.version, one.source])
    return rows


def _figures(found: CaseFiguresOut, lang: Language) -> list[_Row]:
    names = (
        "group",
        "metric",
        "numerator",
        "denominator",
        "value",
        "unit",
        "corrected",
        "corrected",
        "corrected",
    )
    rows: list[_Row] = [[_WORDS[name][lang] for name in names]]
    metrics = {one.name: one for one in found.metrics}
    for group in [*found.groups, *([found.whole] if found.whole else [])]:
        title = _in(group.title, lang)
        for one in group.figures:
            left = one.corrected
            metric = metrics[one.metric]
            rows.append([
                title, _in(metric.title, lang), one.numerator, one.denominator, _short(one.value), metric.unit,
                *([left.numerator, left.denominator, _short(left.value)] if left else ["", "", ""]),
            ])  # fmt: skip
        if group.key:
            for name, score in (("score", group.score), ("online", group.online)):
                rows += [] if score is None else _score(title, name, score, lang)
    return rows


def _score(title: str, name: str, one: ScoreOut, lang: Language) -> list[_Row]:
    said = _WORDS[name][lang]
    parts: list[_Row] = [
        [title, f"{said} · {_in(part.title, lang)}", _short(part.value), "", _short(part.points)]
        for part in one.parts
    ]
    whole: _Row = [
        title, said, _short(one.points), one.of, _short(one.total), "", _WORDS["manual"][lang], one.manual, "",
    ]  # fmt: skip
    return [*parts, whole]


def case_rows(found: Sequence[BehindOut], lang: Language) -> list[_Row]:
    """The cases behind a figure, one a row."""
    names = ("number", "case", "class", "area", "department", "at", "due", "done", "counted", "excluded")
    rows: list[_Row] = [[_WORDS[name][lang] for name in names]]
    for one in found:
        moments = [None if at is None else stamp(at) for at in (one.at, one.due_at, one.done_at)]
        rows.append([
            one.number, one.title, f"{one.type}:{one.class_code}", one.area_code, one.department, *moments,
            _WORDS["yes" if one.counted else "no"][lang], one.excluded,
        ])  # fmt: skip
    return rows


def _in(text: Text, lang: Language) -> str:
    return text.zh if lang == "zh" else text.en


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def file_day(window: CaseWindowOut) -> str:
    """The county's day on which a window begins, for a file's name."""
    return f"{window.since.astimezone(CST):%Y%m%d}"


async def attached(rows: Sequence[_Row], kind: Kind, name: str) -> Response:
    """Rows as a file to be saved."""
    body = await asyncio.to_thread(csv_of if kind == "csv" else xlsx_of, rows)
    media = "text/csv; charset=utf-8" if kind == "csv" else _XLSX
    return Response(
        body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    )


def csv_of(rows: Iterable[_Row]) -> bytes:
    """A table as CSV with a byte order mark, for spreadsheets."""
    out = io.StringIO()
    csv.writer(out).writerows([plain_cell(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def xlsx_of(rows: Iterable[_Row]) -> bytes:
    """A table as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("evaluation")
    for row in rows:
        sheet.append([_legal(plain_cell(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _legal(cell: object) -> object:
    """A cell without the control characters that a workbook cannot hold."""
    return "".join(c for c in cell if c >= " " or c in "\t\n\r") if isinstance(cell, str) else cell
