"""Can the people at a desk cope with its alarms? Figures beside their targets, and the worst actors."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from mudan.api.centre import Centre, Work, work
from mudan.api.security import requires
from mudan.api.wire import Instant
from mudan.core.alarms import queries
from mudan.core.alarms.model.figures import Counted, Desk, Figure, judged
from mudan.core.alarms.queries.performance import Actor as WorstActor
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("alarms.read"))]
LONGEST = timedelta(days=92)
_ROLES = {
    "dispatcher": Text("值守席", "Operator desk"),
    "duty_officer": Text("值班长席", "Shift lead's desk"),
}


class DeskOut(BaseModel):
    """An operator position: a role in an area."""

    id: str
    title: Text
    area_code: str


class FigureOut(BaseModel):
    """One figure beside its target. `good` null: nothing to judge by. `example`: the target is one (示例)."""

    name: str
    title: Text
    value: float | None
    unit: str
    target: str
    good: bool | None
    example: bool


class WorstOut(BaseModel):
    """A rule on a device that calls more than its share."""

    rule: str
    platform: str
    title: Text
    urn: str
    name: Text
    level: int
    calls: int
    share: float
    chattering: bool
    fleeting: int
    false: int


class PerformanceOut(BaseModel):
    """The figures of a desk; `buckets` are the calls of each ten minutes, without the empty ones."""

    desk: DeskOut
    desks: list[DeskOut]
    start: Instant
    end: Instant
    intervals: int
    calls: int
    figures: list[FigureOut]
    buckets: list[tuple[int, int]]
    worst: list[WorstOut]
    as_of: Instant


def _desk_out(desk: Desk, centre: Centre) -> DeskOut:
    area, role = centre.area_name(desk.area_code), _ROLES[desk.role]
    title = Text(f"{area.zh} {role.zh}", f"{role.en}, {area.en}")
    return DeskOut(id=f"{desk.role}@{desk.area_code}", title=title, area_code=desk.area_code)


def _figure_out(figure: Figure) -> FigureOut:
    return FigureOut(**{name: getattr(figure, name) for name in FigureOut.model_fields})


def _worst_out(one: WorstActor) -> WorstOut:
    return WorstOut(
        rule=one.rule, platform=one.platform, title=one.title, urn=one.entity_urn, name=one.entity_name,
        level=one.level, calls=one.calls, share=one.share, chattering=one.chattering, fleeting=one.fleeting,
        false=one.false,
    )  # fmt: skip


async def _asked(
    unit: Work, desk: str | None, start: datetime | None, end: datetime | None
) -> tuple[Desk, list[Desk], Counted]:
    known = await queries.desks(unit.connection)
    named = {f"{one.role}@{one.area_code}": one for one in known}
    if not known or (desk is not None and desk not in named):
        raise NotFound("there is no such desk")
    last = (end or unit.now).astimezone(UTC)
    first = (start or last - timedelta(days=30)).astimezone(UTC)
    if not timedelta(0) < last - first <= LONGEST:
        raise Invalid("a time of 92 days at most", field="start")
    wanted = named[desk] if desk is not None else known[0]
    return wanted, known, await queries.figures(unit.connection, wanted, first, last)


@router.get("/api/alarms/performance")
async def performance(
    actor: Reader,
    request: Request,
    desk: Annotated[str | None, Query(max_length=60)] = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> PerformanceOut:
    """The figures of a desk, of the last 30 days unless said otherwise. Never of a person."""
    async with work(actor, request) as unit:
        wanted, known, counted = await _asked(unit, desk, start, end)
        worst = await queries.worst_actors(unit.connection, wanted, counted.start, counted.end)
    width = int(counted.bucket.total_seconds())
    return PerformanceOut(
        desk=_desk_out(wanted, unit.centre), desks=[_desk_out(one, unit.centre) for one in known],
        start=counted.start, end=counted.end, intervals=counted.intervals, calls=sum(counted.buckets.values()),
        figures=[_figure_out(one) for one in judged(counted)],
        buckets=[(slot * width * 1000, n) for slot, n in sorted(counted.buckets.items())],
        worst=[_worst_out(one) for one in worst], as_of=unit.now,
    )  # fmt: skip


@router.get("/api/alarms/performance.csv")
async def performance_csv(
    actor: Reader,
    request: Request,
    desk: Annotated[str | None, Query(max_length=60)] = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Response:
    """The same figures as a table, with the calls of every ten minutes, the empty ones too."""
    async with work(actor, request) as unit:
        wanted, _, counted = await _asked(unit, desk, start, end)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["席位 desk", f"{wanted.role}@{wanted.area_code}"])
    rows.writerow(["起止 from–to (UTC)", counted.start.isoformat(), counted.end.isoformat()])
    rows.writerow(["指标 figure", "数值 value", "单位 unit", "目标 target", "达标 good"])
    for one in judged(counted):
        value = "" if one.value is None else f"{one.value:.4g}"
        good = "" if one.good is None else ("是 yes" if one.good else "否 no")
        rows.writerow([f"{one.title.zh} {one.title.en}", value, one.unit, one.target, good])
    rows.writerow([])
    rows.writerow(["10 分钟起点 interval from (UTC)", "告警数 alarms"])
    width = counted.bucket.total_seconds()
    first = int(counted.start.timestamp() // width)
    for slot in range(first, first + counted.intervals):
        began = datetime.fromtimestamp(slot * width, UTC)
        rows.writerow([began.isoformat(timespec="minutes"), counted.buckets.get(slot, 0)])
    headers = {"content-disposition": 'attachment; filename="alarm-performance.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
