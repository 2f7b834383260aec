"""How is a unit sent, and how does its task move on? Every move is an event, a stamp and a timeline line."""

import asyncio
import io
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError

from mudan.core.commands import actions as commands
from mudan.core.entities import queries as entities
from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.incidents.model import is_open
from mudan.core.people.model import Actor
from mudan.core.tasks import queries, store
from mudan.core.tasks.model import (
    CREW_EVENTS,
    ENDED,
    NEED_REASON,
    OFFER_LIFE,
    STATE_WORDS,
    Task,
    believed,
    moved,
)
from mudan.core.units import queries as units
from mudan.core.units.model import Administrative
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre

MAX_PIXELS = 24_000_000
MAX_SIDE = 1600
ORDER_LENGTH = 1000


async def assign(
    connection: Connection,
    incident_id: UUID,
    unit_id: UUID,
    order_text: str,
    actor: Actor,
    now: datetime,
    *,
    life: timedelta = OFFER_LIFE,
) -> Task:
    """Offer an incident to a unit; the order goes to the field page and, by a command, to its terminal."""
    incident = await incident_queries.one(connection, incident_id, lock=True)
    if not is_open(incident.phase):
        raise Conflict("the incident has ended; reopen it first")
    if not order_text.strip() or len(order_text) > ORDER_LENGTH:
        raise Invalid(f"an order is 1 to {ORDER_LENGTH} characters", field="order")
    unit = await units.one(connection, unit_id)
    if unit.administrative is not Administrative.ON_DUTY:
        raise Conflict("the unit is not on duty")
    if any(task.incident_id == incident_id for task in unit.tasks):
        raise Conflict("the unit has an open task in this incident")
    task_id = new_id()
    command_id = None
    if unit.vehicle is not None:
        vehicle = await entities.by_key(connection, unit.vehicle)
        text = order_text.strip()
        if incident.lon is not None and incident.lat is not None and "@" not in text:
            text = f"{text} @{incident.lon:.5f},{incident.lat:.5f}"
        payload = {"text": f"【{incident.number}】{text}", "urgent": True}
        command = await commands.order(
            connection, vehicle, "text", payload, actor=actor.name, now=now, life=max(life, OFFER_LIFE)
        )
        command_id = command.id
    await store.insert(
        connection,
        {
            "id": task_id, "space": incident.space, "incident_id": incident_id, "unit_id": unit_id,
            "area_code": incident.area_code, "department": incident.department, "order_text": order_text.strip(),
            "command_id": command_id, "created_by": actor.name, "created_at": now, "expires_at": now + life,
            "stamps": {"offered": now.isoformat()},
        },
    )  # fmt: skip
    await incidents.log(
        connection, incident_id, "task", Text(f"派遣 {unit.name.zh}", f"dispatched {unit.name.en}"),
        source="operator", actor=actor.name, now=now, detail={"task": str(task_id), "state": "offered"},
    )  # fmt: skip
    await incidents.follow_task(connection, incident_id, "offered", now)
    return await queries.one(connection, task_id)


@dataclass(frozen=True, slots=True)
class FieldEvent:
    """What happened to a task, as its reporter says; `client_id` makes a repeat harmless."""

    event: str
    client_id: UUID
    device_at: datetime
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    note: str = ""
    reason: str = ""


async def report(
    connection: Connection, task_id: UUID, event: FieldEvent, actor: Actor, now: datetime
) -> Task:
    """Move a task on by a person's word. A repeat of the same client id changes nothing.

    Crews report on their own tasks; who may assign may report anything, on the crew's word.
    """
    await queries.lock(connection, task_id)
    task = await queries.one(connection, task_id)
    crew = {row["id"] for row in await units.of_person(connection, actor.person)}
    own = task.unit_id in crew
    if not (actor.may("tasks.assign") or (own and actor.may("tasks.own") and event.event in CREW_EVENTS)):
        raise NotAllowed("this task is not yours to report on")
    if await queries.event_known(connection, event.client_id) == task_id:
        return task
    if event.event in NEED_REASON and not event.reason.strip():
        raise Invalid("a reason is needed", field="reason")
    source = "field" if own else "operator"
    await as_centre(connection)  # the person may do this; what follows from it is the centre's own doing
    return await _move(connection, task, event, source, actor.name, now)


