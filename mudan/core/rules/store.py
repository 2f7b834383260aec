"""How is what rules carry from batch to batch written?"""

from collections.abc import Sequence
from typing import Any

from mudan.storage.pool import Connection


async def remember(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep the state of rules on entities."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into rule_memory (entity, rule, since, leaves) values (%(entity)s, %(rule)s, %(since)s, %(leaves)s)"
            " on conflict (entity, rule) do update set since = excluded.since, leaves = excluded.leaves",
            rows,
        )


async def forget(connection: Connection, entities: Sequence[int], rules: Sequence[str]) -> None:
    """Drop what is at rest."""
    await connection.execute(
        "delete from rule_memory m using unnest(%s::int[], %s::text[]) as r (entity, rule)"
        " where m.entity = r.entity and m.rule = r.rule",
        (list(entities), list(rules)),
    )
