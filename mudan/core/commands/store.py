"""How are commands kept?"""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def insert(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a new command."""
    await connection.execute(
        "insert into command (id, space, platform, entity, area_code, department, kind, payload, state,"
        " created_at, created_by, expires_at) values (%(id)s, %(space)s, %(platform)s, %(entity)s, %(area_code)s,"
        " %(department)s, %(kind)s, %(payload)s, 'queued', %(created_at)s, %(created_by)s, %(expires_at)s)",
        row | {"payload": Jsonb(row["payload"])},
    )


async def advance(connection: Connection, command: UUID, row: dict[str, Any]) -> bool:
    """Move an open command on; False when it had ended before or goes nowhere new."""
    done = await connection.execute(
        "update command set state = %(state)s, reason = %(reason)s, detail = detail || %(detail)s,"
        " attempts = attempts + case when %(state)s = 'sent' then 1 else 0 end,"
        " sent_at = case when %(state)s = 'sent' then coalesce(sent_at, %(at)s) else sent_at end,"
        " delivered_at = case when %(state)s = 'delivered' then %(at)s else delivered_at end"
        " where id = %(id)s and state in ('queued', 'sent')",
        row | {"id": command, "detail": Jsonb(row["detail"])},
    )
    return done.rowcount == 1
