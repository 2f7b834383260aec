"""How does another system get a key, and how does it lose it? Both stand in the trail."""

import secrets
from datetime import datetime
from uuid import UUID

from mudan.core.keys import queries, store
from mudan.core.keys.model import PREFIX, SHOWN, ApiKey, NewKey
from mudan.core.people import queries as people
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor, hashed
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection, centre_within


async def issue(connection: Connection, actor: Actor, now: datetime, new: NewKey) -> tuple[ApiKey, str]:
    """A new key and its signs, which nobody can read again afterwards. Raises Invalid."""
    if new.department is not None and not await people.department_exists(connection, new.department):
        raise Invalid("there is no such department", field="department")
    token, key = PREFIX + secrets.token_urlsafe(32), new_id()
    row = {
        "id": key, "name": new.name.strip(), "department": new.department, "contact": new.contact.strip(),
        "hash": hashed(token), "shown": token[: len(PREFIX) + SHOWN], "per_minute": new.per_minute, "issued_at": now,
        "issued_by": actor.name, "issued_by_id": actor.person,
    }  # fmt: skip
    async with centre_within(connection):
        await store.insert(connection, row)
        made = await queries.one(connection, key)
    await audit(connection, actor, "key.issue", made.name, {"key": str(key), "per_minute": new.per_minute})
    return made, token


async def revoke(connection: Connection, actor: Actor, now: datetime, key: UUID) -> ApiKey:
    """End a key at once. Raises NotFound, Conflict."""
    async with centre_within(connection):
        known = await queries.one(connection, key)
        if not await store.revoke(connection, key, now, actor.name):
            raise Conflict("this key has been revoked already")
        ended = await queries.one(connection, key)
    await audit(connection, actor, "key.revoke", known.name, {"key": str(key)})
    return ended
