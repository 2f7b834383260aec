"""How does a picture wait for the report that it belongs to? Drawn anew, for two hours, and only so many."""

import asyncio
from datetime import datetime
from uuid import UUID

from mudan.core.cases import queries, store
from mudan.core.cases.actions.showing import add_picture
from mudan.core.cases.actions.slips import CITIZEN
from mudan.core.cases.model.pictures import NewPicture
from mudan.core.cases.model.slip import DRAFT_KEPT, MOST_DRAFTS, Draft
from mudan.core.cases.model.words import Case
from mudan.primitives.errors import TooMany
from mudan.primitives.ids import new_id
from mudan.primitives.pictures import drawing, original_taking
from mudan.storage.pool import Connection


async def looked_at(data: bytes) -> Draft:
    """What can be seen of a picture, and what its camera says of time and place. Raises Invalid."""

    def look() -> Draft:
        taking = original_taking(data)
        return Draft(new_id(), drawing(data).jpeg, taking.at, taking.lon, taking.lat)

    return await asyncio.to_thread(look)


async def keep_draft(connection: Connection, draft: Draft, now: datetime) -> None:
    """Let a picture wait for its report. Raises TooMany while too many wait. As the centre."""
    if await queries.drafts_waiting(connection) >= MOST_DRAFTS:
        raise TooMany("too many pictures wait; send it without, or later", retry_after_s=600)
    row = {"id": draft.id, "at": now, "jpeg": draft.jpeg, "taken_at": draft.taken_at}
    await store.insert_draft(connection, {**row, "lon": draft.lon, "lat": draft.lat}, before=now - DRAFT_KEPT)


async def show(
    connection: Connection, case: Case, draft: Draft, picture: UUID, now: datetime, *, placed: bool
) -> Case:
    """The picture becomes one of the case; with the camera's place only where its sender said that it is there."""
    place = (draft.lon, draft.lat) if placed else (None, None)
    new = NewPicture(picture, "report", draft.jpeg, draft.taken_at, *place)
    case = await add_picture(connection, case.id, new, CITIZEN, now)
    await store.forget_draft(connection, draft.id)
    return case
