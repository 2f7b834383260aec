"""How is something written into an incident's timeline, and how is one held while it is changed?"""

import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.incidents import queries, store
from mudan.core.incidents.model import Incident, is_open
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, as_centre, set_scope


async def log(
    connection: Connection,
    incident: UUID,
    kind: str,
    text: Text,
    *,
    source: str,
    actor: str,
    now: datetime,
    at: datetime | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add a line to the timeline; `at` is when it happened, `now` when it is recorded."""
    await store.append(
        connection,
        {
            "incident": incident, "at": at or now, "recorded_at": now, "source": source, "actor": actor,
            "kind": kind, "text_zh": text.zh, "text_en": text.en, "detail": detail or {},
        },
    )  # fmt: skip


async def held(connection: Connection, incident_id: UUID, version: int | None = None) -> Incident:
    """The incident, locked; raises Conflict when it is no longer as the person saw it."""
    incident = await queries.one(connection, incident_id, lock=True)
    if version is not None and incident.version != version:
        raise Conflict("the incident has changed meanwhile; look again")
    return incident


async def held_open(connection: Connection, incident_id: UUID, version: int | None = None) -> Incident:
    """As `held`, and not ended."""
    incident = await held(connection, incident_id, version)
    if not is_open(incident.phase):
        raise Conflict("the incident has ended; reopen it first")
    return incident


async def change(connection: Connection, incident: UUID, **changes: Any) -> Incident:
    """Write changes by column and read the incident again."""
    await store.update(connection, incident, changes)
    return await queries.one(connection, incident)


def reasoned(reason: str, what: str) -> str:
    """The reason without blanks around it; raises Invalid when there is none."""
    if not reason.strip():
        raise Invalid(f"{what} needs a reason", field="reason")
    return reason.strip()


@contextlib.asynccontextmanager
async def whole(connection: Connection, actor: Actor) -> AsyncIterator[None]:
    """What follows from a deed is the centre's own doing: whatever belongs to an incident goes with it, seen or not."""
    await as_centre(connection)
    yield
    await set_scope(connection, actor.scope.settings())
