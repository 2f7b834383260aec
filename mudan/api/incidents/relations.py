"""What belongs together, and in whose hands is it? Merging, splitting, relations and hand-overs of command."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.incidents.life import Reader, Writer, changed
from mudan.api.incidents.wire import IncidentDetailOut, IncidentMatterOut, IncidentOut, incident_out
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.incidents import actions, queries
from mudan.core.incidents.model import Account, Handover, Likeness, Merge, Relation, account_of, alike
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter()
Commander = Annotated[Actor, Depends(requires("incidents.command"))]
LOOKED_BACK = timedelta(hours=24)
Reason = Annotated[str, Field(min_length=1, max_length=500)]


class SimilarOut(BaseModel):
    """An incident that may be the same matter, with the reasons."""

    incident: IncidentOut
    score: float
    distance_m: float | None
    minutes: float
    reasons: list[Text]


class RelationOut(BaseModel):
    """A bond as this incident sees it."""

    id: UUID
    sense: Literal["related", "cause", "consequence", "split_from", "split_to"]
    other_id: UUID
    number: str
    title: str
    kind: str
    level: int
    phase: str
    reason: str
    made_at: Instant
    made_by: str


class MergeOut(BaseModel):
    """A merge, standing or undone."""

    id: UUID
    source_id: UUID
    source_number: str
    source_title: str
    target_id: UUID
    target_number: str
    target_title: str
    at: Instant
    by: str
    reason: str
    moved: dict[str, int]
    undone_at: Instant | None
    undone_by: str | None
    undone_reason: str | None


class IncidentHandoverOut(BaseModel):
    """Command given up, down or across, with its receipt. `answers`: whether the reader's own centre must answer."""

    id: UUID
    kind: Literal["escalate", "down", "up"]
    from_authority: str
    to_authority: str
    to_area: str
    to_body: str
    with_command: bool
    reason: str
    state: Literal["sent", "received", "declined", "returned", "withdrawn"]
    sent_at: Instant
    sent_by: str
    answered_at: Instant | None
    answered_by: str
    answer: str
    returned_at: Instant | None
    returned_by: str
    return_reason: str
    answers: bool


class BondsOut(BaseModel):
    """Everything that ties an incident to others and to who commands it."""

    relations: list[RelationOut]
    merges: list[MergeOut]
    handovers: list[IncidentHandoverOut]
    similar: list[SimilarOut]
    matters: list[IncidentMatterOut]
    as_of: Instant


class IncidentMergeIn(Body):
    """Into which incident, and why."""

    target: UUID
    version: int
    reason: Reason


class BondReasonIn(Body):
    """Why."""

    reason: Reason


class IncidentSplitIn(Body):
    """What belongs to the new incident."""

    version: int
    title: str = Field(min_length=1, max_length=200)
    kind: str
    level: int = Field(ge=1, le=4)
    reason: Reason
    alarm_ids: list[UUID] = Field(default_factory=list, max_length=200)
    task_ids: list[UUID] = Field(default_factory=list, max_length=200)
    call_ids: list[UUID] = Field(default_factory=list, max_length=200)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    address: str = Field(default="", max_length=200)


class RelateIn(Body):
    """With which incident, and how. `cause`: this one caused the other."""

    other: UUID
    kind: Literal["related", "cause"]
    reason: Reason


class DistinctIn(Body):
    """The incident that is another matter."""

    other: UUID


class EscalateIn(Body):
    """To whom above."""

    version: int
    authority: Literal["city", "province"]
    body: str = Field(min_length=1, max_length=100)
    with_command: bool
    reason: Reason


class HandOverIn(Body):
    """To which town or county."""

    version: int
    area: str = Field(min_length=1, max_length=12)
    reason: Reason


class IncidentAnswerIn(Body):
    """The receipt: `name` is who signed for it where the receiver is outside."""

    event: Literal["receive", "decline", "withdraw"]
    name: str = Field(default="", max_length=100)
    words: str = Field(default="", max_length=500)


class IncidentReturnIn(Body):
    """Who returned command, and why."""

    name: str = Field(default="", max_length=100)
    reason: Reason


def _similar(found: Iterable[Likeness], unit: Work) -> list[SimilarOut]:
    return [
        SimilarOut(
            incident=incident_out(one.incident, unit.centre), score=one.score, distance_m=one.distance_m,
            minutes=one.minutes, reasons=list(one.reasons),
        )
        for one in found
    ]  # fmt: skip


def _relation(one: Relation) -> RelationOut:
    return RelationOut.model_validate(
        {"id": one.id, "sense": one.sense, "other_id": one.other_id, "number": one.other_number,
         "title": one.other_title, "kind": one.other_kind, "level": one.other_level, "phase": one.other_phase,
         "reason": one.reason, "made_at": one.made_at, "made_by": one.made_by}
    )  # fmt: skip


