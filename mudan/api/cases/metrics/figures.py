"""What do the figures of a window come to, group by group, and which cases stand behind one of them?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from mudan.api.cases.metrics import crews
from mudan.api.cases.metrics.asking import Asking, figures, keys_of, window_out
from mudan.api.cases.metrics.wire import BehindsOut, CaseFiguresOut, MetricOut, metric_out
from mudan.api.centre import work
from mudan.api.security import requires
from mudan.core.cases.model.known import known_types
from mudan.core.cases.model.metrics.registry import VERSION, metrics_over
from mudan.core.people.model import Actor

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("cases.read"))]


class MetricsOut(BaseModel):
    """Every metric that the centre knows. None was held against a standard's text: all are examples (示例)."""

    version: int
    example: bool
    items: list[MetricOut]


@router.get("/api/cases/metrics")
async def registry(_actor: Reader) -> MetricsOut:
    """Every metric with its formula, counts, version and source."""
    items = [metric_out(one) for one in metrics_over(known_types())]
    return MetricsOut(version=VERSION, example=True, items=items)


@router.get("/api/cases/metrics/figures")
async def of_groups(actor: Reader, request: Request, asking: Asking) -> CaseFiguresOut:
    """The figures of every group in a window: both counts, the rate, and what corrections leave of it."""
    async with work(actor, request) as unit:
        return await figures(unit, actor, asking)


@router.get("/api/cases/metrics/cases")
async def behind(
    actor: Reader,
    request: Request,
    asking: Asking,
    metric: Annotated[str, Query(max_length=64)],
    key: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> BehindsOut:
    """The cases behind a metric of a group (empty key: of all): the denominator's, the numerator's marked."""
    async with work(actor, request) as unit:
        asked = asking.asked(actor, asking.period.known(unit.now))
        one, keys = asking.metric(metric), await keys_of(unit, asking, asked, key)
        items, total = await crews.behind(unit, asking.types, asked, one, keys, (limit, offset))
        return BehindsOut(
            metric=metric_out(one), window=window_out(asking.period, unit.now),
            items=items, total=total, as_of=unit.now,
        )  # fmt: skip
