"""How does one shift hand to the next? Drafted by the centre, signed by both sides."""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.duty.access import Reader, Writer
from mudan.api.duty.roster import DutyReasonIn
from mudan.api.duty.sources import matters
from mudan.api.wire import Body, Instant
from mudan.core.duty import actions, queries
from mudan.core.duty.model import Handover
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter()


class HandoverItemOut(BaseModel):
    """A line of a hand-over. `subject` is the thing's id within its noun."""

    id: int
    noun: str
    subject: str
    text: Text
    level: int | None
    due_at: Instant | None
    done: bool
    note: str
    answer: Literal["open", "accepted", "refused"]
    answer_reason: str
    left_out: bool


class DutyHandoverOut(BaseModel):
    """A hand-over as lists show it. `giver` and `taker` tell whether the reader may still sign as that side."""

    id: UUID
    area_code: str
    area_name: Text
    state: Literal["draft", "given", "taken", "withdrawn"]
    since: Instant
    drafted_at: Instant
    drafted_by: str
    situation: str
    given_by: str
    given_at: Instant | None
    given_by_me: bool
    taken_by: str
    taken_at: Instant | None
    withdraw_reason: str
    version: int


class DutyHandoverDetailOut(DutyHandoverOut):
    """A hand-over with its items."""

    items: list[HandoverItemOut]


class DutyHandoversOut(BaseModel):
    """Hand-overs within scope, the newest first."""

    items: list[DutyHandoverOut]
    as_of: Instant


class NewHandoverItemIn(Body):
    """Something that no record holds."""

    text: str = Field(min_length=1, max_length=1000)
    version: int


class HandoverItemIn(Body):
    """What the side that goes says of an item."""

    done: bool
    note: str = Field(default="", max_length=1000)
    left_out: bool = False
    version: int


class ItemAnswerIn(Body):
    """What the side that comes says of an item."""

    answer: Literal["accepted", "refused"]
    reason: str = Field(default="", max_length=500)
    version: int


class HandoverGiveIn(Body):
    """The signature of the side that goes: an act of its own, said expressly."""

    situation: str = Field(default="", max_length=4000)
    confirm: Literal[True]
    version: int


class HandoverTakeIn(Body):
    """The signature of the side that comes."""

    confirm: Literal[True]
    version: int


def _out(one: Handover, unit: Work, actor: Actor) -> dict[str, Any]:
    return {
        "id": one.id, "area_code": one.area_code, "area_name": unit.centre.area_name(one.area_code),
        "state": one.state, "since": one.since, "drafted_at": one.drafted_at, "drafted_by": one.drafted_by,
        "situation": one.situation, "given_by": one.given_by, "given_at": one.given_at,
        "given_by_me": one.given_by_id == actor.person, "taken_by": one.taken_by, "taken_at": one.taken_at,
        "withdraw_reason": one.withdraw_reason, "version": one.version,
    }  # fmt: skip


async def _detail(one: Handover, unit: Work, actor: Actor) -> DutyHandoverDetailOut:
    items = await queries.items(unit.connection, one.id)
    shown = [HandoverItemOut.model_validate(item, from_attributes=True) for item in items]
    return DutyHandoverDetailOut.model_validate({**_out(one, unit, actor), "items": shown})


async def _changed(
    one: Handover, unit: Work, actor: Actor, action: str, detail: dict[str, Any]
) -> DutyHandoverDetailOut:
    await audit(unit.connection, actor, f"duty.handover_{action}", str(one.id), detail)
    unit.touched("duty", one.id)
    return await _detail(one, unit, actor)


@router.get("/api/duty/handovers")
async def handovers(actor: Reader, request: Request) -> DutyHandoversOut:
    """Hand-overs within scope, the newest first."""
    async with work(actor, request) as unit:
        found = await queries.handovers(unit.connection)
    items = [DutyHandoverOut.model_validate(_out(one, unit, actor)) for one in found]
    return DutyHandoversOut(items=items, as_of=unit.now)


@router.post("/api/duty/handovers", status_code=201)
async def draft(actor: Writer, request: Request) -> DutyHandoverDetailOut:
    """Begin a hand-over of one's own desk, with everything that is open now."""
    async with work(actor, request) as unit:
        open_now = await matters(unit.connection, actor, unit.now)
        handover = await actions.draft(unit.connection, actor, unit.now, open_now)
        return await _changed(handover, unit, actor, "draft", {"items": len(open_now)})


@router.get("/api/duty/handovers/{handover_id}")
async def handover(actor: Reader, request: Request, handover_id: UUID) -> DutyHandoverDetailOut:
    """One hand-over with its items."""
    async with work(actor, request) as unit:
        return await _detail(await queries.handover(unit.connection, handover_id), unit, actor)


@router.post("/api/duty/handovers/{handover_id}/items")
async def add_item(
    actor: Writer, request: Request, handover_id: UUID, body: NewHandoverItemIn
) -> DutyHandoverDetailOut:
    """Add something in one's own words."""
    async with work(actor, request) as unit:
        changed = await actions.add_item(unit.connection, handover_id, body.text, body.version)
        return await _changed(changed, unit, actor, "item", {"text": body.text})


@router.patch("/api/duty/handovers/{handover_id}/items/{item_id}")
async def change_item(
    actor: Writer, request: Request, handover_id: UUID, item_id: int, body: HandoverItemIn
) -> DutyHandoverDetailOut:
    """Done or not, words to it, or left out with a reason."""
    async with work(actor, request) as unit:
        changed = await actions.change_item(unit.connection, handover_id, item_id, **body.model_dump())
        return await _changed(changed, unit, actor, "item", {"item": item_id, **body.model_dump()})


@router.post("/api/duty/handovers/{handover_id}/items/{item_id}/answer")
async def answer_item(
    actor: Writer, request: Request, handover_id: UUID, item_id: int, body: ItemAnswerIn
) -> DutyHandoverDetailOut:
    """Accept or refuse an item."""
    async with work(actor, request) as unit:
        changed = await actions.answer_item(
            unit.connection, handover_id, item_id, body.answer, body.reason, body.version, actor
        )
        return await _changed(changed, unit, actor, "answer", {"item": item_id, "answer": body.answer})


@router.post("/api/duty/handovers/{handover_id}/give")
async def give(
    actor: Writer, request: Request, handover_id: UUID, body: HandoverGiveIn
) -> DutyHandoverDetailOut:
    """Sign for the side that goes."""
    async with work(actor, request) as unit:
        changed = await actions.give(
            unit.connection, handover_id, body.situation, body.version, actor, unit.now
        )
        return await _changed(changed, unit, actor, "give", {})


@router.post("/api/duty/handovers/{handover_id}/take")
async def take(
    actor: Writer, request: Request, handover_id: UUID, body: HandoverTakeIn
) -> DutyHandoverDetailOut:
    """Sign for the side that comes."""
    async with work(actor, request) as unit:
        changed = await actions.take(unit.connection, handover_id, body.version, actor, unit.now)
        return await _changed(changed, unit, actor, "take", {})


@router.post("/api/duty/handovers/{handover_id}/withdraw")
async def withdraw(
    actor: Writer, request: Request, handover_id: UUID, body: DutyReasonIn
) -> DutyHandoverDetailOut:
    """Give a hand-over up before it is taken, with the reason."""
    async with work(actor, request) as unit:
        changed = await actions.withdraw(
            unit.connection, handover_id, body.reason, body.version, actor, unit.now
        )
        return await _changed(changed, unit, actor, "withdraw", {"reason": body.reason})