def _merge(one: Merge) -> MergeOut:
    return MergeOut(
        id=one.id, source_id=one.source_id, source_number=one.source_number, source_title=one.source_title,
        target_id=one.target_id, target_number=one.target_number, target_title=one.target_title, at=one.at, by=one.by,
        reason=one.reason, moved={table: len(ids) for table, ids in one.moved.items()}, undone_at=one.undone_at,
        undone_by=one.undone_by, undone_reason=one.undone_reason,
    )  # fmt: skip


def _handover(one: Handover, actor: Actor) -> IncidentHandoverOut:
    own = one.kind != "escalate"
    answers = (
        one.state == "sent"
        and actor.may("incidents.command")
        and (not own or actor.scope.area == one.to_area)
    )
    return IncidentHandoverOut.model_validate(
        {name: getattr(one, name) for name in IncidentHandoverOut.model_fields if name != "answers"}
        | {"answers": answers}
    )


async def _bonds(unit: Work, incident_id: UUID, actor: Actor) -> BondsOut:
    incident = await queries.one(unit.connection, incident_id)
    nearby = await queries.comparable(unit.connection, incident.opened_at, LOOKED_BACK, besides=incident_id)
    bound = await queries.relations(unit.connection, incident_id)
    known = {one.other_id for one in bound}
    found = [like for like in alike(account_of(incident), nearby) if like.incident.id not in known]
    matters = await queries.open_matters(unit.connection, incident_id)
    return BondsOut(
        relations=[_relation(one) for one in bound],
        merges=[_merge(one) for one in await queries.merges(unit.connection, incident_id)],
        handovers=[_handover(one, actor) for one in await queries.handovers(unit.connection, incident_id)],
        similar=_similar(found if incident.merged_into is None else [], unit),
        matters=[
            IncidentMatterOut(noun=one.noun, id=one.id, text=one.text, mandatory=one.mandatory)
            for one in matters
        ],
        as_of=unit.now,
    )


async def _bound(unit: Work, actor: Actor, action: str, detail: dict[str, str], *incidents: UUID) -> None:
    number = (await queries.one(unit.connection, incidents[0])).number
    await audit(unit.connection, actor, f"incident.{action}", number, detail)
    unit.incidents |= set(incidents)


@router.get("/api/incidents/similar")
async def similar(
    actor: Reader,
    request: Request,
    kind: Annotated[str, Query(max_length=40)],
    lon: Annotated[float | None, Query(ge=-180, le=180)] = None,
    lat: Annotated[float | None, Query(ge=-90, le=90)] = None,
    q: Annotated[str, Query(max_length=300)] = "",
) -> list[SimilarOut]:
    """Incidents that may be what is being reported now; also the recently closed."""
    async with work(actor, request) as unit:
        account = Account(kind, unit.now, lon, lat, q)
        return _similar(
            alike(account, await queries.comparable(unit.connection, unit.now, LOOKED_BACK)), unit
        )


@router.get("/api/incidents/{incident_id}/bonds")
async def bonds(actor: Reader, request: Request, incident_id: UUID) -> BondsOut:
    """Relations, merges, hand-overs, likely duplicates, and what stands in the way of closing."""
    async with work(actor, request) as unit:
        return await _bonds(unit, incident_id, actor)


@router.post("/api/incidents/{incident_id}/merge")
async def merge(
    actor: Writer, request: Request, incident_id: UUID, body: IncidentMergeIn
) -> IncidentDetailOut:
    """Take this incident into another; alarms, tasks and calls follow. The answer is the other incident."""
    async with work(actor, request) as unit:
        moved = await queries.alarms_of(unit.connection, incident_id)
        target = await actions.merge(
            unit.connection, incident_id, body.target, body.version, body.reason, actor, unit.now
        )
        unit.incidents.add(incident_id)
        detail = {"source": str(incident_id), "reason": body.reason}
        return await changed(unit, target, actor, "merge", detail, moved)


@router.post("/api/incidents/{incident_id}/unmerge")
async def unmerge(
    actor: Writer, request: Request, incident_id: UUID, body: BondReasonIn
) -> IncidentDetailOut:
    """Take this incident out of the one it was merged into; what followed comes back."""
    async with work(actor, request) as unit:
        standing = await queries.standing_merge(unit.connection, incident_id)
        incident = await actions.undo_merge(unit.connection, incident_id, body.reason, actor, unit.now)
        if standing is not None:
            unit.incidents.add(standing.target_id)
        moved = await queries.alarms_of(unit.connection, incident_id)
        return await changed(unit, incident, actor, "unmerge", {"reason": body.reason}, moved)


