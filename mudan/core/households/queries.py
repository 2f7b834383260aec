"""Which households are there, masked; who lives in an opened one; and who has opened which?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.households.model.opening import Opening
from mudan.core.households.model.words import Household, Resident
from mudan.core.people.queries import visible
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_SELECT: LiteralString = (
    "select h.id, h.space, h.area_code, h.department, h.address_code, h.address, h.kind, h.lon, h.lat, h.shown_as,"
    " h.people, h.care, h.source, h.example, h.keep_until, h.erased_at, h.updated_at, h.version from household h where "
)
_OPENING: LiteralString = (
    "select o.id, o.household_id as household, o.area_code, h.address, o.person_id, o.person, o.role, o.purpose,"
    " o.subject_noun, o.subject_id, o.subject_number, o.reason, o.break_glass, o.at, o.ends_at, o.verdict,"
    " o.verdict_note, o.reviewed_by, o.reviewed_at from household_opening o"
    " join household h on h.id = o.household_id where "
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


async def residents(connection: Connection, opening: Opening) -> list[Resident]:
    """Who lives there, under an opening that has not lapsed; the wall lets nobody read but its owner."""
    await connection.execute("select set_config('mudan.opening', %s, true)", (str(opening.id),))
    rows = await (
        await connection.execute(
            "select name, phone, relation, born, care, note from household_person where household_id = %s"
            " order by position",
            (opening.household,),
        )
    ).fetchall()
    await connection.execute("select set_config('mudan.opening', '', true)")
    return [Resident(care=tuple(row.pop("care")), **row) for row in rows]


async def opening(connection: Connection, opening_id: UUID) -> Opening | None:
    """An opening within scope, if there is one."""
    rows = await connection.execute(sql.SQL(_OPENING) + sql.SQL("o.id = %s"), (opening_id,))
    row = await rows.fetchone()
    return None if row is None else Opening(**row)


async def openings(
    connection: Connection, *, unseen: bool, household: UUID | None = None, limit: int = 200
) -> list[Opening]:
    """Who opened what, broken glass first, the newest first. `unseen`: broken glass that nobody has looked at yet."""
    rows = await connection.execute(
        sql.SQL(_OPENING)
        + visible("o")
        + sql.SQL(
            " and (not %(unseen)s or (o.break_glass and o.verdict is null))"
            " and (%(household)s::uuid is null or o.household_id = %(household)s)"
            " order by (o.break_glass and o.verdict is null) desc, o.at desc limit %(limit)s"
        ),
        {"unseen": unseen, "household": household, "limit": limit},
    )
    return [Opening(**row) for row in await rows.fetchall()]


async def opened_since(connection: Connection, person: UUID, since: datetime) -> int:
    """How many households somebody has opened since then."""
    row = await (
        await connection.execute(
            "select count(*)::int as n from household_opening where person_id = %s and at > %s",
            (person, since),
        )
    ).fetchone()
    return row["n"] if row else 0


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


def _household(row: dict[str, Any]) -> Household:
    return Household(care=tuple(row.pop("care")), **row)
