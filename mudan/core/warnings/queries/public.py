"""What may everybody see of warnings? Read through one view that holds nothing else; needs no scope."""

from datetime import datetime
from typing import Any

from psycopg import sql

from mudan.core.warnings.model.cap import MsgType
from mudan.core.warnings.model.content import parsed
from mudan.core.warnings.model.record import Published
from mudan.core.warnings.model.states import State
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_PUBLIC = sql.SQL(
    "select id, chain, state, msg_type, content, expires_at, sent_at, ended_at, sender, identifier"
    " from public_warning where "
)


def _published(row: dict[str, Any]) -> Published:
    return Published(
        **row
        | {
            "state": State(row["state"]),
            "msg_type": MsgType(row["msg_type"]),
            "content": parsed(row["content"]),
        }
    )


async def published(connection: Connection, since: datetime, limit: int = 100) -> list[Published]:
    """What the public may see: all that is in force, and what was sent since; newest first. Needs no scope."""
    rows = await (
        await connection.execute(
            _PUBLIC
            + sql.SQL("state = 'sent' or sent_at >= %s order by sent_at desc, identifier desc limit %s"),
            (since, limit),
        )
    ).fetchall()
    return [_published(row) for row in rows]


async def published_document(connection: Connection, identifier: str) -> bytes:
    """The signed document of a message that the public may see (raises NotFound)."""
    row = await (
        await connection.execute("select document from public_warning where identifier = %s", (identifier,))
    ).fetchone()
    if row is None:
        raise NotFound("there is no such warning")
    return bytes(row["document"])


async def published_one(connection: Connection, identifier: str) -> Published:
    """A message that the public may see (raises NotFound)."""
    row = await (await connection.execute(_PUBLIC + sql.SQL("identifier = %s"), (identifier,))).fetchone()
    if row is None:
        raise NotFound("there is no such warning")
    return _published(row)
