"""Which evaluations were kept, and does reckoning one of them again give the same figures?"""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from mudan.api.cases.metrics.asking import WHOLE_TITLE, Question, question_of, titles_of, window_out, within
from mudan.api.cases.metrics.crews import OF_PEOPLE
from mudan.api.cases.metrics.wire import (
    DifferenceOut,
    EvaluationDetailOut,
    EvaluationIn,
    EvaluationOut,
    EvaluationsOut,
    EvaluationTodayOut,
    GoneOnOut,
    MetricCountsOut,
    WindowIn,
    correction_out,
    metric_out,
)
from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.core.cases import actions, queries
from mudan.core.cases.model.metrics.figures import figure
from mudan.core.cases.queries import Correction, Evaluation
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

router = APIRouter()
Keeper = Annotated[Actor, Depends(requires("cases.correct"))]
_ASKED = ("window", "day", "last", "from_day", "from_hour", "group", "type")
MOST_SHOWN: Final = 100
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
    if body.group in OF_PEOPLE:
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
        return await detail_of(unit, actor, made)


@router.get("/api/cases/metrics/evaluations/{evaluation_id}")
async def one(actor: Keeper, request: Request, evaluation_id: UUID) -> EvaluationDetailOut:
    """An evaluation as it was kept, reckoned again, and every figure that is not the same."""
    async with work(actor, request) as unit:
        return await detail_of(unit, actor, await queries.evaluation(unit.connection, evaluation_id))


@router.get("/api/cases/metrics/evaluations/{evaluation_id}/today")
async def today(actor: Keeper, request: Request, evaluation_id: UUID) -> EvaluationTodayOut:
    """The same window as it is known now: every figure that has become another, and what has happened since."""
    async with work(actor, request) as unit:
        made = await queries.evaluation(unit.connection, evaluation_id)
        asking, then = _asking(made), datetime.fromisoformat(made.asked["known_until"])
        until = asking.period.known(unit.now)
        now = await _reckoned(unit, actor, asking, until)
        changes = _differences(made.figures, now)
        moved, total = await queries.gone_on(unit.connection, asking.asked(actor, until), then, MOST_SHOWN)
        corrections = [
            one for one in await queries.corrections(unit.connection, unit.space)
            if max(one.made_at, one.withdrawn_at or one.made_at) >= made.made_at and _concerns(one, asking)
        ]  # fmt: skip
        figures = sum(len(of) for of in now.values())
        return EvaluationTodayOut(
            id=made.id, window=window_out(asking.period, unit.now), changes=changes,
            same=max(0, figures - len(changes)), gone_on_total=total, as_of=unit.now,
            gone_on=[
                GoneOnOut(case_id=one.case_id, number=one.number, title=one.title, at=one.at,
                          text=Text(one.text_zh, one.text_en))
                for one in moved
            ],
            corrections=[correction_out(one) for one in corrections],
        )  # fmt: skip


def _concerns(one: Correction, asking: Question) -> bool:
    return one.kind == "exclude" or (one.since, one.until) == (asking.period.since, asking.period.until)


def _asking(made: Evaluation) -> Question:
    body = WindowIn.model_validate({name: made.asked[name] for name in _ASKED})
    return within(question_of(body), made.asked["area"])


def _differences(then: _Figures, now: _Figures) -> list[DifferenceOut]:
    return [
        DifferenceOut(key=key, metric=metric, then=_counts(before), now=_counts(after))
        for key in sorted(then.keys() | now.keys())
        for metric in sorted(then.get(key, {}).keys() | now.get(key, {}).keys())
        for before, after in [(then.get(key, {}).get(metric), now.get(key, {}).get(metric))]
        if before != after
    ]


async def detail_of(unit: Work, actor: Actor, made: Evaluation) -> EvaluationDetailOut:
    """An evaluation as it was kept, with the words for it, reckoned again."""
    asking = _asking(made)
    again = await _reckoned(unit, actor, asking, datetime.fromisoformat(made.asked["known_until"]))
    different = _differences(made.figures, again)
    titled = await titles_of(unit, asking)
    return EvaluationDetailOut.model_validate(
        _out(made) | {
            "known_until": made.asked["known_until"], "figures": made.figures, "same": not different,
            "differences": different, "window": window_out(asking.period, unit.now),
            "metrics": [metric_out(one) for one in asking.metrics()],
            "titles": {key: titled(key) if key else WHOLE_TITLE for key in made.figures},
        }
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
