"""Who is sent, when, and how long does an offer wait?"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from mudan.api.centre import work
from mudan.api.security import requires
from mudan.api.tasks.wire import AssignIn, PoliciesOut, PolicyIn, PolicyOut, TaskOut, task_out
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.tasks import actions, queries
from mudan.core.tasks.model import OFFER_POLICIES, OfferPolicy

router = APIRouter()
Assigner = Annotated[Actor, Depends(requires("tasks.assign"))]
Reader = Annotated[Actor, Depends(requires("tasks.read", "tasks.own"))]
Rules = Annotated[Actor, Depends(requires("plans.approve"))]


@router.post("/api/incidents/{incident_id}/tasks", status_code=201)
async def assign(actor: Assigner, request: Request, incident_id: UUID, body: AssignIn) -> TaskOut:
    """Send a unit: the order goes to its field page and its vehicle's terminal; or reserve it for later."""
    life = timedelta(seconds=body.expires_s) if body.expires_s is not None else None
    async with work(actor, request) as unit:
        task = await actions.assign(
            unit.connection, incident_id, body.unit_id, body.order, actor, unit.now, life=life,
            starts_at=body.starts_at, override=body.override,
        )  # fmt: skip
        detail = {"unit": task.unit_code, "override": body.override, "reason": body.reason}
        await audit(unit.connection, actor, "task.assign", str(task.id), detail)
        unit.changes.tasks.add(task.id)
        unit.incidents.add(incident_id)
        if task.command_id is not None:
            unit.changes.commands.add(task.command_id)
    return task_out(task)


@router.post("/api/tasks/{task_id}/send")
async def send(actor: Assigner, request: Request, task_id: UUID) -> TaskOut:
    """Send a reserved order before its time."""
    async with work(actor, request) as unit:
        task = await actions.send_now(unit.connection, task_id, actor, unit.now)
        await audit(unit.connection, actor, "task.send", str(task_id), {})
        unit.changes.tasks.add(task_id)
        unit.incidents.add(task.incident_id)
        if task.command_id is not None:
            unit.changes.commands.add(task.command_id)
    return task_out(task)


@router.get("/api/offer-policies")
async def policies(actor: Reader, request: Request) -> PoliciesOut:
    """How long offers wait, and whether the next unit is asked unasked."""
    async with work(actor, request) as unit:
        found = await queries.policies(unit.connection, actor.scope.space)
    return PoliciesOut(
        items=[
            PolicyOut(
                level=one.level, life_s=int(one.life.total_seconds()), auto_next=one.auto_next,
                shipped=one is OFFER_POLICIES[one.level],
            )
            for one in found.values()
        ]
    )  # fmt: skip


@router.put("/api/offer-policies")
async def set_policy(actor: Rules, request: Request, body: PolicyIn) -> PoliciesOut:
    """Set how offers of a level are dealt with."""
    async with work(actor, request) as unit:
        policy = OfferPolicy(body.level, timedelta(seconds=body.life_s), body.auto_next)
        await actions.set_policy(unit.connection, actor.scope.space, policy, actor, unit.now)
        await audit(unit.connection, actor, "offer_policy.set", str(body.level), body.model_dump())
    return await policies(actor, request)
