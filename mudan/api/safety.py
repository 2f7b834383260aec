"""Who calls for help, who cries for rescue, and is every crew in danger still safe?"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, Field

from mudan.api.centre import Work, work
from mudan.api.security import requires
from mudan.api.tasks import TaskOut, task_out
from mudan.api.wire import Body, Instant
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.tasks import actions, queries
from mudan.core.tasks.model import EVERY_S, GRACE_S, USUAL_GRACE_S, Panic, Task
from mudan.primitives.text import Text

router = APIRouter(tags=["safety"])
Reader = Annotated[Actor, Depends(requires("tasks.read", "tasks.own"))]
Assigner = Annotated[Actor, Depends(requires("tasks.assign"))]
Reporter = Annotated[Actor, Depends(requires("tasks.assign", "tasks.own"))]


class CallIn(Body):
    """What a phone sends with a call; `client_id` names it and makes sending it twice harmless."""

    client_id: UUID
    device_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    accuracy_m: float | None = Field(default=None, ge=0)
    note: str = Field(default="", max_length=500)


class HelpIn(CallIn):
    """Which help is needed: capabilities, and how many units of them."""

    kinds: list[str] = Field(min_length=1, max_length=9)
    count: int = Field(default=1, ge=1, le=99)


class AnswerIn(Body):
    """What the desk tells the crew."""

    answer: str = Field(min_length=1, max_length=500)


class PanicIn(CallIn):
    """A cry for rescue; the task it came from, if any."""

    task_id: UUID | None = None


class EndIn(Body):
    """Why it ends."""

    reason: str = Field(min_length=1, max_length=500)


class CheckIn(Body):
    """Every how many seconds a crew is asked, and how long it has to answer."""

    every_s: int = Field(ge=EVERY_S[0], le=EVERY_S[1])
    grace_s: int = Field(default=USUAL_GRACE_S, ge=GRACE_S[0], le=GRACE_S[1])
    reason: str = Field(min_length=1, max_length=200)


class SafeIn(Body):
    """A crew's word that it is safe."""

    client_id: UUID
    device_at: AwareDatetime
    sent_at: AwareDatetime | None = None
    headcount: int | None = Field(default=None, ge=0, le=999)
    note: str = Field(default="", max_length=500)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)


class PanicOut(BaseModel):
    """A cry for rescue."""

    id: UUID
    person_name: str
    unit_id: UUID | None
    unit_code: str | None
    unit_name: Text | None
    task_id: UUID | None
    incident_id: UUID | None
    at: Instant
    recorded_at: Instant
    late: bool
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    note: str
    alarm_id: UUID | None
    state: str
    ended_by: str
    ended_at: Instant | None
    end_reason: str


class PanicsOut(BaseModel):
    """The cries that nobody has ended, oldest first."""

    items: list[PanicOut]
    as_of: Instant


class CheckedOut(BaseModel):
    """The tasks whose crews are checked now."""

    items: list[TaskOut]


def panic_out(panic: Panic) -> PanicOut:
    """A cry as it goes over the wire."""
    return PanicOut(
        id=panic.id, person_name=panic.person_name, unit_id=panic.unit_id, unit_code=panic.unit_code,
        unit_name=panic.unit_name, task_id=panic.task_id, incident_id=panic.incident_id, at=panic.at,
        recorded_at=panic.recorded_at, late=panic.late, lon=panic.lon, lat=panic.lat,
        accuracy_m=panic.accuracy_m, note=panic.note, alarm_id=panic.alarm_id, state=panic.state,
        ended_by=panic.ended_by, ended_at=panic.ended_at, end_reason=panic.end_reason,
    )  # fmt: skip


async def _told(unit: Work, actor: Actor, action: str, task: Task, detail: dict[str, Any]) -> TaskOut:
    await audit(unit.connection, actor, action, str(task.id), detail)
    unit.changes.tasks.add(task.id)
    unit.incidents.add(task.incident_id)
    return task_out(task)


@router.post("/api/tasks/{task_id}/help")
async def ask_help(actor: Reporter, request: Request, task_id: UUID, body: HelpIn) -> TaskOut:
    """A crew asks for more."""
    async with work(actor, request) as unit:
        call = actions.Call(**body.model_dump(exclude={"kinds", "count"}))
        task = await actions.ask_help(
            unit.connection, task_id, tuple(dict.fromkeys(body.kinds)), body.count, call, actor, unit.now
        )
        return await _told(unit, actor, "task.help", task, {"kinds": body.kinds, "count": body.count})


@router.post("/api/tasks/{task_id}/help/{call_id}/answer")
async def answer_help(
    actor: Assigner, request: Request, task_id: UUID, call_id: UUID, body: AnswerIn
) -> TaskOut:
    """Tell the crew what comes, or why nothing does."""
    async with work(actor, request) as unit:
        await queries.one(unit.connection, task_id)
        await actions.answer_help(unit.connection, call_id, body.answer, actor, unit.now)
        task = await queries.one(unit.connection, task_id)
        return await _told(unit, actor, "task.help_answer", task, {"call": str(call_id)})


