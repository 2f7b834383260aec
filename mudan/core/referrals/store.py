"""How are referrals written?"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection

_JSON = ("evidence",)


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Jsonb(value) if name in _JSON else value for name, value in row.items()}


async def insert(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new referral; False when its id is known, or the case is with that system already."""
    statement = sql.SQL("insert into case_referral ({}) values ({}) on conflict do nothing").format(
        sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
    )
    return (await connection.execute(statement, _values(row))).rowcount == 1


async def update(connection: Connection, referral: UUID, changes: Mapping[str, Any]) -> None:
    """Write named columns of a referral."""
    parts = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes]
    statement = sql.SQL("update case_referral set {} where id = %(referral)s").format(
        sql.SQL(", ").join(parts)
    )
    await connection.execute(statement, _values(changes) | {"referral": referral})
