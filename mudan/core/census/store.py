"""How are files of a census and their rows written?"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.core.census.model import BadRow
from mudan.storage.pool import Connection


async def insert(connection: Connection, row: dict[str, Any]) -> bool:
    """Write a file's head; False when its id is known."""
    done = await connection.execute(
        sql.SQL("insert into census ({}) values ({}) on conflict (id) do nothing").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
        ),
        row,
    )
    return done.rowcount == 1


async def update(connection: Connection, census_id: UUID, given: dict[str, Any]) -> None:
    """Change a file's head."""
    await connection.execute(
        sql.SQL("update census set {} where id = %(id)s").format(
            sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in given
            )
        ),
        given | {"id": census_id},
    )


async def add_rows(
    connection: Connection, census_id: UUID, rows: Sequence[tuple[int, dict[str, Any]]]
) -> set[int]:
    """Keep good rows until they are written; the numbers of those whose name stands in the file already."""
    kept = await (
        await connection.execute(
            "insert into census_row (census_id, number, urn, content)"
            " select %s, (r -> 0)::int, r -> 1 ->> 'urn', r -> 1 from jsonb_array_elements(%s) r"
            " on conflict do nothing returning number",
            (census_id, Jsonb(rows)),
        )
    ).fetchall()
    return {number for number, _ in rows} - {row["number"] for row in kept}


async def add_bad(connection: Connection, census_id: UUID, rows: Sequence[tuple[BadRow, str | None]]) -> None:
    """Keep rows that were not taken, with the name they are about where it could be read."""
    await connection.execute(
        "insert into census_bad (census_id, number, urn, faults, content) select %s, * from"
        " unnest(%s::int[], %s::text[], %s::jsonb[], %s::jsonb[]) on conflict do nothing",
        (
            census_id, [bad.number for bad, _ in rows], [urn for _, urn in rows],
            [Jsonb([[one.field, one.reason.zh, one.reason.en] for one in bad.faults]) for bad, _ in rows],
            [Jsonb(bad.values) for bad, _ in rows],
        ),
    )  # fmt: skip


async def drop_rows(connection: Connection, census_id: UUID, numbers: Sequence[int] | None = None) -> None:
    """Forget rows that wait: these, or all of a file."""
    await connection.execute(
        "delete from census_row where census_id = %s and (%s::int[] is null or number = any(%s))",
        (census_id, numbers, numbers),
    )
