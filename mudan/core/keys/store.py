"""How are keys of other systems written?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.storage.pool import Connection


async def insert(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a new key."""
    statement = sql.SQL("insert into api_key ({}) values ({})").format(
        sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
    )
    await connection.execute(statement, row)


async def revoke(connection: Connection, key: UUID, at: datetime, by: str) -> bool:
    """End a key; False when it had ended."""
    done = await connection.execute(
        "update api_key set revoked_at = %s, revoked_by = %s where id = %s and revoked_at is null",
        (at, by, key),
    )
    return done.rowcount == 1
