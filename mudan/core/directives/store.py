"""How are directives, their history and their proof written?"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def next_number(connection: Connection, space: int, day: date) -> int:
    """The next number of a day."""
    done = await connection.execute(
        "insert into directive_number values (%s, %s, 1) on conflict (space, day)"
        " do update set last = directive_number.last + 1 returning last",
        (space, day),
    )
    row = await done.fetchone()
    assert row is not None  # the statement returns a row or raises
    last: int = row["last"]
    return last


def _insert(table: str, row: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )


async def insert(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new directive; False when its origin or its occurrence is there already."""
    return (await connection.execute(_insert("directive", row), row)).rowcount == 1


async def update(connection: Connection, directive: UUID, changes: Mapping[str, Any]) -> None:
    """Write named columns of a directive."""
    parts: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes
    ]
    parts.append(sql.SQL("version = version + 1"))
    statement = sql.SQL("update directive set {} where id = %(directive)s").format(sql.SQL(", ").join(parts))
    await connection.execute(statement, {**changes, "directive": directive})


async def add_doer(connection: Connection, directive: UUID, person: UUID) -> None:
    """Somebody has done part of it, and so never verifies it."""
    await connection.execute(
        "update directive set doers = array_append(array_remove(doers, %(person)s), %(person)s) where id = %(id)s",
        {"person": person, "id": directive},
    )


async def append(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Write a line of the history; False when its client id is known."""
    values = {**row, "detail": Jsonb(row["detail"])}
    return (await connection.execute(_insert("directive_event", row), values)).rowcount == 1


async def insert_evidence(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep proof; False when it is there already."""
    values = {**row, "form": Jsonb(row["form"])}
    return (await connection.execute(_insert("directive_evidence", row), values)).rowcount == 1


async def insert_extension(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep what was asked; False when one is waiting for a decision already."""
    return (await connection.execute(_insert("directive_extension", row), row)).rowcount == 1


async def decide_extension(connection: Connection, extension: UUID, row: Mapping[str, Any]) -> None:
    """Write what became of it."""
    await connection.execute(
        "update directive_extension set state = %(state)s, decided_by = %(decided_by)s, decided_at = %(decided_at)s,"
        " decision_reason = %(decision_reason)s where id = %(id)s",
        {**row, "id": extension},
    )


async def insert_series(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a new cadence."""
    await connection.execute(_insert("directive_series", row), row)


async def advance_series(
    connection: Connection, series: UUID, occurrence: int, missed: int, next_at: datetime
) -> None:
    """Write which occurrence was the last and when the next is due."""
    await connection.execute(
        "update directive_series set occurrence = %s, missed = missed + %s, next_at = %s where id = %s",
        (occurrence, missed, next_at, series),
    )


async def stop_series(connection: Connection, series: UUID, at: datetime, reason: str) -> bool:
    """End a cadence; False when it has ended already."""
    done = await connection.execute(
        "update directive_series set stopped_at = %s, stop_reason = %s where id = %s and stopped_at is null",
        (at, reason, series),
    )
    return done.rowcount == 1