async def _move(
    connection: Connection, task: Task, event: FieldEvent, source: str, actor: str, now: datetime
) -> Task:
    state = moved(task.state, event.event)
    at = believed(event.device_at, now)
    fresh = await store.append(
        connection,
        {
            "task_id": task.id, "client_id": event.client_id, "event": event.event, "from_state": task.state,
            "to_state": state, "device_at": event.device_at, "recorded_at": now, "lon": event.lon, "lat": event.lat,
            "accuracy_m": event.accuracy_m, "source": source, "actor": actor, "note": event.note,
        },
    )  # fmt: skip
    if not fresh:
        raise Conflict("this report belongs to another task")
    ended = now if state in ENDED else None
    await store.move(connection, task.id, state, {state: at.isoformat()}, ended, event.reason.strip())
    words, tail = STATE_WORDS[state], "：" + event.reason if event.reason else ""
    text = Text(
        f"{task.unit_name.zh} {words.zh}{tail}", f"{task.unit_name.en}: {words.en}{tail.replace('：', ', ')}"
    )
    await incidents.log(
        connection, task.incident_id, "task", text, source=source, actor=actor, now=now, at=at,
        detail={"task": str(task.id), "state": state, "note": event.note},
    )  # fmt: skip
    await incidents.follow_task(connection, task.incident_id, state, now)
    return await queries.one(connection, task.id)


async def expire_offers(connection: Connection, now: datetime) -> list[Task]:
    """End offers that nobody answered in time."""
    ended = []
    for task_id in await queries.overdue_offers(connection, now):
        await queries.lock(connection, task_id)
        task = await queries.one(connection, task_id)
        if task.state == "offered":
            event = FieldEvent("expire", new_id(), now)
            ended.append(await _move(connection, task, event, "system", "system", now))
    return ended


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


async def note_receipt(connection: Connection, task_id: UUID, now: datetime) -> Task:
    """Write into the timeline what became of the order on its way to the terminal."""
    task = await queries.one(connection, task_id)
    words = _RECEIPT_WORDS.get(task.command_state or "")
    if words is not None:
        await incidents.log(
            connection, task.incident_id, "receipt",
            Text(f"{task.unit_name.zh} {words.zh}", f"{task.unit_name.en}: {words.en}"), source="device",
            actor=task.unit_code, now=now, detail={"task": str(task_id), "state": task.command_state},
        )  # fmt: skip
    return task


_RECEIPT_WORDS = {
    "sent": Text("派单指令已发出", "order written to the terminal"),
    "delivered": Text("终端已收到派单", "terminal confirmed the order"),
    "failed": Text("终端未确认派单", "terminal did not confirm the order"),
    "expired": Text("派单指令未能送达", "order could not be delivered"),
}


async def add_photo(
    connection: Connection,
    task_id: UUID,
    photo_id: UUID,
    data: bytes,
    taken_at: datetime,
    lon: float | None,
    lat: float | None,
    actor: Actor,
    now: datetime,
) -> Task:
    """Keep a photo from the field, drawn anew so that nothing but the picture is kept of the file."""
    task = await queries.one(connection, task_id)
    crew = {row["id"] for row in await units.of_person(connection, actor.person)}
    if task.unit_id not in crew and not actor.may("tasks.assign"):
        raise NotAllowed("this task is not yours to report on")
    jpeg, width, height = await asyncio.to_thread(redrawn, data)
    await as_centre(connection)  # as above
    kept = await store.insert_photo(
        connection,
        {
            "id": photo_id, "task_id": task_id, "taken_at": taken_at, "received_at": now, "lon": lon, "lat": lat,
            "width": width, "height": height, "jpeg": jpeg,
        },
    )  # fmt: skip
    if not kept and not any(photo["id"] == str(photo_id) for photo in task.photos):
        raise Conflict("this photo belongs to another task")
    if kept:
        text = Text(f"{task.unit_name.zh} 上传照片", f"{task.unit_name.en} sent a photo")
        await incidents.log(
            connection, task.incident_id, "photo", text, source="field", actor=actor.name, now=now,
            at=believed(taken_at, now), detail={"task": str(task_id), "photo": str(photo_id)},
        )  # fmt: skip
        await incidents.follow_task(connection, task.incident_id, task.state, now)
    return await queries.one(connection, task_id)


# What Pillow's decoders raise on files that are broken on purpose or by the way.
_UNREADABLE = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError,
    SyntaxError, TypeError, KeyError, IndexError, OverflowError, struct.error, zlib.error,
)  # fmt: skip


def redrawn(data: bytes) -> tuple[bytes, int, int]:
    """A JPEG of at most 1600 pixels a side without metadata, and its size (raises Invalid)."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Invalid("the picture is too large", field="file")
            image.thumbnail((MAX_SIDE, MAX_SIDE))
            plain = ImageOps.exif_transpose(image).convert("RGB")  # upright, as the phone was held
    except _UNREADABLE as error:
        raise Invalid("not a picture that can be read", field="file") from error
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=82)
    return out.getvalue(), plain.width, plain.height


def proposal_is(task: dict[str, Any], event: str) -> bool:
    """Whether a task already carries this proposal."""
    return bool(task["proposal"]) and task["proposal"]["event"] == event
