"""How are stores, movements, shelters, needs, orders and messages written?"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def put_material(connection: Connection, row: dict[str, Any]) -> None:
    """Make a material known or rename it."""
    await _put(connection, "material", row, ("space", "code"))


async def put_store(connection: Connection, row: dict[str, Any]) -> UUID:
    """Make a store known or change it; its id, which never changes."""
    return await _put_place(connection, "store", row)


async def put_shelter(connection: Connection, row: dict[str, Any]) -> UUID:
    """Make a shelter known or change it; its id, which never changes."""
    return await _put_place(connection, "shelter", row)


async def _put_place(connection: Connection, table: str, row: dict[str, Any]) -> UUID:
    await _put(connection, table, row, ("space", "code"), keep=("id",), version=True)
    found = await (
        await connection.execute(
            sql.SQL("select id from {} where space = %s and code = %s").format(sql.Identifier(table)),
            (row["space"], row["code"]),
        )
    ).fetchone()
    assert found is not None  # written just now
    which: UUID = found["id"]
    return which


async def insert_place(connection: Connection, noun: str, row: dict[str, Any]) -> bool:
    """Keep a new store or shelter; False when its code is in use."""
    return await _insert(connection, noun, row, "(space, code)")


async def change_place(connection: Connection, noun: str, which: UUID, changes: dict[str, Any]) -> None:
    """Write named columns of a store or shelter."""
    parts = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes]
    await connection.execute(
        sql.SQL("update {} set version = version + 1, {} where id = %(which)s").format(
            sql.Identifier(noun), sql.SQL(", ").join(parts)
        ),
        changes | {"which": which},
    )


async def note_place(
    connection: Connection,
    noun: str,
    which: UUID,
    kind: str,
    changes: Mapping[str, Any],
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    """Write what was changed of a store or shelter into its history."""
    await connection.execute(
        sql.SQL(
            "insert into place_event (space, area_code, department, place_id, noun, kind, changes, reason, actor,"
            " recorded_at) select space, area_code, department, id, %s, %s, %s, %s, %s, %s from {} where id = %s"
        ).format(sql.Identifier(noun)),
        (noun, kind, Jsonb(changes), reason, actor, now, which),
    )


async def put_minimum(connection: Connection, store: UUID, material: str, minimum: float) -> None:
    """Set the least of a material that should be in a store."""
    row = {"store_id": store, "material": material, "minimum": minimum}
    await _put(connection, "store_minimum", row, ("store_id", "material"))


async def hold_store(connection: Connection, store: UUID) -> None:
    """Hold a store until the transaction ends, so that two movements do not take the same things."""
    await connection.execute("select 1 from store where id = %s for update", (store,))


async def move(connection: Connection, row: dict[str, Any]) -> bool:
    """Record a movement; False when this client id was recorded before."""
    return await _insert(connection, "movement", row, "(client_id)")


async def hold_shelter(connection: Connection, shelter: UUID) -> None:
    """Hold a shelter until the transaction ends."""
    await connection.execute("select 1 from shelter where id = %s for update", (shelter,))


async def note_shelter(connection: Connection, row: dict[str, Any]) -> bool:
    """Record what happened at a shelter; False when this client id was recorded before."""
    return await _insert(connection, "shelter_event", row, "(client_id)")


async def stand_shelter(connection: Connection, shelter: UUID) -> None:
    """Let a shelter be what its events, in the order in which they happened, make it."""
    await connection.execute(
        "update shelter s set version = s.version + 1,"
        " state = coalesce((select case e.kind when 'opened' then 'open' else 'closed' end from shelter_event e"
        "  where e.shelter_id = s.id and e.kind <> 'occupancy' order by e.device_at desc, e.id desc limit 1), s.state),"
        " (occupancy, occupancy_at, occupancy_by) = (select e.occupancy, e.device_at, e.actor from shelter_event e"
        "  where e.shelter_id = s.id order by e.device_at desc, e.id desc limit 1)"
        " where s.id = %s",
        (shelter,),
    )


async def insert_need(connection: Connection, row: dict[str, Any]) -> None:
    """Keep a need."""
    await _insert(connection, "need", row, "(id)")


async def withdraw_need(connection: Connection, need: UUID, by: str, at: datetime, reason: str) -> bool:
    """Take a need back; False when that was done before."""
    done = await connection.execute(
        "update need set withdrawn_at = %s, withdrawn_by = %s, withdraw_reason = %s, version = version + 1"
        " where id = %s and withdrawn_at is null",
        (at, by, reason, need),
    )
    return done.rowcount == 1


async def next_number(connection: Connection, space: int, day: date) -> int:
    """The next order number of a day."""
    row = await (
        await connection.execute(
            "insert into resource_number values (%s, %s, 1) on conflict (space, day)"
            " do update set last = resource_number.last + 1 returning last",
            (space, day),
        )
    ).fetchone()
    assert row is not None  # the statement returns a row or raises
    number: int = row["last"]
    return number


async def insert_order(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep an order; False when one with this originating message is known."""
    return await _insert(connection, "resource_order", row, "(space, originating)")