@router.get("/api/panics")
async def panics(actor: Reader, request: Request) -> PanicsOut:
    """The cries for rescue that nobody has ended; without tasks.read one sees one's own only."""
    async with work(actor, request) as unit:
        found = await queries.active_panics(unit.connection)
    seen = [one for one in found if actor.may("tasks.read") or one.person_id == actor.person]
    return PanicsOut(items=[panic_out(one) for one in seen], as_of=unit.now)


@router.post("/api/panics", status_code=201)
async def cry(actor: Reporter, request: Request, body: PanicIn) -> PanicOut:
    """A responder's life is in danger: a level-Ⅰ alarm at the desk, where they are."""
    async with work(actor, request) as unit:
        call = actions.Call(**body.model_dump(exclude={"task_id"}))
        panic = await actions.cry(unit.connection, call, body.task_id, actor, unit.now)
        return await _cried(unit, actor, "panic.cry", panic, {"late": panic.late})


@router.post("/api/panics/{panic_id}/end")
async def end_cry(actor: Reporter, request: Request, panic_id: UUID, body: EndIn) -> PanicOut:
    """The cry is over: taken back by the responder, or ended by the desk."""
    async with work(actor, request) as unit:
        panic = await actions.end_cry(unit.connection, panic_id, body.reason, actor, unit.now)
        return await _cried(unit, actor, "panic.end", panic, {"reason": body.reason})


async def _cried(unit: Work, actor: Actor, action: str, panic: Panic, detail: dict[str, Any]) -> PanicOut:
    await audit(unit.connection, actor, action, str(panic.id), detail)
    unit.touched("tasks", panic.id)
    if panic.alarm_id is not None:
        unit.changes.alarms.add(panic.alarm_id)
    if panic.incident_id is not None:
        unit.incidents.add(panic.incident_id)
    return panic_out(panic)


@router.post("/api/tasks/{task_id}/par")
async def check(actor: Assigner, request: Request, task_id: UUID, body: CheckIn) -> TaskOut:
    """Ask this crew in danger at intervals whether it is safe."""
    async with work(actor, request) as unit:
        task = await actions.check(
            unit.connection, task_id, body.every_s, body.grace_s, body.reason, actor, unit.now
        )
        return await _told(unit, actor, "par.start", task, body.model_dump())


@router.post("/api/tasks/{task_id}/par/safe")
async def safe(actor: Reporter, request: Request, task_id: UUID, body: SafeIn) -> TaskOut:
    """The crew is safe."""
    async with work(actor, request) as unit:
        before = (await queries.one(unit.connection, task_id)).par
        if before and before["alarm_id"]:
            unit.changes.alarms.add(UUID(before["alarm_id"]))
        task = await actions.safe(
            unit.connection, task_id, actions.Safe(**body.model_dump()), actor, unit.now
        )
        return await _told(unit, actor, "par.safe", task, {"client_id": str(body.client_id)})


@router.post("/api/tasks/{task_id}/par/end")
async def end_check(actor: Assigner, request: Request, task_id: UUID, body: EndIn) -> TaskOut:
    """Ask this crew no more."""
    async with work(actor, request) as unit:
        task = await actions.end(unit.connection, task_id, body.reason, actor, unit.now)
        return await _told(unit, actor, "par.end", task, {"reason": body.reason})


@router.post("/api/incidents/{incident_id}/par")
async def check_all(actor: Assigner, request: Request, incident_id: UUID, body: CheckIn) -> CheckedOut:
    """Check every crew at the scene, and each that comes later when it arrives."""
    async with work(actor, request) as unit:
        await incident_queries.one(unit.connection, incident_id)
        found = await actions.check_all(
            unit.connection, incident_id, body.every_s, body.grace_s, body.reason, actor, unit.now
        )
        await audit(unit.connection, actor, "par.start_all", str(incident_id), body.model_dump())
        unit.changes.tasks |= {task.id for task in found}
        unit.incidents.add(incident_id)
    return CheckedOut(items=[task_out(task) for task in found])


@router.post("/api/incidents/{incident_id}/par/end")
async def end_all(actor: Assigner, request: Request, incident_id: UUID, body: EndIn) -> CheckedOut:
    """Check no crew of the incident any more."""
    async with work(actor, request) as unit:
        await incident_queries.one(unit.connection, incident_id)
        ended = await actions.end_all(unit.connection, incident_id, body.reason, actor, unit.now)
        await audit(unit.connection, actor, "par.end_all", str(incident_id), {"reason": body.reason})
        unit.changes.tasks |= set(ended)
        unit.incidents.add(incident_id)
    return CheckedOut(items=[])
