"""Who takes a case out of the figures or gives a group points, with which reason, and how is it withdrawn?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from mudan.api.cases.metrics.asking import question_of
from mudan.api.cases.metrics.wire import (
    CaseCorrectionOut,
    CaseCorrectionsOut,
    ExclusionIn,
    PointsIn,
    WithdrawalIn,
    correction_out,
)
from mudan.api.centre import work
from mudan.api.security import requires
from mudan.core.cases import actions, queries
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("cases.read"))]
Corrector = Annotated[Actor, Depends(requires("cases.correct"))]


@router.get("/api/cases/metrics/corrections")
async def corrections(actor: Reader, request: Request) -> CaseCorrectionsOut:
    """The newest corrections, withdrawn ones too."""
    async with work(actor, request) as unit:
        items = await queries.corrections(unit.connection, unit.space)
    return CaseCorrectionsOut(items=[correction_out(one) for one in items])


@router.post("/api/cases/metrics/exclusions", status_code=201)
async def exclude(actor: Corrector, request: Request, body: ExclusionIn) -> CaseCorrectionOut:
    """Take a case out of one metric or of all, with a reason; the raw figure stays beside the corrected one."""
    async with work(actor, request) as unit:
        out = actions.Exclusion(body.case_id, body.metric)
        made = await actions.exclude(unit.connection, body.id, out, body.reason, actor, unit.now)
        detail = {"metric": body.metric, "reason": body.reason}
        await audit(unit.connection, actor, "case.exclude", made.case_number or "", detail)
        unit.touched("cases", body.case_id)
        return correction_out(made)


@router.post("/api/cases/metrics/points", status_code=201)
async def give_points(actor: Corrector, request: Request, body: PointsIn) -> CaseCorrectionOut:
    """Give a group points or take some in the composite of a window, with a reason."""
    async with work(actor, request) as unit:
        given = actions.Points(question_of(body).period, body.group, body.key, body.points, body.composite)
        made = await actions.give_points(unit.connection, body.id, given, body.reason, actor, unit.now)
        detail = {
            "points": body.points,
            "composite": body.composite,
            "reason": body.reason,
            "window": body.window,
            "day": body.day,
        }
        await audit(unit.connection, actor, "case.points", f"{body.group}:{body.key}", detail)
        return correction_out(made)


@router.post("/api/cases/metrics/corrections/{correction_id}/withdraw")
async def withdraw(
    actor: Corrector, request: Request, correction_id: UUID, body: WithdrawalIn
) -> CaseCorrectionOut:
    """Withdraw a correction, with a reason; it stays to be seen."""
    async with work(actor, request) as unit:
        made = await actions.withdraw(unit.connection, correction_id, body.reason, actor, unit.now)
        await audit(unit.connection, actor, "case.correction.withdraw", str(made.id), {"reason": body.reason})
        return correction_out(made)
