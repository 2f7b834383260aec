"""How is a photo from the field kept? Drawn anew, so that nothing but the picture comes in."""

import asyncio
import io
import struct
import zlib
from datetime import datetime
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError

from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Actor
from mudan.core.tasks import queries, store
from mudan.core.tasks.model import Task, believed
from mudan.core.units import queries as units
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre

MAX_PIXELS = 24_000_000
MAX_SIDE = 1600


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
