"""How is a picture of a case kept? Drawn anew, by the hash of what was drawn, with the agreed place and time."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.actions.writing import record
from mudan.core.cases.model.chart import Author, Hand
from mudan.core.cases.model.pictures import MOST, ROLE_WORDS, NewPicture, check_giver
from mudan.core.cases.model.words import Case
from mudan.primitives.errors import Conflict
from mudan.primitives.pictures import Drawing, Taking, drawing, original_taking
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within


async def add_picture(
    connection: Connection,
    case_id: UUID,
    new: NewPicture,
    author: Author,
    now: datetime,
    *,
    hand: Hand | None = None,
) -> Case:
    """Keep a picture; the same id again changes nothing. `hand`: whose right to its role is looked at too.

    Raises NotFound, Invalid (no picture), NotAllowed (not by them), Conflict (another's id, too many).
    """
    check_giver((await queries.one(connection, case_id)).situation, new.role, author, hand)
    drawn, camera = await asyncio.to_thread(_looked_at, new.data)
    case = await queries.one(connection, case_id, lock=True)
    check_giver(case.situation, new.role, author, hand)
    known = await queries.pictures(connection, case_id)
    if any(one.id == new.id for one in known):
        return case
    if len(known) >= MOST:
        raise Conflict(f"a case has at most {MOST} pictures")
    row = {
        "id": new.id, "case_id": case_id, "hash": drawn.hash, "role": new.role, "received_at": now,
        "given_by": author.name, "given_by_id": author.person, **_placed(new, camera), **_timed(new, camera, now),
    }  # fmt: skip
    async with centre_within(connection):
        await store.insert_jpeg(connection, drawn.hash, drawn.jpeg, drawn.width, drawn.height, drawn.likeness)
        if not await store.insert_picture(connection, row):
            raise Conflict("this picture belongs to another case")
        words = ROLE_WORDS[new.role]
        said, detail = (
            Text(f"照片：{words.zh}", f"picture: {words.en}"),
            {"picture": str(new.id), "role": new.role},
        )
        await record(
            connection, case, "picture", said, now, actor=author.name, actor_id=author.person, detail=detail
        )
        return await queries.one(connection, case_id)


def _looked_at(data: bytes) -> tuple[Drawing, Taking]:
    return drawing(data), original_taking(data)


def _placed(new: NewPicture, camera: Taking) -> dict[str, Any]:
    if new.lon is not None:
        return {"lon": new.lon, "lat": new.lat, "placed_by": "given"}
    return {"lon": camera.lon, "lat": camera.lat, "placed_by": None if camera.lon is None else "camera"}


def _timed(new: NewPicture, camera: Taking, now: datetime) -> dict[str, Any]:
    given = new.taken_at or camera.at
    if given is None:
        return {"taken_at": now, "timed_by": "receipt"}
    # a clock that goes ahead has not seen the future
    return {"taken_at": min(given, now), "timed_by": "given" if new.taken_at is not None else "camera"}
