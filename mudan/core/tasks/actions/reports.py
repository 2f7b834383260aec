"""How does a task move on? Every report is kept once, laid in the order in which it happened, and told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import is_open
from mudan.core.people.model import Actor
from mudan.core.tasks import queries, store
from mudan.core.tasks.actions import next_unit, safety
from mudan.core.tasks.model import (
    CHART,
    CREW_EVENTS,
    ENDED,
    EVENTS,
    NEED_REASON,
    NEVER_BY_HAND,
    STATE_WORDS,
    Laid,
    Report,
    Task,
    believed,
    laid,
    moved,
)
from mudan.core.units import queries as units
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre

_TARGET = {event: after for (_, event), after in CHART.items()}
_PHASE = {"staging": "en_route", "transporting": "working", "at_destination": "working"}


@dataclass(frozen=True, slots=True)
class FieldEvent:
    """What happened to a task, as its reporter says; `client_id` makes a repeat harmless.

    `device_at`, `sent_at`: when it happened and when it was sent, by the device's own clock.
    """

    event: str
    client_id: UUID
    device_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    note: str = ""
    reason: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The task after a report; `why_not`: the report was kept and does not count, because."""

    task: Task
    why_not: Text | None = None


async def report(
    connection: Connection, task_id: UUID, event: FieldEvent, actor: Actor, now: datetime
) -> Task:
    """As `hear`; the task alone."""
    return (await hear(connection, task_id, event, actor, now)).task


async def hear(
    connection: Connection, task_id: UUID, event: FieldEvent, actor: Actor, now: datetime
) -> Heard:
    """Move a task on by a person's word. A repeat of the same client id changes nothing.

    Crews report on their own tasks; who may assign may report anything, on the crew's word. What a crew
    reports is kept even when it does not count; the desk is refused (Conflict) instead.
    """
    await queries.lock(connection, task_id)
    task = await queries.one(connection, task_id)
    own = await is_own(connection, task, actor)
    if event.event not in EVENTS or event.event in NEVER_BY_HAND | {"offer"}:
        raise NotAllowed("that is not for people to report")
    if not (actor.may("tasks.assign") or (own and event.event in CREW_EVENTS)):
        raise NotAllowed("this task is not yours to report on")
    if await queries.event_known(connection, event.client_id) == task_id:
        return Heard(task)
    if event.event in NEED_REASON and not event.reason.strip():
        raise Invalid("a reason is needed", field="reason")
    await as_centre(connection)  # the person may do this; what follows from it is the centre's own doing
    return await record(connection, task, event, "field" if own else "operator", actor.name, now)


async def is_own(connection: Connection, task: Task, actor: Actor) -> bool:
    """Whether somebody is of the crew whose task it is and may report on it."""
    crew = {row["id"] for row in await units.of_person(connection, actor.person)}
    return task.unit_id in crew and actor.may("tasks.own")


async def record(
    connection: Connection, task: Task, event: FieldEvent, source: str, actor: str, now: datetime
) -> Heard:
    """Keep a report of a task whose row is held, and let the task stand where all its reports put it."""
    at = believed(event.device_at, now, event.sent_at)
    before = await queries.reports(connection, task.id)
    came = max((one.came for one in before), default=0) + 1
    new = Report(event.event, at, event.client_id, came, event.reason.strip())
    start = queries.start_of(task)
    stand = laid(start, [*before, new])
    if source == "operator" and new.client_id in stand.left_out:
        moved(task.state, event.event)
        raise Conflict(f"what was reported since leaves no place for {event.event}")
    barred = await _too_late(connection, task, stand)
    if barred is not None:
        stand = laid(start, before)
    fresh = await store.append(
        connection,
        {
            "task_id": task.id, "client_id": event.client_id, "event": event.event, "from_state": task.state,
            "to_state": stand.state, "at": at, "device_at": event.device_at, "recorded_at": now, "lon": event.lon,
            "lat": event.lat, "accuracy_m": event.accuracy_m, "source": source, "actor": actor, "note": event.note,
            "reason": new.reason, "barred": barred is not None,
        },
    )  # fmt: skip
    if not fresh:
        raise Conflict("this report belongs to another task")
    why_not = barred or _why_not(stand, new)
    if why_not is not None:
        await _log_kept(connection, task, event, source, actor, at, now, why_not)
        return Heard(await queries.one(connection, task.id), why_not)
    await _stand(connection, task, stand, event, source, actor, at, now)
    return Heard(await queries.one(connection, task.id))


