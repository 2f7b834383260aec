"""How many cases are open where, within the reader's scope?"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from mudan.storage.pool import Connection

MOST_AREAS = 20_000


class OfArea(NamedTuple):
    """Open cases whose own area is this one (a grid cell, a village), not those of areas within it."""

    area_code: str
    open: int
    overdue: int


async def by_area(connection: Connection, space: int, types: Sequence[str], now: datetime) -> list[OfArea]:
    """Open and overdue cases of some types, by the area they were reported in."""
    rows = await (
        await connection.execute(
            "select c.area_code, count(*)::int as open,"
            " (count(*) filter (where c.next_due_at <= %(now)s))::int as overdue from case_file c"
            " where c.space = %(space)s and c.ended_at is null and c.type = any(%(types)s)"
            " group by c.area_code order by c.area_code limit %(most)s",
            {"space": space, "types": list(types), "now": now, "most": MOST_AREAS},
        )
    ).fetchall()
    return [OfArea(**row) for row in rows]


async def of_areas(
    connection: Connection, space: int, types: Sequence[str], codes: Sequence[str], now: datetime
) -> list[OfArea]:
    """Open and overdue cases of some types in those areas themselves."""
    rows = await (
        await connection.execute(
            "select c.area_code, count(*)::int as open,"
            " (count(*) filter (where c.next_due_at <= %(now)s))::int as overdue from case_file c"
            " where c.space = %(space)s and c.ended_at is null and c.type = any(%(types)s)"
            " and c.area_code = any(%(codes)s) group by c.area_code",
            {"space": space, "types": list(types), "codes": list(codes), "now": now},
        )
    ).fetchall()
    return [OfArea(**row) for row in rows]