async def move_order(connection: Connection, order: UUID, row: dict[str, Any]) -> None:
    """Write where an order stands after a verb."""
    await connection.execute(
        "update resource_order set state = %(state)s, granted = %(granted)s, returned = %(returned)s,"
        " store_id = %(store_id)s, arrival_at = %(arrival_at)s, return_by = %(return_by)s,"
        " return_wanted = %(return_wanted)s, last_message = %(last_message)s,"
        " asker_question = %(asker_question)s, lender_question = %(lender_question)s,"
        " price_wanted = %(price_wanted)s, price = %(price)s,"
        " ended_at = %(ended_at)s, version = version + 1 where id = %(id)s",
        row | {"id": order},
    )


async def insert_message(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep a message; False when it was kept before."""
    return await _insert(connection, "resource_message", row, "(space, message_id)")


async def _insert(connection: Connection, table: str, row: dict[str, Any], once: str) -> bool:
    done = await connection.execute(
        sql.SQL("insert into {} ({}) values ({}) on conflict {} do nothing").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
            sql.SQL(once),
        ),
        row,
    )
    return done.rowcount == 1


async def _put(
    connection: Connection,
    table: str,
    row: dict[str, Any],
    key: tuple[str, ...],
    *,
    keep: tuple[str, ...] = (),
    version: bool = False,
) -> None:
    """Insert a row by its names, or change all but its key and what is to be kept."""
    changed = [
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in row if name not in key + keep
    ]
    if version:
        changed.append(sql.SQL("version = {}.version + 1").format(sql.Identifier(table)))
    await connection.execute(
        sql.SQL("insert into {} ({}) values ({}) on conflict ({}) do update set {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
            sql.SQL(", ").join(map(sql.Identifier, key)),
            sql.SQL(", ").join(changed),
        ),
        row,
    )


async def copy_into(connection: Connection, space: int, area: str, now: datetime) -> int:
    """Copy materials, stores with what lies in them now, and shelters of an area into another data space; how many
    stores and shelters. A lot's history stays in reality: its copy begins with one movement.
    """
    given = {"space": space, "area": area, "now": now}
    await connection.execute(
        "insert into material (space, code, name_zh, name_en, unit_zh, unit_en, category)"
        " select %(space)s, code, name_zh, name_en, unit_zh, unit_en, category from material where space = 0",
        given,
    )
    stores = await connection.execute(
        "insert into store (id, space, area_code, department, code, name_zh, name_en, address, lon, lat, contact,"
        " phone, example) select md5(%(space)s || id::text)::uuid, %(space)s, area_code, department, code, name_zh,"
        " name_en, address, lon, lat, contact, phone, example from store"
        " where space = 0 and voided_at is null and starts_with(area_code, %(area)s)",
        given,
    )
    await connection.execute(
        "insert into store_minimum (store_id, material, minimum) select c.id, m.material, m.minimum"
        " from store_minimum m join store c on c.id = md5(%(space)s || m.store_id::text)::uuid",
        given,
    )
    await connection.execute(
        "insert into movement (client_id, store_id, material, expires_on, quantity, kind, reason, actor, device_at,"
        " recorded_at) select gen_random_uuid(), c.id, m.material, m.expires_on, sum(m.quantity), 'in',"
        " '演练开始时的库存', '演练', %(now)s, %(now)s"
        " from movement m join store c on c.id = md5(%(space)s || m.store_id::text)::uuid"
        " group by c.id, m.material, m.expires_on having sum(m.quantity) > 0",
        given,
    )
    shelters = await connection.execute(
        "insert into shelter (id, space, area_code, department, code, name_zh, name_en, address, lon, lat, capacity,"
        " services, contact, phone, example) select md5(%(space)s || id::text)::uuid, %(space)s, area_code,"
        " department, code, name_zh, name_en, address, lon, lat, capacity, services, contact, phone, example"
        " from shelter where space = 0 and voided_at is null and starts_with(area_code, %(area)s)",
        given,
    )
    return stores.rowcount + shelters.rowcount
