"""How does a crew ask for more, and how does a responder cry for rescue?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Actor
from mudan.core.tasks import queries, store
from mudan.core.tasks.actions import crying
from mudan.core.tasks.model import HelpCall, Panic, Task, believed
from mudan.core.units import queries as units
from mudan.core.units.model import CAPABILITIES
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre

LATE_CRY: Final = timedelta(seconds=30)  # a cry that was so long on its way is shown as late


@dataclass(frozen=True, slots=True)
class Call:
    """What a phone sends with a call or cry; `client_id` is its name and makes a repeat harmless."""

    client_id: UUID
    device_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    note: str = ""
    sent_at: datetime | None = None


async def ask_help(
    connection: Connection,
    task_id: UUID,
    kinds: tuple[str, ...],
    count: int,
    call: Call,
    actor: Actor,
    now: datetime,
) -> Task:
    """A crew asks for more units able to do something."""
    if not kinds or not set(kinds) <= set(CAPABILITIES):
        raise Invalid("say which help is needed", field="kinds")
    task = await queries.one(connection, task_id)
    own = task.unit_id in {row["id"] for row in await units.of_person(connection, actor.person)}
    if not (own and actor.may("tasks.own")) and not actor.may("tasks.assign"):
        raise NotAllowed("this task is not yours to report on")
    await as_centre(connection)
    at = believed(call.device_at, now, call.sent_at)
    kept = await store.insert_help(
        connection,
        {
            "id": call.client_id, "space": task.space, "area_code": task.area_code, "department": task.department,
            "task_id": task.id, "incident_id": task.incident_id, "unit_id": task.unit_id, "kinds": list(kinds),
            "count": count, "note": call.note, "asked_by": actor.name, "device_at": call.device_at, "at": at,
            "recorded_at": now, "lon": call.lon, "lat": call.lat, "accuracy_m": call.accuracy_m,
        },
    )  # fmt: skip
    if kept:
        zh = "、".join(CAPABILITIES[kind].zh for kind in kinds)
        en = ", ".join(CAPABILITIES[kind].en for kind in kinds)
        note = f"：{call.note}" if call.note else ""
        text = Text(
            f"{task.unit_name.zh} 需要支援：{zh} × {count}{note}",
            f"{task.unit_name.en} needs help: {en} × {count}{note}",
        )
        await incidents.log(
            connection, task.incident_id, "help", text, source="field" if own else "operator", actor=actor.name,
            now=now, at=at, detail={"task": str(task.id), "call": str(call.client_id)},
        )  # fmt: skip
    return await queries.one(connection, task_id)


async def answer_help(
    connection: Connection, call_id: UUID, answer: str, actor: Actor, now: datetime
) -> HelpCall:
    """The desk tells the crew what comes, or why nothing does."""
    if not answer.strip():
        raise Invalid("an answer is needed", field="answer")
    call = await queries.help_call(connection, call_id, lock=True)
    if not await store.answer_help(connection, call_id, "answered", answer.strip(), actor.name, now):
        raise Conflict("this call was answered before")
    text = Text(
        f"答复 {call.unit_name.zh} 的支援请求：{answer}",
        f"answered {call.unit_name.en}'s call for help: {answer}",
    )
    await incidents.log(
        connection, call.incident_id, "help", text, source="operator", actor=actor.name, now=now,
        detail={"task": str(call.task_id), "call": str(call_id)},
    )  # fmt: skip
    return await queries.help_call(connection, call_id)


async def cry(connection: Connection, call: Call, task_id: UUID | None, actor: Actor, now: datetime) -> Panic:
    """A responder's life is in danger: a level-Ⅰ alarm where they are. Needs no task and no unit.

    A repeat of the same cry changes nothing; a cry that reached the centre late is shown as late.
    """
    mine = await units.of_person(connection, actor.person)
    task = await _own_task(connection, task_id, {row["id"] for row in mine})
    unit = await units.one(connection, mine[0]["id"]) if mine else None
    area = task.area_code if task else unit.area_code if unit else actor.scope.area
    await as_centre(connection)
    at = believed(call.device_at, now, call.sent_at)
    point = Point(call.lon, call.lat) if call.lon is not None and call.lat is not None else None
    if point is None and unit is not None:
        point = unit.point
    kept = await store.insert_panic(
        connection,
        {
            "id": call.client_id, "space": actor.scope.space, "area_code": area,
            "department": unit.department if unit else None, "person_id": actor.person, "person_name": actor.name,
            "unit_id": unit.id if unit else None, "task_id": task.id if task else None,
            "incident_id": task.incident_id if task else None, "device_at": call.device_at, "at": at,
            "recorded_at": now, "late": now - at > LATE_CRY, "lon": point.lon if point else None,
            "lat": point.lat if point else None, "accuracy_m": call.accuracy_m, "note": call.note,
        },
    )  # fmt: skip
    panic = await queries.panic(connection, call.client_id)
    if panic.person_id != actor.person:
        raise Conflict("this cry belongs to another person")
    return await _alarmed(connection, panic, point, now) if kept else panic


async def _own_task(connection: Connection, task_id: UUID | None, crew: set[UUID]) -> Task | None:
    """The task the responder is on, if it can be found: a cry is never refused for a task that has gone."""
    if task_id is None:
        return None
    try:
        task = await queries.one(connection, task_id)
    except NotFound:
        return None
    return task if task.unit_id in crew else None


async def _alarmed(connection: Connection, panic: Panic, point: Point | None, now: datetime) -> Panic:
    entity = await crying.known(
        connection, "Responder", str(panic.person_id), _name(panic), panic.area_code, panic.department, point,
        panic.space, now,
    )  # fmt: skip
    alarm = await crying.cry(connection, crying.PANIC, entity, now)
    if alarm is not None:
        await store.link_panic(connection, panic.id, alarm)
    if panic.incident_id is not None:
        late_zh, late_en = ("（迟到）", " (came late)") if panic.late else ("", "")
        text = Text(f"紧急呼救：{_name(panic).zh}{late_zh}", f"cry for rescue: {_name(panic).en}{late_en}")
        await incidents.log(
            connection, panic.incident_id, "panic", text, source="field", actor=panic.person_name, now=now,
            at=panic.at, detail={"panic": str(panic.id)},
        )  # fmt: skip
    return await queries.panic(connection, panic.id)


def _name(panic: Panic) -> Text:
    if panic.unit_name is None:
        return Text(panic.person_name, panic.person_name)
    return Text(f"{panic.person_name}（{panic.unit_name.zh}）", f"{panic.person_name} ({panic.unit_name.en})")


async def end_cry(connection: Connection, panic_id: UUID, reason: str, actor: Actor, now: datetime) -> Panic:
    """A cry is over: taken back by the responder or ended by the desk, with the reason."""
    if not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    panic = await queries.panic(connection, panic_id, lock=True)
    own = panic.person_id == actor.person
    if not own and not actor.may("tasks.assign"):
        raise NotAllowed("this cry is not yours to end")
    if panic.state != "active":
        return panic
    await as_centre(connection)
    state = "cancelled" if own else "ended"
    await store.end_panic(connection, panic_id, state, actor.name, now, reason.strip())
    if not any(other.person_id == panic.person_id for other in await queries.active_panics(connection)):
        point = Point(panic.lon, panic.lat) if panic.lon is not None and panic.lat is not None else None
        entity = await crying.known(
            connection, "Responder", str(panic.person_id), _name(panic), panic.area_code, panic.department, point,
            panic.space, now,
        )  # fmt: skip
        await crying.hush(connection, crying.PANIC, entity, now)
    if panic.incident_id is not None:
        text = Text(f"紧急呼救解除：{reason}", f"cry for rescue ended: {reason}")
        await incidents.log(
            connection, panic.incident_id, "panic", text, source="field" if own else "operator", actor=actor.name,
            now=now, detail={"panic": str(panic.id)},
        )  # fmt: skip
    return await queries.panic(connection, panic_id)
