"""How are roster, phone book, hand-overs and log written?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


def _insert(table: str, row: Mapping[str, Any]) -> sql.Composed:
    return sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )


def _set(table: str, changes: Mapping[str, Any], *more: sql.SQL) -> sql.Composed:
    parts: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes
    ]
    return sql.SQL("update {} set {}").format(sql.Identifier(table), sql.SQL(", ").join([*parts, *more]))


async def put_position(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep a position as it is now."""
    await connection.execute(
        "insert into duty_position (code, title_zh, title_en, rank, role, minimum, maximum) values (%(code)s,"
        " %(title_zh)s, %(title_en)s, %(rank)s, %(role)s, %(minimum)s, %(maximum)s) on conflict (code) do update set"
        " title_zh = excluded.title_zh, title_en = excluded.title_en, rank = excluded.rank, role = excluded.role,"
        " minimum = excluded.minimum, maximum = excluded.maximum",
        row,
    )


async def insert_contact(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new entry of the phone book; False when the same one is there."""
    done = await connection.execute(_insert("duty_contact", row), row)
    return done.rowcount == 1


async def update_contact(connection: Connection, contact: UUID, row: Mapping[str, Any]) -> None:
    """Change an entry of the phone book."""
    await connection.execute(
        "update duty_contact set name = %(name)s, post = %(post)s, phone = %(phone)s, phone_other = %(phone_other)s,"
        " channels = %(channels)s, person_id = %(person_id)s, voided_at = %(voided_at)s, void_reason = %(void_reason)s,"
        " version = version + 1 where id = %(id)s",
        {**row, "id": contact},
    )


async def insert_shift(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new shift; False when the same one is there."""
    done = await connection.execute(_insert("duty_shift", row), row)
    return done.rowcount == 1


async def give_shift(connection: Connection, shift: UUID, contact: UUID) -> None:
    """Somebody else takes a shift."""
    await connection.execute(
        "update duty_shift set contact_id = %s, source = 'swap', version = version + 1 where id = %s",
        (contact, shift),
    )


async def void_shift(connection: Connection, shift: UUID, at: object, reason: str) -> None:
    """A shift is no more; it stays to be read."""
    await connection.execute(
        "update duty_shift set voided_at = %s, void_reason = %s, version = version + 1 where id = %s",
        (at, reason, shift),
    )


async def insert_swap(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep what was asked; False when the shift is asked for already."""
    done = await connection.execute(_insert("duty_swap", row), row)
    return done.rowcount == 1


async def decide_swap(connection: Connection, swap: UUID, row: Mapping[str, Any]) -> None:
    """Write what became of it."""
    await connection.execute(
        "update duty_swap set state = %(state)s, decided_by = %(decided_by)s, decided_at = %(decided_at)s,"
        " decision_reason = %(decision_reason)s, version = version + 1 where id = %(id)s",
        {**row, "id": swap},
    )


async def insert_handover(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a new draft; False when the desk has an open one."""
    return (await connection.execute(_insert("duty_handover", row), row)).rowcount == 1


async def update_handover(connection: Connection, handover: UUID, changes: Mapping[str, Any]) -> None:
    """Write named columns of a hand-over."""
    statement = _set("duty_handover", changes, sql.SQL("version = version + 1"))
    await connection.execute(
        statement + sql.SQL(" where id = %(handover)s"), {**changes, "handover": handover}
    )


async def insert_item(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add an item to a hand-over; the same one again changes nothing."""
    await connection.execute(_insert("duty_handover_item", row), row)


async def update_item(connection: Connection, handover: UUID, item: int, changes: Mapping[str, Any]) -> bool:
    """Write named columns of an item; False when the hand-over has no such item."""
    statement = _set("duty_handover_item", changes) + sql.SQL(
        " where id = %(item)s and handover_id = %(handover)s"
    )
    done = await connection.execute(statement, {**changes, "item": item, "handover": handover})
    return done.rowcount == 1


async def insert_note(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Write into the duty log; the same client id again changes nothing."""
    return (await connection.execute(_insert("duty_note", row), row)).rowcount == 1


async def append(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write an event of duty itself."""
    await connection.execute(_insert("duty_event", row), {**row, "detail": Jsonb(row["detail"])})


async def copy_into(connection: Connection, space: int, area: str, now: datetime) -> int:
    """Copy phone book and the roster from now on of an area into another data space; how many shifts.

    A copy's id comes from the space and the first id, so that what refers to it can be copied too.
    """
    given = {"space": space, "area": area, "now": now}
    await connection.execute(
        "insert into duty_contact (id, space, area_code, department, name, post, phone, phone_other, channels,"
        " person_id, example) select md5(%(space)s || id::text)::uuid, %(space)s, area_code, department, name, post,"
        " phone, phone_other, channels, person_id, example from duty_contact"
        " where space = 0 and voided_at is null and starts_with(area_code, %(area)s)",
        given,
    )
    done = await connection.execute(
        "insert into duty_shift (id, space, area_code, department, position, contact_id, starts_at, ends_at, note,"
        " source, created_by, created_at) select md5(%(space)s || s.id::text)::uuid, %(space)s, s.area_code,"
        " s.department, s.position, c.id, s.starts_at, s.ends_at, s.note, s.source, s.created_by, s.created_at"
        " from duty_shift s join duty_contact c on c.id = md5(%(space)s || s.contact_id::text)::uuid"
        " where s.space = 0 and s.voided_at is null and s.ends_at > %(now)s and starts_with(s.area_code, %(area)s)",
        given,
    )
    return done.rowcount
