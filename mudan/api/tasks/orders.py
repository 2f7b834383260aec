"""Who is sent, when, and how long does an offer wait?"""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from mudan.api.centre import Work, work
from mudan.api.roads import router_of
from mudan.api.security import requires
from mudan.api.tasks.wire import AssignIn, PoliciesOut, PolicyIn, PolicyOut, TaskOut, task_out
from mudan.core.dispatch import actions as dispatch
from mudan.core.incidents import queries as incidents
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.tasks import actions, queries
from mudan.core.tasks.model import OFFER_POLICIES, OfferPolicy, Task
from mudan.storage.pool import centre_within

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
        await note_decision(unit, request, task, actor, body.reason)
        detail = {"unit": task.unit_code, "override": body.override, "reason": body.reason}
        await audit(unit.connection, actor, "task.assign", str(task.id), detail)
        unit.changes.tasks.add(task.id)
        unit.incidents.add(incident_id)
        if task.command_id is not None:
            unit.changes.commands.add(task.command_id)
    return task_out(task)


async def note_decision(unit: Work, request: Request, task: Task, actor: Actor, reason: str) -> None:
    """Keep who could have come instead, as it stood: the unit itself is ranked as it was before the order."""
    incident = await incidents.one(unit.connection, task.incident_id)
    roads = router_of(request) if "roads" in unit.deps.nouns else None
    async with centre_within(unit.connection):
        before = {task.unit_id: task.id}
        ranked = await dispatch.ranking(
            unit.connection, roads, incident, dispatch.need_of(incident), unit.now, without=before
        )
        await dispatch.note_decision(
            unit.connection,
            roads,
            incident,
            ranked,
            task.id,
            task.unit_id,
            actor.name,
            unit.now,
            reason=reason,
        )


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
