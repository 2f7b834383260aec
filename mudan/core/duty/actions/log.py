"""How does a person write into the duty log, or put a line of it right?"""

from datetime import datetime, timedelta
from uuid import UUID

from mudan.core.duty import queries, store
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid, NotFound
from mudan.storage.pool import Connection

_INSTANT = timedelta(milliseconds=1)  # as exactly as times go over the wire
_AHEAD = timedelta(minutes=5)


async def write_note(
    connection: Connection,
    actor: Actor,
    now: datetime,
    *,
    client_id: UUID,
    text: str,
    at: datetime,
    corrects: str | None = None,
    reason: str = "",
) -> bool:
    """Add a line that happened `at`; a line that `corrects` another stands at the other's time, with a reason.

    The same client id again changes nothing (False).
    """
    if not text.strip() or len(text) > 4000:
        raise Invalid("a line of the log is 1 to 4000 characters", field="text")
    if at > now + _AHEAD:
        raise Invalid("a line of the log tells what has happened", field="at")
    if corrects is not None:
        if not reason.strip():
            raise Invalid("putting a line right needs a reason", field="reason")
        lines = await queries.log(connection, actor.scope.space, at, at + _INSTANT)
        known = [line.at for line in lines if line.key == corrects]
        if not known:
            raise NotFound("there is no such line in the log at that time")
        at = known[0]
    return await store.insert_note(
        connection,
        {
            "client_id": client_id, "space": actor.scope.space, "area_code": actor.scope.area, "department": None,
            "at": at, "recorded_at": now, "author": actor.name, "text": text.strip(), "corrects": corrects,
            "reason": reason.strip(),
        },
    )  # fmt: skip
