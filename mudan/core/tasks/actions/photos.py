"""How is a photo from the field kept? Drawn anew, so that nothing but the picture comes in."""

import asyncio
from datetime import datetime
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Actor
from mudan.core.tasks import queries, store
from mudan.core.tasks.model import Task, believed
from mudan.core.units import queries as units
from mudan.primitives.errors import Conflict, NotAllowed
from mudan.primitives.pictures import redrawn
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre


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
