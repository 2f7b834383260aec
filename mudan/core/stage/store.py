"""How is a stage kept? Only ever added to."""

from typing import Any

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def append(connection: Connection, row: dict[str, Any]) -> None:
    """Add a setting."""
    await connection.execute(
        "insert into stage (space, area_code, number, since, set_at, set_by, why, public_why, advised) values"
        " (%(space)s, %(area_code)s, %(number)s, %(since)s, %(set_at)s, %(set_by)s, %(why)s, %(public_why)s,"
        " %(advised)s)",
        row,
    )


async def put_kind(connection: Connection, row: dict[str, Any]) -> bool:
    """Set the words and the advice of one stage; False when there is no such stage."""
    done = await connection.execute(
        "update stage_kind set name_zh = %(name_zh)s, name_en = %(name_en)s, meaning_zh = %(meaning_zh)s,"
        " meaning_en = %(meaning_en)s, advise = %(advise)s, example = false where number = %(number)s",
        row | {"advise": Jsonb(row["advise"])},
    )
    return done.rowcount == 1


async def hold(connection: Connection, space: int) -> None:
    """Let one at a time set the stage of a data space."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('mudan.stage'), %s)", (space,))
