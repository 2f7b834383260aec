"""What is wrong now? The inbox in its fixed order, and what people do to alarms."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.centre import Centre, Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.alarms import actions, queries
from mudan.core.alarms.model import Action, Alarm
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter(tags=["alarms"])
Reader = Annotated[Actor, Depends(requires("alarms.read"))]
Acknowledger = Annotated[Actor, Depends(requires("alarms.acknowledge"))]
Shelver = Annotated[Actor, Depends(requires("alarms.shelve"))]
Resetter = Annotated[Actor, Depends(requires("alarms.reset"))]


class AlarmEntityOut(BaseModel):
    """The thing an alarm is about."""

    urn: str
    type: str
    name: Text
    lon: float | None
    lat: float | None
    area_code: str
    area_name: Text


class IncidentRefOut(BaseModel):
    """The incident an alarm belongs to."""

    id: UUID
    number: str


class AlarmOut(BaseModel):
    """One alarm with everything a person needs to act."""

    id: UUID
    rule: str
    platform: str
    level: int
    active: bool
    acknowledged: bool
    latched: bool
    suppression: str
    suppressed_until: Instant | None
    suppressed_reason: str
    title: Text
    sentence: Text
    cause: Text
    consequence: Text
    response: Text
    time_available_min: int | None
    change: bool
    entity: AlarmEntityOut
    quantity: str
    value: float | None
    limit: float | None
    unit: str
    raised_at: Instant
    last_at: Instant
    cleared_at: Instant | None
    acknowledged_at: Instant | None
    acknowledged_by: str | None
    owner: UUID | None
    count: int
    incident: IncidentRefOut | None
    life_safety: bool
    example: bool
    version: int


class CountsOut(BaseModel):
    """How many alarms there are."""

    unacknowledged: int
    standing: int
    shelved: int
    by_level: dict[str, int]


class AlarmPageOut(BaseModel):
    """One page of the inbox."""

    items: list[AlarmOut]
    total: int
    counts: CountsOut
    next: str | None
    as_of: Instant


class AlarmEventOut(BaseModel):
    """One line of an alarm's history."""

    at: Instant
    kind: str
    actor: str
    detail: dict[str, Any]


class AlarmDetailOut(AlarmOut):
    """An alarm with its history."""

    events: list[AlarmEventOut]


class HandleIn(Body):
    """What to do to which alarms."""

    ids: list[UUID] = Field(min_length=1, max_length=500)
    note: str = Field(default="", max_length=1000)
    reason: str = Field(default="", max_length=1000)
    minutes: float | None = Field(default=None, gt=0, le=720)
    one_shot: bool = False


class RefusedOut(BaseModel):
    """An alarm that could not be handled, and why."""

    id: UUID
    reason: Text


class HandledOut(BaseModel):
    """The alarms as they are now, and those refused."""

    items: list[AlarmOut]
    refused: list[RefusedOut]


def alarm_out(alarm: Alarm, centre: Centre) -> AlarmOut:
    """An alarm as it goes over the wire."""
    words = alarm.words
    incident = (
        IncidentRefOut(id=alarm.incident_id, number=alarm.incident_number)
        if alarm.incident_id is not None and alarm.incident_number is not None
        else None
    )
    return AlarmOut(
        id=alarm.id, rule=alarm.rule, platform=alarm.platform, level=alarm.level, active=alarm.active,
        acknowledged=alarm.acknowledged, latched=alarm.latched, suppression=alarm.suppression.value,
        suppressed_until=alarm.suppressed_until, suppressed_reason=alarm.suppressed_reason,
        title=Text(**words["title"]), sentence=Text(**words["sentence"]), cause=Text(**words["cause"]),
        consequence=Text(**words["consequence"]), response=Text(**words["response"]),
        time_available_min=words["time_available_min"], change=words.get("change", False),
        entity=AlarmEntityOut(
            urn=alarm.entity_urn, type=alarm.entity_type, name=alarm.entity_name, lon=alarm.lon, lat=alarm.lat,
            area_code=alarm.area_code, area_name=centre.area_name(alarm.area_code),
        ),
        quantity=alarm.quantity, value=alarm.value, limit=alarm.limit, unit=alarm.unit, raised_at=alarm.raised_at,
        last_at=alarm.last_at, cleared_at=alarm.cleared_at, acknowledged_at=alarm.acknowledged_at,
        acknowledged_by=alarm.acknowledged_by, owner=alarm.owner, count=alarm.count, incident=incident,
        life_safety=alarm.life_safety, example=alarm.example, version=alarm.version,
    )  # fmt: skip


