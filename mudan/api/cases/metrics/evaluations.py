"""Which evaluations were kept, and does reckoning one of them again give the same figures?"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from mudan.api.cases.metrics.asking import Question, question_of, within
from mudan.api.cases.metrics.wire import (
    DifferenceOut,
    EvaluationDetailOut,
    EvaluationIn,
    EvaluationOut,
    EvaluationsOut,
    MetricCountsOut,
    WindowIn,
)
from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.core.cases import actions, queries
from mudan.core.cases.model.metrics.figures import figure
from mudan.core.cases.queries import Evaluation
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid

router = APIRouter()
Keeper = Annotated[Actor, Depends(requires("cases.correct"))]
_ASKED = ("window", "day", "last", "from_day", "from_hour", "group", "type")
_Figures = dict[str, dict[str, dict[str, float | None]]]


@router.get("/api/cases/metrics/evaluations")
async def kept(actor: Keeper, request: Request) -> EvaluationsOut:
    """The newest evaluations that were kept."""
    async with work(actor, request) as unit:
        items = await queries.evaluations(unit.connection, unit.space)
    return EvaluationsOut(items=[EvaluationOut.model_validate(_out(one)) for one in items])


@router.post("/api/cases/metrics/evaluations", status_code=201)
async def keep(actor: Keeper, request: Request, body: EvaluationIn) -> EvaluationDetailOut:
    """Keep the raw figures of a window as they are known now, to be reproduced later."""
    if body.group in ("post", "collectors"):
        raise Invalid("groups of people are not kept", field="group")
    async with work(actor, request) as unit:
        asking = within(question_of(body), actor.scope.area)
        until = asking.period.known(unit.now)
        asked: dict[str, Any] = {name: getattr(body, name) for name in _ASKED}
        asked |= {"area": actor.scope.area, "known_until": until.isoformat()}
        figures = await _reckoned(unit, actor, asking, until)
        made = await actions.keep_evaluation(
            unit.connection, body.id, asked, figures, body.note, actor, unit.now
        )
        await audit(unit.connection, actor, "case.evaluation", str(made.id), asked)
        return await _detail(unit, actor, made)


@router.get("/api/cases/metrics/evaluations/{evaluation_id}")
async def one(actor: Keeper, request: Request, evaluation_id: UUID) -> EvaluationDetailOut:
    """An evaluation as it was kept, reckoned again, and every figure that is not the same."""
    async with work(actor, request) as unit:
        return await _detail(unit, actor, await queries.evaluation(unit.connection, evaluation_id))


async def _detail(unit: Work, actor: Actor, made: Evaluation) -> EvaluationDetailOut:
    asked = made.asked
    body = WindowIn.model_validate({name: asked[name] for name in _ASKED})
    asking = within(question_of(body), asked["area"])
    until = datetime.fromisoformat(asked["known_until"])
    again = await _reckoned(unit, actor, asking, until)
    different = [
        DifferenceOut(key=key, metric=metric, then=_counts(then), now=_counts(now))
        for key in sorted(made.figures.keys() | again.keys())
        for metric in sorted(made.figures.get(key, {}).keys() | again.get(key, {}).keys())
        for then, now in [(made.figures.get(key, {}).get(metric), again.get(key, {}).get(metric))]
        if then != now
    ]
    return EvaluationDetailOut.model_validate(
        _out(made) | {"known_until": asked["known_until"], "figures": made.figures, "same": not different,
                      "differences": different}
    )  # fmt: skip


async def _reckoned(unit: Work, actor: Actor, asking: Question, until: datetime) -> _Figures:
    counted = await queries.counts(unit.connection, asking.asked(actor, until))
    metrics = asking.metrics()
    return {key: {one.name: _rounded(one, counts) for one in metrics} for key, counts in counted.items()}


def _rounded(metric: Any, counts: Any) -> dict[str, float | None]:
    one = figure(metric, counts)
    value = None if one.value is None else round(one.value, 6)
    return {"numerator": one.numerator, "denominator": one.denominator, "value": value}


def _counts(given: dict[str, Any] | None) -> MetricCountsOut | None:
    return None if given is None else MetricCountsOut(**given)


def _out(made: Evaluation) -> dict[str, Any]:
    return {
        "id": made.id, "asked": made.asked, "version": made.version, "note": made.note, "made_at": made.made_at,
        "made_by": made.made_by,
    }  # fmt: skip
