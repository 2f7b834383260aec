"""How are cases, their clocks and history, calendars and matrices written?"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection

_JSON = ("form", "asked", "detail", "pauses", "content")


def _insert(table: str, row: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Jsonb(value) if name in _JSON else value for name, value in row.items()}


async def _put(connection: Connection, table: str, row: Mapping[str, Any]) -> bool:
    return (await connection.execute(_insert(table, row), _values(row))).rowcount == 1


async def next_number(connection: Connection, space: int, prefix: str, day: date) -> int:
    """The next number of a type and a day."""
    done = await connection.execute(
        "insert into case_number values (%s, %s, %s, 1) on conflict (space, prefix, day)"
        " do update set last = case_number.last + 1 returning last",
        (space, prefix, day),
    )
    row = await done.fetchone()
    assert row is not None  # the statement returns a row or raises
    last: int = row["last"]
    return last


async def insert(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new case; False when it is there already."""
    return await _put(connection, "case_file", row)


async def update(
    connection: Connection, case: UUID, changes: Mapping[str, Any], *, seen: bool = True
) -> None:
    """Write named columns of a case. `seen` False: nothing that somebody who looks at it must have seen."""
    parts: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes
    ]
    if seen:
        parts.append(sql.SQL("version = version + 1"))
    statement = sql.SQL("update case_file set {} where id = %(case)s").format(sql.SQL(", ").join(parts))
    await connection.execute(statement, {**_values(changes), "case": case})


async def append(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Write a line of the history; False when its client id is known."""
    return await _put(connection, "case_event", row)


async def insert_reporter(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep who told of it; False when they are there already."""
    return await _put(connection, "case_reporter", row)


async def insert_jpeg(
    connection: Connection, digest: bytes, jpeg: bytes, width: int, height: int, likeness: bytes
) -> None:
    """Keep what was drawn, once, by its hash."""
    row = {"hash": digest, "jpeg": jpeg, "width": width, "height": height, "likeness": likeness}
    await _put(connection, "case_jpeg", row)


async def insert_picture(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep what a picture shows of a case; False when its id is known."""
    return await _put(connection, "case_picture", row)


async def put_clock(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write a run of a clock."""
    changed = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name))
        for name in row
        if name not in ("case_id", "name", "run")
    )
    statement = sql.SQL(
        "insert into case_clock ({}) values ({}) on conflict (case_id, name, run) do update set {}"
    )
    names, places = map(sql.Identifier, row), map(sql.Placeholder, row)
    await connection.execute(
        statement.format(sql.SQL(", ").join(names), sql.SQL(", ").join(places), changed), _values(row)
    )


async def press(connection: Connection, case: UUID) -> None:
    """Bring the most pressing clock of a case into its own row."""
    await connection.execute(
        "update case_file set (lamp, next_due_at) = (select coalesce((array['green', 'amber', 'red', 'overdue'])["
        " max(array_position(array['green', 'amber', 'red', 'overdue'], k.shown))], 'green'), min(k.due_at)"
        " from case_clock k where k.case_id = %(case)s and k.ended_at is null) where id = %(case)s",
        {"case": case},
    )


async def alone(connection: Connection, what: str) -> None:
    """Nobody else publishes the same until the work ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('mudan.case.' || %s))", (what,))


async def publish_calendar(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keep a version of the calendar; its number."""
    return await _published(
        connection,
        "insert into case_calendar (space, content, note, published_by, published_by_id, published_at) values"
        " (%(space)s, %(content)s, %(note)s, %(published_by)s, %(published_by_id)s, %(published_at)s)"
        " returning version",
        _values(row),
    )


async def publish_matrix(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keep a version of a type's matrix, without its rules; its number."""
    return await _published(
        connection,
        "insert into case_matrix (space, type, note, published_by, published_by_id, published_at) values"
        " (%(space)s, %(type)s, %(note)s, %(published_by)s, %(published_by_id)s, %(published_at)s) returning version",
        row,
    )


async def _published(connection: Connection, statement: LiteralString, row: Mapping[str, Any]) -> int:
    made = await (await connection.execute(statement, row)).fetchone()
    assert made is not None  # the statement returns a row or raises
    version: int = made["version"]
    return version


async def insert_rules(connection: Connection, version: int, rules: Iterable[Mapping[str, Any]]) -> None:
    """Keep the rules of a version."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into case_rule (version, id, class_code, area_code, department, since, until, note) values"
            " (%(version)s, %(id)s, %(class_code)s, %(area_code)s, %(department)s, %(since)s, %(until)s, %(note)s)",
            [{**rule, "version": version} for rule in rules],
        )


async def show(
    connection: Connection, case: UUID, name: str, run: int, colour: str, next_at: datetime | None
) -> None:
    """Write which colour of a clock was told last, and when the next comes."""
    await connection.execute(
        "update case_clock set shown = %s, next_at = %s where case_id = %s and name = %s and run = %s",
        (colour, next_at, case, name, run),
    )


async def counted(connection: Connection, runs: Sequence[tuple[UUID, str, int]], version: int) -> None:
    """Write that another calendar counts these runs as they were counted before."""
    await connection.execute(
        "update case_clock k set calendar_version = %s from unnest(%s::uuid[], %s::text[], %s::int[])"
        " as r(case_id, name, run) where k.case_id = r.case_id and k.name = r.name and k.run = r.run",
        (version, [one[0] for one in runs], [one[1] for one in runs], [one[2] for one in runs]),
    )
