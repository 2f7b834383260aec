"""How are responses under a plan seen and decided over HTTP?"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from mudan.api.centre import Work, work
from mudan.api.responses.ground import WindAsked, closures_ahead, wind_of
from mudan.api.responses.shown import issues_of, plan_of, previewed, response_out, whole
from mudan.api.responses.wire import (
    ResponseDecideIn,
    ResponseDetailOut,
    ResponseLevelIn,
    ResponseListOut,
    ResponsePreviewOut,
    ResponseStartIn,
    ResponseWaiveIn,
)
from mudan.api.roads import router_of
from mudan.api.security import requires
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.people.queries import department_names
from mudan.core.plans import queries as plans
from mudan.core.plans.model.advice import additions
from mudan.core.responses import actions, queries
from mudan.core.responses.model import Response

__all__ = ["router"]

router = APIRouter(tags=["responses"])
Reader = Annotated[Actor, Depends(requires("responses.read"))]
Approver = Annotated[Actor, Depends(requires("responses.approve"))]
Writer = Annotated[Actor, Depends(requires("responses.write", "responses.approve"))]


async def _decided(
    unit: Work, actor: Actor, response: Response, action: str, detail: dict[str, Any]
) -> ResponseDetailOut:
    await audit(unit.connection, actor, f"response.{action}", f"response:{response.id}", detail)
    unit.touched("responses", response.id)
    for noun in ("directives", "notices", "warnings", "calls", "roads", "reports"):
        unit.touched(noun, response.id)
    if response.incident_id is not None:
        unit.incidents.add(response.incident_id)
    return await whole(unit, actor, response)


@router.get("/api/responses")
async def page(
    actor: Reader,
    request: Request,
    state: Annotated[str, Query(pattern="^(open|all)$")] = "open",
    incident: UUID | None = None,
) -> ResponseListOut:
    """Responses, the gravest that go on first; those to one incident when it is given."""
    async with work(actor, request) as unit:
        found = (
            await queries.of_incident(unit.connection, incident)
            if incident is not None
            else await queries.page(unit.connection, open_only=state == "open")
        )
        items = [
            response_out(one, (await plan_of(unit, one))[0], await issues_of(unit, one), unit)
            for one in found
        ]
    return ResponseListOut(items=items, as_of=unit.now)


@router.post("/api/responses", status_code=201)
async def start(actor: Approver, request: Request, body: ResponseStartIn) -> ResponseDetailOut:
    """Start a level of a plan by hand."""
    async with work(actor, request) as unit:
        response = await actions.start(
            unit.connection, actor, unit.now, body.slug, body.level, body.reason, body.incident_id,
            wind=wind_of(body.wind, actor.name, unit.now),
        )  # fmt: skip
        return await _decided(unit, actor, response, "start", {"plan": body.slug, "level": body.level})


@router.get("/api/responses/{response_id}")
async def detail(actor: Reader, request: Request, response_id: UUID) -> ResponseDetailOut:
    """One response, whole."""
    async with work(actor, request) as unit:
        return await whole(unit, actor, await queries.one(unit.connection, response_id))


@router.get("/api/responses/{response_id}/preview")
async def preview(
    actor: Reader,
    request: Request,
    response_id: UUID,
    level: Annotated[str, Query(max_length=48)],
    wind: Annotated[WindAsked, Depends()],
) -> ResponsePreviewOut:
    """Exactly what going to a level would issue, and which roads it would close with the water and wind of now."""
    async with work(actor, request) as unit:
        response = await queries.one(unit.connection, response_id)
        plan, _ = await plan_of(unit, response)
        names = await department_names(unit.connection)
        watch = await queries.watch_of(unit.connection, response)
        advice = watch.advice if watch is not None else response.inputs
        out = previewed(plan, response.level, level, names, advice)
        if out.items:
            place = await queries.place_of(unit.connection, response.incident_id)
            added = additions(plan, response.level, level).closures
            stated = wind.stated(actor.name, unit.now)
            out.closures = await closures_ahead(
                unit, router_of(request), added, response.area_code, place, stated
            )
    return out


@router.get("/api/plans/{slug}/preview")
async def plan_preview(
    actor: Reader,
    request: Request,
    slug: str,
    level: Annotated[str, Query(max_length=48)],
    wind: Annotated[WindAsked, Depends()],
    incident_id: UUID | None = None,
) -> ResponsePreviewOut:
    """Exactly what starting a level of a plan in force would issue, and which roads it would close."""
    async with work(actor, request) as unit:
        approved = await plans.approved_of(unit.connection, slug, actor.scope.space)
        names = await department_names(unit.connection)
        out = previewed(approved.plan, None, level, names)
        place = await queries.place_of(unit.connection, incident_id)
        added = additions(approved.plan, None, level).closures
        stated = wind.stated(actor.name, unit.now)
        out.closures = await closures_ahead(unit, router_of(request), added, actor.scope.area, place, stated)
    return out


@router.post("/api/responses/{response_id}/approve")
async def approve(
    actor: Approver, request: Request, response_id: UUID, body: ResponseDecideIn
) -> ResponseDetailOut:
    """Decide for what is proposed."""
    async with work(actor, request) as unit:
        response = await actions.approve(
            unit.connection, actor, unit.now, response_id, body.version, body.reason, despite=body.despite,
            wind=wind_of(body.wind, actor.name, unit.now),
        )  # fmt: skip
        said = {"level": response.level, "reason": body.reason, "despite": body.despite}
        return await _decided(unit, actor, response, "approve", said)


@router.post("/api/responses/{response_id}/reject")
async def reject(
    actor: Approver, request: Request, response_id: UUID, body: ResponseDecideIn
) -> ResponseDetailOut:
    """Decide against what is proposed."""
    async with work(actor, request) as unit:
        response = await actions.reject(
            unit.connection, actor, unit.now, response_id, body.version, body.reason
        )
        return await _decided(unit, actor, response, "reject", {"reason": body.reason})


@router.post("/api/responses/{response_id}/level")
async def change_level(
    actor: Approver, request: Request, response_id: UUID, body: ResponseLevelIn
) -> ResponseDetailOut:
    """Go to another level by hand."""
    async with work(actor, request) as unit:
        response = await actions.lower(
            unit.connection, actor, unit.now, response_id, body.level, body.version, body.reason,
            despite=body.despite, wind=wind_of(body.wind, actor.name, unit.now),
        )  # fmt: skip
        said = {"level": body.level, "reason": body.reason, "despite": body.despite}
        return await _decided(unit, actor, response, "level", said)


@router.post("/api/responses/{response_id}/end")
async def end(
    actor: Approver, request: Request, response_id: UUID, body: ResponseDecideIn
) -> ResponseDetailOut:
    """End the response."""
    async with work(actor, request) as unit:
        response = await actions.end(
            unit.connection, actor, unit.now, response_id, body.version, body.reason, despite=body.despite
        )
        return await _decided(unit, actor, response, "end", {"reason": body.reason, "despite": body.despite})


@router.post("/api/responses/{response_id}/issues/{issue_id}/waive")
async def waive(
    actor: Writer, request: Request, response_id: UUID, issue_id: UUID, body: ResponseWaiveIn
) -> ResponseDetailOut:
    """Leave something out, with the reason."""
    async with work(actor, request) as unit:
        response = await actions.waive(unit.connection, actor, unit.now, response_id, issue_id, body.reason)
        return await _decided(unit, actor, response, "waive", {"issue": str(issue_id), "reason": body.reason})