def levels_of(text: str) -> list[int]:
    """The levels in `1,2`; anything else is left out."""
    return [int(part) for part in text.split(",") if part in ("1", "2", "3", "4")]


@router.get("/api/alarms")
async def page(
    actor: Reader,
    request: Request,
    state: Literal["unacknowledged", "standing", "shelved", "cleared", "all"] = "standing",
    platform: str | None = None,
    area: str | None = None,
    level: str = "",
    mine: bool = False,
    q: Annotated[str | None, Query(max_length=100)] = None,
    entity: str | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> AlarmPageOut:
    """One page of the inbox: unacknowledged first, then the gravest, then the newest."""
    wanted = queries.Wanted(
        state=state, platform=platform, area=area, levels=levels_of(level),
        owner=actor.person if mine else None, text=q, entity=entity, limit=limit, cursor=cursor,
    )  # fmt: skip
    async with work(actor, request) as unit:
        alarms, total, following = await queries.page(unit.connection, wanted)
        counts = await queries.counts(unit.connection)
    return AlarmPageOut(
        items=[alarm_out(alarm, unit.centre) for alarm in alarms],
        total=total,
        counts=CountsOut(**counts),
        next=following,
        as_of=unit.now,
    )


@router.get("/api/alarms/{alarm_id}")
async def detail(actor: Reader, request: Request, alarm_id: UUID) -> AlarmDetailOut:
    """One alarm with its history."""
    async with work(actor, request) as unit:
        alarm = await queries.one(unit.connection, alarm_id)
        events = await queries.events(unit.connection, alarm_id)
    return AlarmDetailOut(
        **alarm_out(alarm, unit.centre).model_dump(), events=[AlarmEventOut(**event) for event in events]
    )


async def _handle(unit: Work, action: Action, body: HandleIn, actor: Actor) -> HandledOut:
    handled = await actions.handle(
        unit.connection, action, body.ids, actor, unit.now,
        note=body.note, reason=body.reason, minutes=body.minutes, one_shot=body.one_shot,
    )  # fmt: skip
    for alarm in handled.done:
        unit.changes.alarms.add(alarm.id)
        detail = {"note": body.note, "reason": body.reason, "minutes": body.minutes}
        await audit(unit.connection, actor, f"alarm.{action.value}", str(alarm.id), detail)
    return HandledOut(
        items=[alarm_out(alarm, unit.centre) for alarm in handled.done],
        refused=[RefusedOut(id=alarm, reason=reason) for alarm, reason in handled.refused],
    )


@router.post("/api/alarms/acknowledge")
async def acknowledge(actor: Acknowledger, request: Request, body: HandleIn) -> HandledOut:
    """Take alarms into one's own hands."""
    async with work(actor, request) as unit:
        return await _handle(unit, Action.ACKNOWLEDGE, body, actor)


@router.post("/api/alarms/unacknowledge")
async def unacknowledge(actor: Acknowledger, request: Request, body: HandleIn) -> HandledOut:
    """Give alarms back."""
    async with work(actor, request) as unit:
        return await _handle(unit, Action.UNACKNOWLEDGE, body, actor)


@router.post("/api/alarms/shelve")
async def shelve(actor: Shelver, request: Request, body: HandleIn) -> HandledOut:
    """Silence alarms for a while, or until their condition is gone, with the reason."""
    async with work(actor, request) as unit:
        return await _handle(unit, Action.SHELVE, body, actor)


@router.post("/api/alarms/unshelve")
async def unshelve(actor: Shelver, request: Request, body: HandleIn) -> HandledOut:
    """End the shelving."""
    async with work(actor, request) as unit:
        return await _handle(unit, Action.UNSHELVE, body, actor)


@router.post("/api/alarms/reset")
async def reset(actor: Resetter, request: Request, body: HandleIn) -> HandledOut:
    """Reset latched alarms after the check on the spot."""
    async with work(actor, request) as unit:
        return await _handle(unit, Action.RESET, body, actor)
