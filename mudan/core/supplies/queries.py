"""Which stores, shelters, needs and orders are there, and what passed between the bodies?"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.supplies.model.orders import ENDED, Order
from mudan.core.supplies.model.stock import Lot, Need, Shelter, Stock, Store
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_STORE = sql.SQL(
    "select s.id, s.space, s.code, s.name_zh, s.name_en, s.area_code, s.department, s.address, s.lon, s.lat,"
    " s.contact, s.phone, s.example, s.version,"
    " coalesce((select json_agg(k order by k.material) from ("
    "  select m.code as material, m.name_zh, m.name_en, m.unit_zh, m.unit_en, m.category,"
    "   coalesce(n.minimum, 0) as minimum,"
    "   (select max(v.device_at) from movement v where v.store_id = s.id and v.material = m.code"
    "     and v.kind = 'count') as counted_at,"
    "   coalesce((select json_agg(json_build_object('expires_on', l.expires_on, 'quantity', l.quantity)"
    "     order by l.expires_on nulls last) from (select v.expires_on, sum(v.quantity) as quantity from movement v"
    "     where v.store_id = s.id and v.material = m.code group by v.expires_on) l where l.quantity <> 0), '[]')"
    "     as lots"
    "  from material m left join store_minimum n on n.store_id = s.id and n.material = m.code"
    "  where m.space = s.space and (n.minimum is not null"
    "   or exists (select 1 from movement v where v.store_id = s.id and v.material = m.code))) k), '[]') as stock"
    " from store s where s.voided_at is null and "
)


def _stock(row: dict[str, Any]) -> Stock:
    lots = tuple(
        Lot(date.fromisoformat(lot["expires_on"]) if lot["expires_on"] else None, lot["quantity"])
        for lot in row["lots"]
    )
    return Stock(
        material=row["material"], name=Text(row["name_zh"], row["name_en"]), unit=Text(row["unit_zh"], row["unit_en"]),
        category=row["category"], quantity=sum(lot.quantity for lot in lots), minimum=row["minimum"], lots=lots,
        counted_at=datetime.fromisoformat(row["counted_at"]) if row["counted_at"] else None,
    )  # fmt: skip


def _store(row: dict[str, Any]) -> Store:
    name = Text(row.pop("name_zh"), row.pop("name_en"))
    return Store(**{**row, "stock": tuple(_stock(one) for one in row["stock"])}, name=name)


async def stores(connection: Connection, *, ids: Sequence[UUID] | None = None) -> list[Store]:
    """Stores with their stock, by code."""
    rows = await (
        await connection.execute(
            _STORE
            + visible("s")
            + sql.SQL(" and (%(ids)s::uuid[] is null or s.id = any(%(ids)s)) order by s.code"),
            {"ids": list(ids) if ids is not None else None},
        )
    ).fetchall()
    return [_store(row) for row in rows]


async def store(connection: Connection, which: UUID) -> Store:
    """The store of that id (raises NotFound)."""
    found = await stores(connection, ids=[which])
    if not found:
        raise NotFound("there is no such store")
    return found[0]


async def movements(connection: Connection, which: UUID, limit: int = 200) -> list[dict[str, Any]]:
    """What went in and out of a store, newest first."""
    return await (
        await connection.execute(
            "select v.id, v.material, m.name_zh, m.name_en, v.expires_on, v.quantity, v.kind, v.counted, v.reason,"
            " v.order_id, v.actor, v.device_at, v.recorded_at from movement v join store s on s.id = v.store_id"
            " left join material m on m.space = s.space and m.code = v.material where v.store_id = %s"
            " order by v.device_at desc, v.id desc limit %s",
            (which, limit),
        )
    ).fetchall()


async def movement_known(connection: Connection, client_id: UUID) -> bool:
    """Whether a movement was recorded before under this client id."""
    row = await (
        await connection.execute("select 1 from movement where client_id = %s", (client_id,))
    ).fetchone()
    return row is not None


async def materials(connection: Connection, space: int) -> list[dict[str, Any]]:
    """The materials that stores know, by category and code."""
    return await (
        await connection.execute(
            "select code, name_zh, name_en, unit_zh, unit_en, category from material where space = %s"
            " order by category, code",
            (space,),
        )
    ).fetchall()


async def lent(connection: Connection, order: UUID) -> list[dict[str, Any]]:
    """From which store and lots an order was served: store_id, material, expires_on, quantity (what is still out)."""
    return await (
        await connection.execute(
            "select store_id, material, expires_on, -sum(quantity) as quantity from movement where order_id = %s"
            " group by store_id, material, expires_on having sum(quantity) < 0 order by expires_on desc nulls first",
            (order,),
        )
    ).fetchall()


_SHELTER = sql.SQL("select s.name_zh, s.name_en, ") + sql.SQL(", ").join(
    sql.SQL("s.") + sql.Identifier(name) for name in Shelter.__slots__ if name != "name"
) + sql.SQL(" from shelter s where s.voided_at is null and ")  # fmt: skip


async def shelters(connection: Connection, *, ids: Sequence[UUID] | None = None) -> list[Shelter]:
    """Shelters, open ones first, then by code."""
    rows = await (
        await connection.execute(
            _SHELTER
            + visible("s")
            + sql.SQL(" and (%(ids)s::uuid[] is null or s.id = any(%(ids)s)) order by s.state desc, s.code"),
            {"ids": list(ids) if ids is not None else None},
        )
    ).fetchall()
    return [_shelter(row) for row in rows]


def _shelter(row: dict[str, Any]) -> Shelter:
    name = Text(row.pop("name_zh"), row.pop("name_en"))
    return Shelter(**{**row, "services": tuple(row["services"])}, name=name)


async def shelter(connection: Connection, which: UUID) -> Shelter:
    """The shelter of that id (raises NotFound)."""
    found = await shelters(connection, ids=[which])
    if not found:
        raise NotFound("there is no such shelter")
    return found[0]


async def place_events(connection: Connection, which: UUID, limit: int = 100) -> list[dict[str, Any]]:
    """What was changed of a store or shelter, newest first: kind, changes, reason, actor, recorded_at."""
    return await (
        await connection.execute(
            "select kind, changes, reason, actor, recorded_at from place_event where place_id = %s"
            " order by id desc limit %s",
            (which, limit),
        )
    ).fetchall()


async def shelter_reports(connection: Connection, which: UUID, limit: int = 100) -> list[dict[str, Any]]:
    """What was reported of a shelter, newest first: kind, occupancy, note, actor, device_at, recorded_at."""
    return await (
        await connection.execute(
            "select kind, occupancy, note, actor, device_at, recorded_at from shelter_event where shelter_id = %s"
            " order by device_at desc, id desc limit %s",
            (which, limit),
        )
    ).fetchall()


_NEED = sql.SQL(
    "select n.id, n.space, n.area_code, n.department, n.incident_id, i.number as incident_number, n.title, n.material,"
    " n.quantity, n.unit, n.needed_by, n.place, n.lon, n.lat, n.note, n.created_by, n.created_at, n.withdrawn_at,"
    " n.withdraw_reason, n.version,"
    " coalesce((select sum(o.granted) from resource_order o where o.need_id = n.id"
    "  and o.state not in ('declined', 'recalled')), 0) as promised,"
    " coalesce((select sum(o.granted) from resource_order o where o.need_id = n.id"
    "  and o.state in ('deployed', 'extension_asked', 'return_asked', 'returning', 'released')), 0) as there"
    " from need n left join incident i on i.id = n.incident_id where "
)


async def needs(
    connection: Connection,
    *,
    ids: Sequence[UUID] | None = None,
    incident: UUID | None = None,
    open_only: bool = False,
) -> list[Need]:
    """Needs with what is promised and there, the most urgent first."""
    rows = await (
        await connection.execute(
            _NEED
            + visible("n")
            + sql.SQL(
                " and (%(ids)s::uuid[] is null or n.id = any(%(ids)s))"
                " and (%(incident)s::uuid is null or n.incident_id = %(incident)s)"
                " and (not %(open)s or n.withdrawn_at is null) order by n.needed_by nulls last, n.created_at"
            ),
            {"ids": list(ids) if ids is not None else None, "incident": incident, "open": open_only},
        )
    ).fetchall()
    return [Need(**row) for row in rows]


async def need(connection: Connection, which: UUID) -> Need:
    """The need of that id (raises NotFound)."""
    found = await needs(connection, ids=[which])
    if not found:
        raise NotFound("there is no such need")
    return found[0]


_ORDER = sql.SQL("select ") + sql.SQL(", ").join(
    sql.SQL("o.") + sql.Identifier(name) for name in Order.__slots__
) + sql.SQL(
    " from resource_order o where (mudan_sees(o.area_code, o.department, o.space)"
    " or o.to_department is not null and mudan_sees(o.area_code, o.to_department, o.space)) and "
)  # fmt: skip


async def orders(
    connection: Connection, *, need: UUID | None = None, open_only: bool = False, limit: int = 300
) -> list[Order]:
    """Orders, newest first."""
    rows = await (
        await connection.execute(
            _ORDER
            + sql.SQL(
                "(%(need)s::uuid is null or o.need_id = %(need)s) and (not %(open)s or o.state <> all(%(ended)s))"
                " order by o.created_at desc limit %(limit)s"
            ),
            {"need": need, "open": open_only, "ended": list(ENDED), "limit": limit},
        )
    ).fetchall()
    return [Order(**row) for row in rows]


async def order(connection: Connection, which: UUID, *, lock: bool = False) -> Order:
    """The order of that id (raises NotFound)."""
    statement = _ORDER + sql.SQL("o.id = %s") + sql.SQL(" for update of o" if lock else "")
    row = await (await connection.execute(statement, (which,))).fetchone()
    if row is None:
        raise NotFound("there is no such order")
    return Order(**row)


async def order_of(connection: Connection, space: int, originating: str) -> Order | None:
    """The order whose chain of messages began with that one, held until the transaction ends."""
    row = await (
        await connection.execute(
            _ORDER + sql.SQL("o.space = %s and o.originating = %s for update of o"), (space, originating)
        )
    ).fetchone()
    return Order(**row) if row is not None else None


async def messages(connection: Connection, which: UUID) -> list[dict[str, Any]]:
    """The messages of an order as they passed."""
    return await (
        await connection.execute(
            "select message_id, kind, verb, incoming, quantity, price, reason, actor, at, recorded_at"
            " from resource_message"
            " where order_id = %s order by seq",
            (which,),
        )
    ).fetchall()


async def message_order(connection: Connection, space: int, message_id: str) -> UUID | None:
    """The order that a message belongs to, when it was kept before."""
    row = await (
        await connection.execute(
            "select order_id from resource_message where space = %s and message_id = %s", (space, message_id)
        )
    ).fetchone()
    return row["order_id"] if row else None


async def message_xml(connection: Connection, which: UUID, message_id: str) -> str:
    """A message as it passed (raises NotFound)."""
    row = await (
        await connection.execute(
            "select xml from resource_message where order_id = %s and message_id = %s", (which, message_id)
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such message")
    xml: str = row["xml"]
    return xml
