"""Which new alarms may belong to this incident, and what do people say of them?"""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from mudan.api.alarms import AlarmOut, alarm_out
from mudan.api.centre import Work, work
from mudan.api.incidents.life import Reader, Writer
from mudan.api.wire import Body, Instant
from mudan.core.alarms import queries as alarms
from mudan.core.incidents import actions, queries
from mudan.core.people.actions import audit
from mudan.primitives.text import Text

router = APIRouter()


class ChildReasonOut(BaseModel):
    """One thing that speaks for it, with its weight in the score."""

    kind: str
    text: Text
    weight: float


class ChildAlarmOut(BaseModel):
    """An alarm that may belong, or belongs, to the incident. While `quiet` it calls nobody; unanswered it calls at
    `calls_at`. Score 0 to 1.
    """

    id: UUID
    alarm: AlarmOut
    score: float
    reasons: list[ChildReasonOut]
    state: Literal["offered", "linked", "accepted", "rejected", "undone", "lapsed"]
    quiet: bool
    offered_at: Instant
    calls_at: Instant | None
    decided_at: Instant | None
    decided_by: str | None
    note: str


class ChildAlarmsOut(BaseModel):
    """What waits for somebody first, then the newest."""

    items: list[ChildAlarmOut]
    as_of: Instant


class ChildVerdictIn(Body):
    """Why, where somebody wants to say it."""

    note: str = Field(default="", max_length=500)


async def _shown(unit: Work, incident_id: UUID) -> ChildAlarmsOut:
    await queries.one(unit.connection, incident_id)
    found = await queries.children(unit.connection, incident_id)
    seen = {one.id: one for one in await alarms.several(unit.connection, [child.alarm_id for child in found])}
    items = [
        ChildAlarmOut.model_validate(
            {
                "id": one.id, "alarm": alarm_out(seen[one.alarm_id], unit.centre), "score": round(one.score, 2),
                "reasons": one.reasons, "state": one.state, "quiet": one.quiet, "offered_at": one.offered_at,
                "calls_at": one.calls_at, "decided_at": one.decided_at, "decided_by": one.decided_by, "note": one.note,
            }
        )
        for one in found
        if one.alarm_id in seen
    ]  # fmt: skip
    return ChildAlarmsOut(items=items, as_of=unit.now)


@router.get("/api/incidents/{incident_id}/children")
async def children(actor: Reader, request: Request, incident_id: UUID) -> ChildAlarmsOut:
    """The alarms offered to an incident, and what became of them."""
    async with work(actor, request) as unit:
        return await _shown(unit, incident_id)


@router.post("/api/incidents/{incident_id}/children/{child_id}/{verdict}")
async def decide(
    actor: Writer,
    request: Request,
    incident_id: UUID,
    child_id: UUID,
    verdict: Literal["accept", "reject", "undo"],
    body: ChildVerdictIn,
) -> ChildAlarmsOut:
    """It belongs to the incident; it does not; or it is taken off again."""
    async with work(actor, request) as unit:
        given = (unit.connection, incident_id, child_id)
        if verdict == "accept":
            child = await actions.accept_child(*given, actor, unit.now)
        elif verdict == "reject":
            child = await actions.reject_child(*given, body.note, actor, unit.now)
        else:
            child = await actions.undo_child(*given, body.note, actor, unit.now)
        detail = {"alarm": str(child.alarm_id), "score": child.score, "note": body.note}
        await audit(unit.connection, actor, f"incident.child_{verdict}", str(incident_id), detail)
        unit.changes.alarms.add(child.alarm_id)
        unit.incidents.add(incident_id)
        return await _shown(unit, incident_id)