async def _too_late(connection: Connection, task: Task, stand: Laid) -> Text | None:
    """A task comes back to life by what happened before its end, unless the world has moved on."""
    if task.state not in ENDED or stand.state in ENDED:
        return None
    incident = await incident_queries.one(connection, task.incident_id, lock=True)
    if not is_open(incident.phase):
        return Text("事件已经结束", "the incident has ended")
    if await queries.open_of_unit(connection, task.incident_id, task.unit_id):
        return Text("已另行派单", "the unit was sent again meanwhile")
    return None


def _why_not(stand: Laid, new: Report) -> Text | None:
    if new.client_id not in stand.left_out:
        return None
    words = STATE_WORDS[stand.state]
    return Text(
        f"任务当时的状态不允许（现为{words.zh}）", f"the task was not in a state for it (now: {words.en})"
    )


async def _log_kept(
    connection: Connection,
    task: Task,
    event: FieldEvent,
    source: str,
    actor: str,
    at: datetime,
    now: datetime,
    why: Text,
) -> None:
    words = STATE_WORDS[_TARGET[event.event]]
    text = Text(
        f"{task.unit_name.zh} 报“{words.zh}”，已收存、未计入：{why.zh}",
        f"{task.unit_name.en} reported “{words.en}”, kept and not counted: {why.en}",
    )
    await incidents.log(
        connection, task.incident_id, "task_kept", text, source=source, actor=actor, now=now, at=at,
        detail={"task": str(task.id), "event": event.event},
    )  # fmt: skip


async def _stand(
    connection: Connection,
    task: Task,
    stand: Laid,
    event: FieldEvent,
    source: str,
    actor: str,
    at: datetime,
    now: datetime,
) -> None:
    start = queries.start_of(task)
    stamps = {start: task.stamps[start]} | {name: when.isoformat() for name, when in stand.stamps.items()}
    await store.stand(connection, task.id, stand.state, stamps, stand.ended_at, stand.reason)
    words, tail = STATE_WORDS[_TARGET[event.event]], "：" + event.reason if event.reason else ""
    back = task.state in ENDED and stand.state not in ENDED
    zh, en = (
        ("，任务恢复；请核对是否已改派", " – the task is open again; see who was sent since")
        if back
        else ("", "")
    )
    text = Text(
        f"{task.unit_name.zh} {words.zh}{tail}{zh}",
        f"{task.unit_name.en}: {words.en}{tail.replace('：', ', ')}{en}",
    )
    await incidents.log(
        connection, task.incident_id, "task", text, source=source, actor=actor, now=now, at=at,
        detail={"task": str(task.id), "state": _TARGET[event.event], "note": event.note},
    )  # fmt: skip
    await incidents.follow_task(connection, task.incident_id, _PHASE.get(stand.state, stand.state), now)
    if stand.state in ENDED and task.state not in ENDED:
        await safety.end_with_task(connection, task, now)
        if stand.state in ("declined", "expired"):
            await next_unit.suggest(connection, task, now)
    elif stand.state not in ENDED:
        await safety.begin_on_scene(connection, task, stand.state, now)


async def propose(
    connection: Connection, task_id: UUID, event: str, reason: Text, at: datetime, now: datetime
) -> Task:
    """Note what the vehicle's position suggests; a person confirms it."""
    proposal = {"event": event, "at": at.isoformat(), "reason": {"zh": reason.zh, "en": reason.en}}
    fits = await store.propose(connection, task_id, proposal)
    task = await queries.one(connection, task_id)
    if not fits:  # the crew was faster
        return task
    await incidents.log(
        connection, task.incident_id, "proposal",
        Text(f"{task.unit_name.zh}：{reason.zh}", f"{task.unit_name.en}: {reason.en}"), source="device",
        actor=task.unit_code, now=now, at=at, detail={"task": str(task_id), "event": event},
    )  # fmt: skip
    return task


def proposal_is(task: dict[str, object], event: str) -> bool:
    """Whether a task already carries this proposal."""
    proposal = task["proposal"]
    return isinstance(proposal, dict) and proposal["event"] == event