@router.post("/api/incidents/{incident_id}/split", status_code=201)
async def split(
    actor: Writer, request: Request, incident_id: UUID, body: IncidentSplitIn
) -> IncidentDetailOut:
    """Make a second incident of chosen alarms, tasks and calls. The answer is the new incident."""
    chosen = {"alarm": body.alarm_ids, "task": body.task_ids, "call_report": body.call_ids}
    async with work(actor, request) as unit:
        new = await actions.split(
            unit.connection, incident_id, body.version, actor, unit.now, title=body.title, kind=body.kind,
            level=body.level, reason=body.reason, chosen={table: ids for table, ids in chosen.items() if ids},
            lon=body.lon, lat=body.lat, address=body.address,
        )  # fmt: skip
        unit.incidents.add(incident_id)
        detail = {"source": str(incident_id), "reason": body.reason}
        return await changed(unit, new, actor, "split", detail, body.alarm_ids)


@router.post("/api/incidents/{incident_id}/relations", status_code=201)
async def relate(actor: Writer, request: Request, incident_id: UUID, body: RelateIn) -> BondsOut:
    """Bind this incident to another."""
    async with work(actor, request) as unit:
        await actions.relate(
            unit.connection, incident_id, body.other, body.kind, body.reason, actor, unit.now
        )
        await _bound(
            unit, actor, "relate", {"other": str(body.other), "kind": body.kind}, incident_id, body.other
        )
        return await _bonds(unit, incident_id, actor)


@router.post("/api/incidents/{incident_id}/relations/{relation_id}/remove")
async def unrelate(
    actor: Writer, request: Request, incident_id: UUID, relation_id: UUID, body: BondReasonIn
) -> BondsOut:
    """Loosen a bond."""
    async with work(actor, request) as unit:
        ends = await actions.unrelate(unit.connection, relation_id, body.reason, actor, unit.now)
        await _bound(unit, actor, "unrelate", {"relation": str(relation_id), "reason": body.reason}, *ends)
        return await _bonds(unit, incident_id, actor)


@router.post("/api/incidents/{incident_id}/distinct")
async def distinct(actor: Writer, request: Request, incident_id: UUID, body: DistinctIn) -> BondsOut:
    """Say that another incident is not the same matter: it is not suggested again."""
    async with work(actor, request) as unit:
        await actions.tell_apart(unit.connection, incident_id, body.other, actor, unit.now)
        await _bound(unit, actor, "distinct", {"other": str(body.other)}, incident_id)
        return await _bonds(unit, incident_id, actor)


@router.post("/api/incidents/{incident_id}/escalate", status_code=201)
async def escalate(actor: Commander, request: Request, incident_id: UUID, body: EscalateIn) -> BondsOut:
    """Turn to the city or the province, for help or with command."""
    async with work(actor, request) as unit:
        await actions.escalate(
            unit.connection, incident_id, body.version, body.authority, body.body, body.reason, actor, unit.now,
            with_command=body.with_command,
        )  # fmt: skip
        await _bound(unit, actor, "escalate", {"to": body.body, "reason": body.reason}, incident_id)
        return await _bonds(unit, incident_id, actor)


@router.post("/api/incidents/{incident_id}/hand-over", status_code=201)
async def hand_over(actor: Commander, request: Request, incident_id: UUID, body: HandOverIn) -> BondsOut:
    """Hand command to a town, or from a town to the county."""
    async with work(actor, request) as unit:
        await actions.hand_over(
            unit.connection, incident_id, body.version, body.area, body.reason, actor, unit.now
        )
        await _bound(unit, actor, "hand_over", {"to": body.area, "reason": body.reason}, incident_id)
        return await _bonds(unit, incident_id, actor)


@router.post("/api/incidents/handovers/{passing_id}/answer")
async def answer(actor: Commander, request: Request, passing_id: UUID, body: IncidentAnswerIn) -> BondsOut:
    """Receive, decline or withdraw a hand-over."""
    async with work(actor, request) as unit:
        done = await actions.answer(
            unit.connection, passing_id, body.event, body.name, body.words, actor, unit.now
        )
        await _bound(unit, actor, f"handover.{body.event}", {"name": done.answered_by}, done.incident_id)
        return await _bonds(unit, done.incident_id, actor)


@router.post("/api/incidents/handovers/{passing_id}/return")
async def give_back(actor: Commander, request: Request, passing_id: UUID, body: IncidentReturnIn) -> BondsOut:
    """Command comes back."""
    async with work(actor, request) as unit:
        done = await actions.give_back(unit.connection, passing_id, body.name, body.reason, actor, unit.now)
        await _bound(unit, actor, "handover.return", {"reason": body.reason}, done.incident_id)
        return await _bonds(unit, done.incident_id, actor)
