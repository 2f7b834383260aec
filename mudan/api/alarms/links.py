"""Which alarms of different systems may be one matter, and how does a person decide it?"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mudan.api.alarms.wire import AlarmOut, alarm_out
from mudan.api.centre import Centre, Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.alarms import actions, queries
from mudan.core.alarms.model import Alarm
from mudan.core.alarms.queries import Link
from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("alarms.read"))]
Writer = Annotated[Actor, Depends(requires("incidents.write"))]
# Under which kind an incident is opened when neither alarm has one; the operator changes it there.
_KINDS = {
    "flood": "flood", "fire": "fire", "gas": "hazmat", "traffic": "road_accident", "people": "medical",
}  # fmt: skip


class LinkReasonOut(BaseModel):
    """One thing that speaks for (or against) one matter, with its weight in the score."""

    kind: str
    text: Text
    weight: float


class AlarmLinkOut(BaseModel):
    """A suggestion that two alarms are one matter; score 0 to 1."""

    id: UUID
    one: AlarmOut
    other: AlarmOut
    score: float
    reasons: list[LinkReasonOut]
    state: str
    suggested_at: Instant
    decided_at: Instant | None
    decided_by: str | None


class AlarmLinksOut(BaseModel):
    """Suggestions, the strongest first."""

    items: list[AlarmLinkOut]


class LinkAcceptedOut(BaseModel):
    """The incident that both alarms belong to now."""

    incident: UUID
    number: str


class LinkVerdictIn(Body):
    """Why, where somebody wants to say it."""

    note: str = Field(default="", max_length=500)


def link_out(link: Link, centre: Centre) -> AlarmLinkOut:
    """A suggestion as it goes over the wire."""
    return AlarmLinkOut(
        id=link.id, one=alarm_out(link.one, centre), other=alarm_out(link.other, centre), score=round(link.score, 2),
        reasons=[LinkReasonOut(**reason) for reason in link.reasons], state=link.state,
        suggested_at=link.suggested_at, decided_at=link.decided_at, decided_by=link.decided_by,
    )  # fmt: skip


@router.get("/api/alarms/links")
async def suggested(actor: Reader, request: Request) -> AlarmLinksOut:
    """Suggestions that wait for somebody."""
    async with work(actor, request) as unit:
        found = await queries.suggested(unit.connection)
    return AlarmLinksOut(items=[link_out(one, unit.centre) for one in found])


@router.get("/api/alarms/{alarm_id}/links")
async def of_alarm(actor: Reader, request: Request, alarm_id: UUID) -> AlarmLinksOut:
    """With which alarms this one may be one matter, and what was decided."""
    async with work(actor, request) as unit:
        await queries.one(unit.connection, alarm_id)
        found = await queries.links_of(unit.connection, alarm_id)
    return AlarmLinksOut(items=[link_out(one, unit.centre) for one in found])


@router.post("/api/alarms/links/{link_id}/accept")
async def accept(actor: Writer, request: Request, link_id: UUID, body: LinkVerdictIn) -> LinkAcceptedOut:
    """They are one matter: one incident for both, joined, merged or opened as it needs."""
    async with work(actor, request) as unit:
        link = await actions.decide_link(unit.connection, link_id, "accepted", unit.now, by=actor.name)
        pair = [await queries.one(unit.connection, link[name]) for name in ("alarm_id", "other_id")]
        incident = await _one_incident(unit, actor, sorted(pair, key=lambda one: one.raised_at))
        found = await incident_queries.one(unit.connection, incident)
        detail = {"alarms": [str(one.id) for one in pair], "incident": str(incident), "note": body.note}
        await audit(unit.connection, actor, "alarm.link_accept", str(link_id), detail)
        _touched(unit, link_id, pair)
        unit.incidents.add(incident)
    return LinkAcceptedOut(incident=incident, number=found.number)


@router.post("/api/alarms/links/{link_id}/reject")
async def reject(actor: Writer, request: Request, link_id: UUID, body: LinkVerdictIn) -> AlarmLinksOut:
    """They have nothing to do with each other; that is remembered. Answers what else is suggested."""
    async with work(actor, request) as unit:
        link = await actions.decide_link(unit.connection, link_id, "rejected", unit.now, by=actor.name)
        await audit(unit.connection, actor, "alarm.link_reject", str(link_id), {"note": body.note})
        _touched(unit, link_id, await queries.several(unit.connection, [link["alarm_id"], link["other_id"]]))
        found = await queries.suggested(unit.connection)
    return AlarmLinksOut(items=[link_out(one, unit.centre) for one in found])


def _touched(unit: Work, link: UUID, pair: list[Alarm]) -> None:
    unit.touched("alarms", link)
    unit.changes.alarms |= {one.id for one in pair}


async def _one_incident(unit: Work, actor: Actor, pair: list[Alarm]) -> UUID:
    """The one incident of both alarms: theirs, the other's, the two merged, or a new one."""
    known = [one.incident_id for one in pair if one.incident_id is not None]
    free = [one.id for one in pair if one.incident_id is None]
    if len(set(known)) == 2:
        target, source = known
        version = (await incident_queries.one(unit.connection, source)).version
        reason = "关联告警判为同一事件"
        merged = await incidents.merge(unit.connection, source, target, version, reason, actor, unit.now)
        unit.incidents.add(source)
        return merged.id
    if known:
        if free:
            await incidents.link_alarms(unit.connection, known[0], free, actor, unit.now)
        return known[0]
    gravest = min(pair, key=lambda one: one.level)
    opened = await incidents.open_incident(
        unit.connection, actor, unit.now, title=gravest.words["title"]["zh"], level=gravest.level,
        kind=_KINDS.get(gravest.family, "other"), alarm_ids=[one.id for one in pair],
    )  # fmt: skip
    return opened.id
