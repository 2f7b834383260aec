"""Which households are there, masked; who lives in an opened one; and which registers were taken in?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.households.model.files import RegisterFile
from mudan.core.households.model.opening import shown
from mudan.core.households.model.words import Household, Resident
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_SELECT: LiteralString = (
    "select h.id, h.space, h.area_code, h.department, h.address_code, h.address, h.kind, h.lon, h.lat, h.shown_as,"
    " h.people, h.care, h.source, h.example, h.keep_until, h.erased_at, h.updated_at, h.version from household h where "
)
_FILE: LiteralString = (
    "select f.id, f.area_code, f.source, f.file_name, f.digest, f.purpose, f.ground, f.basis, f.example, f.state,"
    " f.total, f.done, f.rows, f.households, f.planned, f.faults, f.not_kept, f.began_at, f.ended_at, f.by"
    " from household_file f where "
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows. `text` is looked for in addresses only: a list cannot be asked for a name."""

    area: str | None = None
    care: str | None = None
    text: str | None = None
    looked_after: bool = False
    limit: int = 50
    offset: int = 0


async def page(connection: Connection, wanted: Wanted) -> tuple[list[Household], int]:
    """Households within scope by address code, and how many there are in all."""
    condition = visible("h") + sql.SQL(
        " and (%(area)s::text is null or starts_with(h.area_code, %(area)s))"
        " and (%(care)s::text is null or h.care @> array[%(care)s::text])"
        " and (not %(looked_after)s or h.care <> '{}')"
        " and (%(text)s::text is null or h.address ilike %(text)s or h.address_code ilike %(text)s)"
    )
    values = {
        "area": wanted.area, "care": wanted.care, "looked_after": wanted.looked_after,
        "text": f"%{wanted.text}%" if wanted.text else None, "limit": wanted.limit, "offset": wanted.offset,
    }  # fmt: skip
    counted = await connection.execute(
        sql.SQL("select count(*)::int as n from household h where ") + condition, values
    )
    total = await counted.fetchone()
    rows = await connection.execute(
        sql.SQL(_SELECT) + condition + sql.SQL(" order by h.address_code limit %(limit)s offset %(offset)s"),
        values,
    )
    return [_household(row) for row in await rows.fetchall()], total["n"] if total else 0


async def one(connection: Connection, household: UUID) -> Household:
    """A household within scope (raises NotFound)."""
    found = await among(connection, [household])
    if not found:
        raise NotFound("there is no such household")
    return found[household]


async def among(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Household]:
    """Those of these households that are within scope, by id."""
    rows = await connection.execute(
        sql.SQL(_SELECT) + visible("h") + sql.SQL(" and h.id = any(%s)"), (list(ids),)
    )
    return {row["id"]: _household(row) for row in await rows.fetchall()}


async def residents(
    connection: Connection, household: UUID, opening_id: UUID, purpose: str
) -> list[Resident]:
    """Who lives there as the purpose shows them, under an opening; the wall lets nobody read but its owner."""
    await connection.execute("select set_config('mudan.opening', %s, true)", (str(opening_id),))
    rows = await (
        await connection.execute(
            "select name, phone, relation, born, care, note from household_person where household_id = %s"
            " order by position",
            (household,),
        )
    ).fetchall()
    await connection.execute("select set_config('mudan.opening', '', true)")
    return shown(purpose, [Resident(care=tuple(row.pop("care")), **row) for row in rows])


async def by_grid(connection: Connection) -> list[dict[str, Any]]:
    """(area_code, households, looked_after) of each grid within scope."""
    return await (
        await connection.execute(
            sql.SQL(
                "select h.area_code, count(*)::int as households, count(*) filter (where h.care <> '{}')::int"
                " as looked_after from household h where "
            )
            + visible("h")
            + sql.SQL(" group by h.area_code order by h.area_code limit 1000")
        )
    ).fetchall()


async def file(connection: Connection, file_id: UUID) -> RegisterFile:
    """A register that was taken in, within scope (raises NotFound)."""
    rows = await connection.execute(sql.SQL(_FILE) + visible("f") + sql.SQL(" and f.id = %s"), (file_id,))
    row = await rows.fetchone()
    if row is None:
        raise NotFound("there is no such register")
    return _file(row)


async def files(connection: Connection, limit: int) -> list[RegisterFile]:
    """The registers that were taken in within scope, the newest first; without their faults."""
    rows = await connection.execute(
        sql.SQL(_FILE) + visible("f") + sql.SQL(" order by f.began_at desc limit %s"), (limit,)
    )
    return [_file(row) for row in await rows.fetchall()]


def _file(row: dict[str, Any]) -> RegisterFile:
    return RegisterFile(faults=tuple(row.pop("faults")), not_kept=tuple(row.pop("not_kept")), **row)


def _household(row: dict[str, Any]) -> Household:
    return Household(care=tuple(row.pop("care")), **row)
