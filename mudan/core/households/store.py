"""How are households, who lives there and who opened them written?"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.core.households.model.words import Resident
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


async def put(connection: Connection, row: Mapping[str, Any]) -> UUID | None:
    """Insert a household or replace what is known of it; its id, None where another department's has the code."""
    names, places = map(sql.Identifier, row), map(sql.Placeholder, row)
    kept = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name))
        for name in row
        if name not in ("id", "space", "address_code", "department")
    )
    statement = sql.SQL(
        "insert into household ({}) values ({}) on conflict (space, address_code) do update set {},"
        " erased_at = null, version = household.version + 1"
        " where household.department is not distinct from excluded.department returning id"
    )
    done = await connection.execute(
        statement.format(sql.SQL(", ").join(names), sql.SQL(", ").join(places), kept), row
    )
    found = await done.fetchone()
    return None if found is None else found["id"]


async def replace_residents(connection: Connection, household: UUID, residents: Sequence[Resident]) -> None:
    """Write who lives there, in place of who was written before."""
    await connection.execute("select set_config('mudan.register', %s, true)", (str(household),))
    await connection.execute("delete from household_person where household_id = %s", (household,))
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into household_person (id, household_id, position, name, phone, relation, born, care, note) values"
            " (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    new_id(),
                    household,
                    number,
                    one.name,
                    one.phone,
                    one.relation,
                    one.born,
                    list(one.care),
                    one.note,
                )
                for number, one in enumerate(residents)
            ],
        )
    await connection.execute("select set_config('mudan.register', '', true)")


async def insert_opening(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep who opened what for what; False when it is there already."""
    statement = sql.SQL("insert into household_opening ({}) values ({}) on conflict do nothing").format(
        sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
    )
    return (await connection.execute(statement, row)).rowcount == 1


async def review(
    connection: Connection, opening: UUID, verdict: str, note: str, by: str, at: datetime
) -> bool:
    """Write what the auditor says of an opening; False when somebody has said it already."""
    done = await connection.execute(
        "update household_opening set verdict = %s, verdict_note = %s, reviewed_by = %s, reviewed_at = %s"
        " where id = %s and (verdict is null or verdict = 'explain' and %s <> 'explain')",
        (verdict, note, by, at, opening, verdict),
    )
    return done.rowcount == 1


async def note_fields(connection: Connection, opening: UUID, fields: Sequence[str]) -> None:
    """Keep which fields an opening showed."""
    await connection.execute(
        "update household_opening set fields = %s where id = %s", (list(fields), opening)
    )


async def explain(connection: Connection, opening: UUID, text: str, at: datetime) -> bool:
    """Keep what the opener says; False when nothing is asked or it was said already."""
    done = await connection.execute(
        "update household_opening set explanation = %s, explained_at = %s"
        " where id = %s and verdict = 'explain' and explained_at is null",
        (text, at, opening),
    )
    return done.rowcount == 1


async def insert_file(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep that a file is taken in; False when its id is known."""
    statement = sql.SQL("insert into household_file ({}) values ({}) on conflict do nothing").format(
        sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
    )
    return (await connection.execute(statement, {**row, "faults": Jsonb(row["faults"])})).rowcount == 1


async def add_to_file(
    connection: Connection, file_id: UUID, added: Mapping[str, int], faults: Sequence[Mapping[str, Any]]
) -> None:
    """Add to a file's figures (`done`, `rows`, `households`, `planned`) and faults."""
    await connection.execute(
        "update household_file set done = least(total, done + %(done)s), rows = rows + %(rows)s,"
        " households = households + %(households)s, planned = planned + %(planned)s, faults = faults || %(faults)s"
        " where id = %(id)s and state = 'running'",
        {**added, "faults": Jsonb(list(faults)), "id": file_id},
    )


async def end_file(connection: Connection, file_id: UUID, state: str, at: datetime) -> None:
    """A file is through, or broke off."""
    await connection.execute(
        "update household_file set state = %s, ended_at = %s where id = %s and state = 'running'",
        (state, at, file_id),
    )


async def lapsed(connection: Connection, today: date, limit: int) -> list[UUID]:
    """Households whose time to be kept is over, held until the work ends."""
    rows = await (
        await connection.execute(
            "select id from household where erased_at is null and keep_until < %s order by keep_until limit %s"
            " for update skip locked",
            (today, limit),
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def erase(connection: Connection, household: UUID, at: datetime) -> None:
    """Forget who lived there; the address stays, nameless."""
    await replace_residents(connection, household, ())
    await connection.execute(
        "update household set shown_as = '', people = 0, care = '{}', erased_at = %s, version = version + 1"
        " where id = %s",
        (at, household),
    )
