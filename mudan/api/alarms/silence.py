"""What is out of service, who asked, who approved, and when does it come back?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.alarms import actions, queries
from mudan.core.alarms.queries import Outage
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("alarms.read"))]
Asker = Annotated[Actor, Depends(requires("alarms.acknowledge"))]
Maintainer = Annotated[Actor, Depends(requires("alarms.maintain"))]


class OutageOut(BaseModel):
    """A rule on a device that is, was, or is to be out of service."""

    id: UUID
    urn: str
    name: Text
    rule: str
    reason: str
    work_order: str
    until: Instant
    state: str
    asked_at: Instant
    asked_by: str
    decided_at: Instant | None
    decided_by: str | None
    decided_note: str
    returned_at: Instant | None
    returned_by: str | None
    test_result: str
    version: int


class OutagesOut(BaseModel):
    """Outages, the newest first."""

    items: list[OutageOut]


class OutageIn(Body):
    """Which alarm's rule is to be silent on its device, why, under which work order, for how long."""

    alarm: UUID
    reason: str = Field(min_length=1, max_length=500)
    work_order: str = Field(min_length=1, max_length=100)
    hours: float = Field(gt=0, le=720)


class OutageDecisionIn(Body):
    """Approve or refuse; a refusal says why."""

    approve: bool
    note: str = Field(default="", max_length=500)
    version: int


class OutageReturnIn(Body):
    """What the test before the return to service has shown."""

    test_result: str = Field(min_length=1, max_length=1000)
    version: int


def outage_out(outage: Outage) -> OutageOut:
    """An outage as it goes over the wire."""
    known = {name: getattr(outage, name) for name in OutageOut.model_fields}
    return OutageOut(**known)


def _touched(unit: Work, outage: Outage, *alarms: UUID) -> None:
    unit.touched("alarms", outage.id)
    unit.changes.alarms |= set(alarms)


@router.get("/api/alarms/outages")
async def outages(
    actor: Reader, request: Request, ended: Annotated[bool, Query(description="ended ones, too")] = False
) -> OutagesOut:
    """What is asked or out of service."""
    async with work(actor, request) as unit:
        found = await queries.outages(unit.connection, ended=ended)
    return OutagesOut(items=[outage_out(one) for one in found])


@router.post("/api/alarms/outages", status_code=201)
async def ask(actor: Asker, request: Request, body: OutageIn) -> OutageOut:
    """Ask to take a rule on a device out of service; somebody else approves it."""
    async with work(actor, request) as unit:
        outage = await actions.ask_outage(
            unit.connection, body.alarm, actor, unit.now, reason=body.reason, work_order=body.work_order,
            hours=body.hours,
        )  # fmt: skip
        detail = {"rule": outage.rule, "urn": outage.urn, "work_order": body.work_order}
        await audit(unit.connection, actor, "alarm.outage_ask", str(outage.id), detail)
        _touched(unit, outage, body.alarm)
    return outage_out(outage)


@router.post("/api/alarms/outages/{outage_id}/decision")
async def decide(actor: Maintainer, request: Request, outage_id: UUID, body: OutageDecisionIn) -> OutageOut:
    """Approve or refuse; nobody approves what they asked for."""
    async with work(actor, request) as unit:
        outage, silenced = await actions.decide_outage(
            unit.connection,
            outage_id,
            actor,
            unit.now,
            approve=body.approve,
            note=body.note,
            version=body.version,
        )
        detail = {"approve": body.approve, "note": body.note}
        await audit(unit.connection, actor, "alarm.outage_decide", str(outage_id), detail)
        _touched(unit, outage, *([silenced] if silenced else []))
    return outage_out(outage)


@router.post("/api/alarms/outages/{outage_id}/return")
async def bring_back(actor: Asker, request: Request, outage_id: UUID, body: OutageReturnIn) -> OutageOut:
    """Back in service after a test; what stands calls again."""
    async with work(actor, request) as unit:
        outage, called = await actions.return_outage(
            unit.connection, outage_id, actor, unit.now, test_result=body.test_result, version=body.version
        )
        await audit(unit.connection, actor, "alarm.outage_return", str(outage_id), {"test": body.test_result})
        _touched(unit, outage, *called)
    return outage_out(outage)
