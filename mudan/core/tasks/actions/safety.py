"""How is a crew in danger asked whether it is safe, and who hears when it does not answer?

A safety check inside a dangerous task under way, asked on the phone and on the vehicle's terminal. It ends
with the task and is never a record of attendance.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Actor
from mudan.core.people.queries import space_scale
from mudan.core.tasks import queries, store
from mudan.core.tasks.actions import crying
from mudan.core.tasks.actions.orders import say
from mudan.core.tasks.model import ENDED, EVERY_S, FORWARD, GRACE_S, Par, Task, answered, believed, turned
from mudan.core.units import queries as units
from mudan.core.units.model import Unit
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.geo import Point
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre

_IN_DANGER: Final = frozenset(FORWARD[FORWARD.index("on_scene") :])


@dataclass(frozen=True, slots=True)
class Safe:
    """A crew's word that it is safe; `client_id` makes a repeat harmless."""

    client_id: UUID
    device_at: datetime
    headcount: int | None = None
    note: str = ""
    lon: float | None = None
    lat: float | None = None
    sent_at: datetime | None = None


async def check(
    connection: Connection,
    task_id: UUID,
    every_s: int,
    grace_s: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Task:
    """Ask this crew every `every_s` seconds from now on; an answer is due within `grace_s`."""
    _bounds(every_s, grace_s, reason)
    await queries.lock(connection, task_id)
    task = await queries.one(connection, task_id)
    if task.state in ENDED or task.state in ("planned", "offered"):
        raise Conflict("only a crew under way is checked")
    await as_centre(connection)
    await _begin(connection, task, every_s, grace_s, reason.strip(), actor.name, now)
    return await queries.one(connection, task_id)


async def check_all(
    connection: Connection,
    incident_id: UUID,
    every_s: int,
    grace_s: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> list[Task]:
    """Check every crew at the scene of an incident, and each that comes later when it arrives."""
    _bounds(every_s, grace_s, reason)
    found = await queries.several(connection, incident=incident_id, open_only=True)
    await incidents.log(
        connection, incident_id, "par",
        Text(f"全体在场队伍每 {every_s // 60} 分钟平安确认：{reason}", f"every crew on scene is checked each"
             f" {every_s // 60} min: {reason}"),
        source="operator", actor=actor.name, now=now,
    )  # fmt: skip
    await as_centre(connection)
    await store.put_incident_par(
        connection,
        {
            "incident_id": incident_id, "every_s": every_s, "grace_s": grace_s, "reason": reason.strip(),
            "started_by": actor.name, "started_at": now,
        },
    )  # fmt: skip
    started = []
    for task in found:
        if task.state in _IN_DANGER:
            await queries.lock(connection, task.id)
            await _begin(connection, task, every_s, grace_s, reason.strip(), actor.name, now)
            started.append(await queries.one(connection, task.id))
    return started


def _bounds(every_s: int, grace_s: int, reason: str) -> None:
    if not EVERY_S[0] <= every_s <= EVERY_S[1]:
        raise Invalid(f"a check comes every {EVERY_S[0]} to {EVERY_S[1]} seconds", field="every_s")
    if not GRACE_S[0] <= grace_s <= GRACE_S[1] or grace_s > every_s:
        raise Invalid("an answer is due within 30 to 900 seconds, and before the next check", field="grace_s")
    if not reason.strip():
        raise Invalid("say which danger the crew is in", field="reason")


async def _begin(
    connection: Connection, task: Task, every_s: int, grace_s: int, reason: str, by: str, now: datetime
) -> None:
    running = await queries.running_par(connection, task.id)
    if running is not None:
        await _end(connection, running, by, now, "改为新的间隔")
    scale, par = await space_scale(connection, task.space), new_id()
    paced = [
        max(1, round(seconds / scale)) for seconds in (every_s, grace_s)
    ]  # an exercise asks as fast as it runs
    await store.insert_par(
        connection,
        {
            "id": par, "space": task.space, "area_code": task.area_code, "department": task.department,
            "task_id": task.id, "incident_id": task.incident_id, "unit_id": task.unit_id,
            "every_s": paced[0], "grace_s": paced[1], "reason": reason, "started_by": by, "started_at": now,
            "next_at": now + timedelta(seconds=paced[0]),
        },
    )  # fmt: skip
    await _note(connection, par, "started", now, by)
    await _log(
        connection, task,
        Text(f"{task.unit_name.zh} 开始平安确认，每 {every_s // 60} 分钟", f"{task.unit_name.en}: safety check every"
             f" {every_s // 60} min"), by, now,
    )  # fmt: skip


async def begin_on_scene(connection: Connection, task: Task, state: str, now: datetime) -> None:
    """A crew that reaches a dangerous scene is checked as all others there are."""
    if state not in _IN_DANGER or task.state in _IN_DANGER:
        return
    wanted = await queries.incident_par(connection, task.incident_id)
    if wanted is not None and await queries.running_par(connection, task.id) is None:
        await _begin(
            connection, task, wanted["every_s"], wanted["grace_s"], wanted["reason"], wanted["started_by"], now
        )  # fmt: skip


async def safe(connection: Connection, task_id: UUID, word: Safe, actor: Actor, now: datetime) -> Task:
    """A crew says that it is safe, or the desk heard it by radio. The same word twice counts once."""
    task = await queries.one(connection, task_id)
    crew = {row["id"] for row in await units.of_person(connection, actor.person)}
    own = task.unit_id in crew and actor.may("tasks.own")
    if not own and not actor.may("tasks.assign"):
        raise NotAllowed("this task is not yours to report on")
    await as_centre(connection)
    par = await queries.running_par(connection, task_id)
    if await queries.par_event_known(connection, word.client_id):
        return task
    if par is None:
        return task  # the check has ended: a late word is good news and changes nothing
    at = believed(word.device_at, now, word.sent_at)
    await store.note_par(
        connection,
        {
            "par_id": par.id, "client_id": word.client_id, "kind": "answered", "at": at, "device_at": word.device_at,
            "recorded_at": now, "late": par.due_at is not None and at > par.due_at, "actor": actor.name,
            "headcount": word.headcount, "note": word.note, "lon": word.lon, "lat": word.lat,
        },
    )  # fmt: skip
    after = answered(par, min(at, now))
    await _write(connection, after)
    if after.missed == 0 and par.missed > 0:
        await _hush(connection, par, task, now)
        words = Text(f"{task.unit_name.zh} 已报平安", f"{task.unit_name.en}: safe")
        await _log(connection, task, words, actor.name, now)
    return await queries.one(connection, task_id)


async def end(connection: Connection, task_id: UUID, reason: str, actor: Actor, now: datetime) -> Task:
    """Check this crew no more, with the reason."""
    if not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    task = await queries.one(connection, task_id)
    await as_centre(connection)
    par = await queries.running_par(connection, task_id)
    if par is None:
        raise Conflict("no safety check is running")
    await _end(connection, par, actor.name, now, reason.strip())
    words = Text(
        f"{task.unit_name.zh} 停止平安确认：{reason}", f"{task.unit_name.en}: checks ended, {reason}"
    )
    await _log(connection, task, words, actor.name, now)
    return await queries.one(connection, task_id)


async def end_all(
    connection: Connection, incident_id: UUID, reason: str, actor: Actor, now: datetime
) -> list[UUID]:
    """Check no crew of an incident any more; the tasks that were checked."""
    if not reason.strip():
        raise Invalid("a reason is needed", field="reason")
    text = Text(f"全体停止平安确认：{reason}", f"all safety checks ended: {reason}")
    await incidents.log(connection, incident_id, "par", text, source="operator", actor=actor.name, now=now)
    await as_centre(connection)
    await store.end_incident_par(connection, incident_id, now)
    running = await queries.pars(connection, incident_id)
    for par in running:
        await _end(connection, par, actor.name, now, reason.strip())
    return [par.task_id for par in running]


async def end_with_task(connection: Connection, task: Task, now: datetime) -> None:
    """The danger ends with the task."""
    par = await queries.running_par(connection, task.id)
    if par is not None:
        await _end(connection, par, "system", now, "任务结束")


async def _end(connection: Connection, par: Par, by: str, now: datetime, reason: str) -> None:
    if await store.end_par(connection, par.id, by, now, reason):
        await _note(connection, par.id, "ended", now, by)
        if par.missed > 0:
            task = await queries.one(connection, par.task_id)
            await _hush(connection, par, task, now)


async def tick(connection: Connection, now: datetime) -> Changes:
    """Ask whoever is to be asked; cry where no answer came."""
    changes = Changes()
    for which in await queries.due_pars(connection, now):
        par = await queries.par(connection, which)
        turn = turned(par, now)
        if turn is None:
            continue
        after, what, late = turn
        task = await queries.one(connection, par.task_id)
        await _write(connection, after)
        await _note(connection, par.id, what, now, "system", late=late)
        unit = await units.one(connection, par.unit_id)
        if what == "missed":
            alarm = await _cry(connection, after, task, unit, now)
            changes.alarms |= {alarm} if alarm is not None else set()
        if unit.vehicle is not None:
            text = f"【{task.incident_number}】平安确认：请在 {par.grace_s} 秒内报平安"
            changes.commands.add(
                await say(connection, unit.vehicle, text, "system", now, timedelta(seconds=par.grace_s))
            )
        if late:
            words = Text(
                f"{task.unit_name.zh} 平安确认迟发（中心曾中断）",
                f"{task.unit_name.en}: asked late, the centre was away",
            )
            await _log(connection, task, words, "system", now)
        changes.tasks.add(task.id)
        changes.touch("tasks", par.space, task.id)
    return changes


async def _cry(connection: Connection, par: Par, task: Task, unit: Unit, now: datetime) -> UUID | None:
    entity = await crying.known(
        connection, "ResponderCrew", task.unit_code, task.unit_name, task.area_code, task.department,
        _where(task, unit), task.space, now,
    )  # fmt: skip
    alarm = await crying.cry(connection, crying.PAR_MISSED, entity, now)
    if par.missed == 1:
        await store.alarm_par(connection, par.id, alarm)
        words = Text(
            f"{task.unit_name.zh} 未应答平安确认，已报警",
            f"{task.unit_name.en} did not answer the safety check: alarm",
        )
        await _log(connection, task, words, "system", now)
    return alarm


async def _hush(connection: Connection, par: Par, task: Task, now: datetime) -> None:
    unit = await units.one(connection, task.unit_id)
    entity = await crying.known(
        connection, "ResponderCrew", task.unit_code, task.unit_name, task.area_code, task.department,
        _where(task, unit), task.space, now,
    )  # fmt: skip
    await crying.hush(connection, crying.PAR_MISSED, entity, now)
    await store.alarm_par(connection, par.id, None)


def _where(task: Task, unit: Unit) -> Point:
    """Where the vehicle was last seen, else the scene, else home."""
    if unit.point is not None:
        return unit.point
    if task.incident_lon is not None and task.incident_lat is not None:
        return Point(task.incident_lon, task.incident_lat)
    return unit.home


async def _write(connection: Connection, par: Par) -> None:
    row = {"next_at": par.next_at, "asked_at": par.asked_at, "due_at": par.due_at, "missed": par.missed}
    await store.turn_par(connection, par.id, row)


async def _note(
    connection: Connection, par: UUID, kind: str, now: datetime, by: str, *, late: bool = False
) -> None:
    row = {
        "par_id": par,
        "kind": kind,
        "at": now,
        "recorded_at": now,
        "actor": by,
        "late": late,
        "client_id": None,
    }
    await store.note_par(connection, row)


async def _log(connection: Connection, task: Task, text: Text, by: str, now: datetime) -> None:
    await incidents.log(
        connection, task.incident_id, "par", text, source="system" if by == "system" else "operator", actor=by,
        now=now, detail={"task": str(task.id)},
    )  # fmt: skip
