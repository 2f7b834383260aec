"""What is wrong now? The inbox in its fixed order, and what people do to alarms."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from mudan.api.alarms.wire import AlarmOut, alarm_out
from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.wire import Body, Instant
from mudan.core.alarms import actions, queries
from mudan.core.alarms.model import Action
from mudan.core.cases import queries as cases
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.words import Case
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.primitives.text import Text

router = APIRouter(tags=["alarms"])
Reader = Annotated[Actor, Depends(requires("alarms.read"))]


class CountsOut(BaseModel):
    """How many alarms there are."""

    unacknowledged: int
    standing: int
    shelved: int
    suppressed: int
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


class AlarmCaseOut(BaseModel):
    """A case that an alarm has opened."""

    id: UUID
    number: str
    state_title: Text
    ended: bool


class AlarmDetailOut(AlarmOut):
    """An alarm with its history and the cases it has opened."""

    events: list[AlarmEventOut]
    cases: list[AlarmCaseOut]


class HandleIn(Body):
    """What to do to which alarms."""

    ids: list[UUID] = Field(min_length=1, max_length=500)
    note: str = Field(default="", max_length=1000)
    reason: str = Field(default="", max_length=1000)
    minutes: float | None = Field(default=None, gt=0, le=720)
    one_shot: bool = False
    finding: Literal["", "real", "false", "test"] = ""


class RefusedOut(BaseModel):
    """An alarm that could not be handled, and why."""

    id: UUID
    reason: Text


class HandledOut(BaseModel):
    """The alarms as they are now, and those refused."""

    items: list[AlarmOut]
    refused: list[RefusedOut]


def levels_of(text: str) -> list[int]:
    """The levels in `1,2`; anything else is left out."""
    return [int(part) for part in text.split(",") if part in ("1", "2", "3", "4")]


@router.get("/api/alarms")
async def page(
    actor: Reader,
    request: Request,
    state: Literal["unacknowledged", "standing", "shelved", "suppressed", "cleared", "all"] = "standing",
    platform: str | None = None,
    area: str | None = None,
    level: str = "",
    mine: bool = False,
    q: Annotated[str | None, Query(max_length=100)] = None,
    entity: str | None = None,
    group: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> AlarmPageOut:
    """One page of the inbox: unacknowledged first, then the gravest, then the newest."""
    wanted = queries.Wanted(
        state=state, platform=platform, area=area, levels=levels_of(level),
        owner=actor.person if mine else None, text=q, entity=entity, group=group, limit=limit, cursor=cursor,
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
        opened = await cases.of_alarm(unit.connection, alarm_id)
    return AlarmDetailOut(
        **alarm_out(alarm, unit.centre).model_dump(),
        events=[AlarmEventOut(**event) for event in events],
        cases=[_case_out(one) for one in opened],
    )


def _case_out(one: Case) -> AlarmCaseOut:
    state = type_named(one.type).stage(one.state).title
    return AlarmCaseOut(id=one.id, number=one.number, state_title=state, ended=one.ended_at is not None)


async def _handle(unit: Work, action: Action, body: HandleIn, actor: Actor) -> HandledOut:
    handled = await actions.handle(
        unit.connection, action, body.ids, actor, unit.now,
        note=body.note, reason=body.reason, minutes=body.minutes, one_shot=body.one_shot, finding=body.finding,
    )  # fmt: skip
    for alarm in handled.done:
        unit.changes.alarms.add(alarm.id)
        detail = {
            "note": body.note, "reason": body.reason, "minutes": body.minutes, "finding": body.finding,
        }  # fmt: skip
        await audit(unit.connection, actor, f"alarm.{action.value}", str(alarm.id), detail)
    for group in {alarm.group_id for alarm in handled.done if alarm.group_id is not None}:
        unit.touched("alarms", group)
        unit.touched("notices", group)
    return HandledOut(
        items=[alarm_out(alarm, unit.centre) for alarm in handled.done],
        refused=[RefusedOut(id=alarm, reason=reason) for alarm, reason in handled.refused],
    )


def _deed(name: str, action: Action, needs: str, says: str) -> None:
    """The route by which one thing is done to several alarms."""

    async def deed(
        actor: Annotated[Actor, Depends(requires(needs))], request: Request, body: HandleIn
    ) -> HandledOut:
        async with work(actor, request) as unit:
            return await _handle(unit, action, body, actor)

    deed.__name__, deed.__doc__ = name, says
    router.post(f"/api/alarms/{name}")(deed)


for _one in (
    ("acknowledge", Action.ACKNOWLEDGE, "alarms.acknowledge", "Take alarms into one's own hands."),
    ("unacknowledge", Action.UNACKNOWLEDGE, "alarms.acknowledge", "Give alarms back."),
    ("shelve", Action.SHELVE, "alarms.shelve",
     "Silence alarms for a while, or until their condition is gone, with the reason."),
    ("unshelve", Action.UNSHELVE, "alarms.shelve", "End the shelving."),
    ("reset", Action.RESET, "alarms.reset",
     "Reset latched alarms with what the check on the spot has found (`note`)."),
    ("note", Action.NOTE, "alarms.acknowledge",
     "Write down what has been done; an acknowledgement holds on with it."),
    ("finding", Action.FIND, "alarms.acknowledge",
     "Say what the alarms were found to be: real, false or a test."),
):  # fmt: skip
    _deed(*_one)
