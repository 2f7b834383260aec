"""What has called me, and how do I say that I have got it?"""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.alarms import actions as alarms
from mudan.core.alarms import queries as alarm_queries
from mudan.core.alarms.actions.calling import NOUN as GROUP
from mudan.core.alarms.model import Action
from mudan.core.notices import actions, queries
from mudan.core.notices.model import Notice
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter(tags=["notices"])
Reader = Annotated[Actor, Depends(requires("notices.own"))]
Duty = Annotated[Actor, Depends(requires("duty.write"))]


class NoticeUpcomingOut(BaseModel):
    """Who is called next, and when: step `step` of `of`."""

    at: Instant
    to: Text
    step: int
    of: int


class NoticeCallOut(BaseModel):
    """One call that was made. `late`: the centre was away when it was due."""

    channel: str
    to: Text
    names: list[str]
    at: Instant
    late: bool
    state: str


class NoticeReceiptOut(BaseModel):
    """Somebody's answer: by the device's clock, where that was told, and by the centre's."""

    name: str
    how: str
    note: str
    device_at: Instant | None
    at: Instant


class NoticeOut(BaseModel):
    """One notice with what came of it. `exercise`: it belongs to a drill. A place where it is about one, WGS-84."""

    id: UUID
    noun: str
    subject: str
    level: int | None
    title: Text
    body: Text
    state: str
    need_receipt: bool
    due_at: Instant | None
    created_at: Instant
    created_by: str
    next: NoticeUpcomingOut | None
    ended_at: Instant | None
    ended_by: str | None
    calls: list[NoticeCallOut]
    receipts: list[NoticeReceiptOut]
    exercise: bool
    lon: float | None
    lat: float | None


class NoticesOut(BaseModel):
    """What has called me."""

    items: list[NoticeOut]
    as_of: Instant


class NoticeAcknowledgeIn(Body):
    """That I have got it; `device_at` is my device's clock."""

    device_at: Instant | None = None
    note: str = Field(default="", max_length=1000)
    how: Literal["app", "voice", "text", "radio", "in_person"] = "app"


class NoticeReceiptIn(NoticeAcknowledgeIn):
    """That somebody else has got it, taken down by hand."""

    name: str = Field(min_length=1, max_length=64)


def upcoming_out(notice: Notice) -> NoticeUpcomingOut | None:
    """The next call as it goes over the wire."""
    upcoming = notice.upcoming
    if upcoming is None:
        return None
    return NoticeUpcomingOut(at=upcoming.at, to=upcoming.to, step=upcoming.step, of=upcoming.of)


def notice_out(notice: Notice) -> NoticeOut:
    """A notice as it goes over the wire."""
    return NoticeOut(
        id=notice.id, noun=notice.noun, subject=notice.subject, level=notice.level, title=notice.title,
        body=notice.body, state=notice.state.value, need_receipt=notice.need_receipt, due_at=notice.due_at,
        created_at=notice.created_at, created_by=notice.created_by, next=upcoming_out(notice),
        ended_at=notice.ended_at, ended_by=notice.ended_by, exercise=notice.space != 0,
        lon=notice.place.lon if notice.place else None, lat=notice.place.lat if notice.place else None,
        calls=[
            NoticeCallOut(
                channel=call.channel, to=call.target_title, names=list(call.names), at=call.fired_at,
                late=call.late, state=call.state,
            )
            for call in notice.deliveries
        ],
        receipts=[
            NoticeReceiptOut(name=one.name, how=one.how, note=one.note, device_at=one.device_at, at=one.received_at)
            for one in notice.receipts
        ],
    )  # fmt: skip


@router.get("/api/notices")
async def mine(
    actor: Reader,
    request: Request,
    state: Literal["open", "all"] = "open",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> NoticesOut:
    """What has called me, or my role in my area: the newest first."""
    async with work(actor, request) as unit:
        found = await queries.mine(unit.connection, actor, state=state, limit=limit)
    return NoticesOut(items=[notice_out(one) for one in found], as_of=unit.now)


@router.post("/api/notices/{notice_id}/acknowledge")
async def acknowledge(
    actor: Reader, request: Request, notice_id: UUID, body: NoticeAcknowledgeIn
) -> NoticeOut:
    """I have got it: nothing of it calls anybody any more."""
    async with work(actor, request) as unit:
        notice = await actions.acknowledge(
            unit.connection,
            notice_id,
            actor,
            unit.now,
            device_at=body.device_at,
            how=body.how,
            note=body.note,
        )
        await audit(unit.connection, actor, "notice.acknowledge", str(notice_id), {"note": body.note})
        unit.touched("notices", notice_id)
        if notice.noun == GROUP and actor.may("alarms.acknowledge"):
            await _take_alarms(unit, notice, actor, body.note)
    return notice_out(notice)


async def _take_alarms(unit: Work, notice: Notice, actor: Actor, note: str) -> None:
    """Whoever may take alarms and answers their call takes them."""
    left = [alarm.id for alarm in await alarm_queries.unhandled(unit.connection, UUID(notice.subject))]
    handled = await alarms.handle(
        unit.connection, Action.ACKNOWLEDGE, left, actor, unit.now, note=note or "应答通知"
    )
    unit.changes.alarms |= {alarm.id for alarm in handled.done}
    unit.touched("alarms", notice.subject)


@router.post("/api/notices/{notice_id}/receipt")
async def receipt(actor: Duty, request: Request, notice_id: UUID, body: NoticeReceiptIn) -> NoticeOut:
    """Somebody answered by voice, and the duty officer writes it down."""
    async with work(actor, request) as unit:
        notice = await actions.receipt(
            unit.connection, notice_id, name=body.name, how=body.how, now=unit.now, device_at=body.device_at,
            note=f"{body.note} ({actor.name})".strip(),
        )  # fmt: skip
        await audit(
            unit.connection, actor, "notice.receipt", str(notice_id), {"name": body.name, "how": body.how}
        )
        unit.touched("notices", notice_id)
    return notice_out(notice)
