"""Which keys of other systems are there, and whose is this one? Read as the centre."""

from typing import LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.keys.model import ApiKey
from mudan.core.people.model import hashed
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_COLUMNS: LiteralString = (
    "select id, name, department, contact, shown, per_minute, issued_at, issued_by, revoked_at, revoked_by"
    " from api_key"
)


async def every(connection: Connection) -> list[ApiKey]:
    """All keys, the newest first."""
    rows = await (
        await connection.execute(sql.SQL(_COLUMNS) + sql.SQL(" order by issued_at desc, id"))
    ).fetchall()
    return [ApiKey(**row) for row in rows]


async def one(connection: Connection, key: UUID) -> ApiKey:
    """A key by its id (raises NotFound)."""
    row = await (await connection.execute(sql.SQL(_COLUMNS) + sql.SQL(" where id = %s"), (key,))).fetchone()
    if row is None:
        raise NotFound("there is no such key")
    return ApiKey(**row)


async def in_use(connection: Connection, token: str) -> ApiKey | None:
    """The key that these signs are, unless there is none or it was revoked."""
    condition = sql.SQL(" where hash = %s and revoked_at is null")
    row = await (await connection.execute(sql.SQL(_COLUMNS) + condition, (hashed(token),))).fetchone()
    return None if row is None else ApiKey(**row)
