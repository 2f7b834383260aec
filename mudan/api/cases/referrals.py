"""To whom can a case be sent on, to whom was it, and what do they say of it?"""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.cases import queries as cases
from mudan.core.cases.model.words import Case
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.referrals import actions, queries
from mudan.core.referrals.actions import Wish
from mudan.core.referrals.model import LONGEST_NOTE, STANDING, Recipient
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text

router = APIRouter()
Reader = Annotated[Actor, Depends(requires("cases.read", "cases.own"))]
Desk = Annotated[Actor, Depends(requires("cases.write"))]


class CaseReferralIn(Body):
    """Whom a case is sent on to, with words beside its own; they are told nothing of who reported it."""

    platform: str = Field(max_length=60)
    client_id: UUID
    note: str = Field(default="", max_length=LONGEST_NOTE)


class CaseReferralOut(BaseModel):
    """A case on its way to another system. `number` is theirs; `notes`, `agency` and the times are what they say."""

    id: UUID
    platform: str
    title: Text
    service_code: str
    description: str
    state: Literal[
        "waiting", "sending", "unsure", "held", "sent", "accepted", "closed", "refused", "withdrawn"
    ]
    attempts: int
    number: str
    reason: str
    asked_at: Instant
    asked_by: str
    sent_at: Instant | None
    accepted_at: Instant | None
    closed_at: Instant | None
    seen_at: Instant | None
    notes: str
    agency: str
    updated_at: Instant | None
    expected_at: Instant | None


class CaseRecipientOut(BaseModel):
    """Another system that takes cases of this class, and its service for them."""

    platform: str
    title: Text
    service_code: str


class CaseReferralsOut(BaseModel):
    """Where a case was sent on to, the newest first, and where it can be sent on to now."""

    items: list[CaseReferralOut]
    recipients: list[CaseRecipientOut]
    as_of: Instant


def _recipients(unit: Work, case: Case, rows: list[dict[str, Any]]) -> list[CaseRecipientOut]:
    standing = {row["platform"] for row in rows if row["state"] in STANDING}
    found = []
    for card in unit.centre.platforms.values():
        to = card.recipient
        if to is None or card.name in standing or case.type in to.own_types or case.space != 0:
            continue
        service = to.service_of(case.type, case.class_code)
        if service is not None and case.ended_at is None and case.closed_at is None:
            found.append(CaseRecipientOut(platform=card.name, title=to.title, service_code=service))
    return found


async def _listed(unit: Work, case_id: UUID) -> CaseReferralsOut:
    case = await cases.one(unit.connection, case_id)
    rows = await queries.of_case(unit.connection, case_id)
    items = [
        CaseReferralOut.model_validate({**row, "title": _title(unit, str(row["platform"]))}) for row in rows
    ]
    return CaseReferralsOut(items=items, recipients=_recipients(unit, case, rows), as_of=unit.now)


def _title(unit: Work, platform: str) -> Text:
    card = unit.centre.platforms.get(platform)
    if card is None:
        return Text(platform, platform)
    return card.title if card.recipient is None else card.recipient.title


def _recipient(unit: Work, platform: str) -> Recipient:
    card = unit.centre.platforms.get(platform)
    if card is None or card.recipient is None:
        raise NotFound("there is no such system that takes cases")
    return card.recipient


@router.get("/api/cases/{case_id}/referrals")
async def listed(actor: Reader, request: Request, case_id: UUID) -> CaseReferralsOut:
    """Where a case was sent on to, and where it can be."""
    async with work(actor, request) as unit:
        return await _listed(unit, case_id)


@router.post("/api/cases/{case_id}/referrals")
async def refer(actor: Desk, request: Request, case_id: UUID, body: CaseReferralIn) -> CaseReferralsOut:
    """Send a case on to another system; the same client_id again changes nothing."""
    async with work(actor, request) as unit:
        case = await cases.one(unit.connection, case_id)
        wish = Wish(body.platform, body.client_id, body.note)
        made = await actions.refer(
            unit.connection, case_id, wish, _recipient(unit, body.platform), actor, unit.now
        )
        detail = {"platform": body.platform, "referral": str(made)}
        await audit(unit.connection, actor, "case.refer", case.number, detail)
        unit.touched("cases", case_id)
        return await _listed(unit, case_id)


@router.post("/api/cases/{case_id}/referrals/{referral_id}/{what}")
async def decide(
    actor: Desk, request: Request, case_id: UUID, referral_id: UUID, what: Literal["again", "withdraw"]
) -> CaseReferralsOut:
    """Send it again, or take it back, while it is not certain that they have it."""
    async with work(actor, request) as unit:
        case = await cases.one(unit.connection, case_id)
        decided = actions.again if what == "again" else actions.withdraw
        await decided(unit.connection, case_id, referral_id, actor, unit.now)
        await audit(unit.connection, actor, f"case.refer.{what}", case.number, {"referral": str(referral_id)})
        unit.touched("cases", case_id)
        return await _listed(unit, case_id)
