"""Which commands are there?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.commands.model import Command, CommandState
from mudan.storage.pool import Connection


async def waiting(connection: Connection) -> list[Command]:
    """All commands that are queued or sent: what connectors must carry on with after a start.

    Those of exercises are never among them: no real device hears of an exercise.
    """
    rows = await (
        await connection.execute(
            "select id, platform, entity, kind, payload, expires_at, state, attempts from command"
            " where state in ('queued', 'sent') and space = 0 order by created_at"
        )
    ).fetchall()
    return [Command(**(row | {"state": CommandState(row["state"])})) for row in rows]


async def expired(connection: Connection, now: datetime) -> list[UUID]:
    """Open commands whose time is over."""
    rows = await (
        await connection.execute(
            "select id from command where state in ('queued', 'sent') and expires_at <= %s", (now,)
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def of_entity(
    connection: Connection, platform: str, entity: int, limit: int = 50
) -> list[dict[str, Any]]:
    """The newest commands to one device."""
    return await (
        await connection.execute(
            "select id, kind, payload, state, created_at, created_by, sent_at, delivered_at, reason, detail, attempts"
            " from command where platform = %s and entity = %s order by created_at desc limit %s",
            (platform, entity, limit),
        )
    ).fetchall()


async def one(connection: Connection, command: UUID) -> dict[str, Any] | None:
    """One command's row."""
    return await (await connection.execute("select * from command where id = %s", (command,))).fetchone()


async def waiting_in(connection: Connection, space: int) -> list[UUID]:
    """The open commands of an exercise, which stand-ins answer instead of devices."""
    rows = await (
        await connection.execute(
            "select id from command where state in ('queued', 'sent') and space = %s and space <> 0", (space,)
        )
    ).fetchall()
    return [row["id"] for row in rows]
