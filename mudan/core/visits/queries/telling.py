"""What is to be told at the doors, who has heard it, who was called and has not answered?"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.visits.model.telling import Called, Door, GridTold
from mudan.core.visits.model.words import Notice, ToCall
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_NOTICE: LiteralString = (
    "select n.id, n.area_code, n.title, n.words, n.care, n.since, n.until, n.made_by, n.made_at,"
    " (select count(*)::int from household h where starts_with(h.area_code, n.area_code)"
    " and (n.care = '{}' or n.care && h.care)) as asked,"
    " (select count(*)::int from visit_receipt r join household h on h.id = r.household_id"
    " where r.notice_id = n.id) as told"
    " from visit_notice n where "
)
# The doors of a notice within scope: told or not, who last knocked in vain, whether the grid was told again.
_DOORS: LiteralString = (
    " from household h join visit_notice n on n.id = %(notice)s and starts_with(h.area_code, n.area_code)"
    " and (n.care = '{}' or n.care && h.care)"
    " left join visit_receipt r on r.notice_id = n.id and r.household_id = h.id"
)
_TRIED: LiteralString = (
    " left join lateral (select v.outcome, v.done_at from visit v where v.household_id = h.id"
    " and v.state = 'done' and v.done_at >= n.made_at order by v.done_at desc limit 1) t on true"
    " left join lateral (select count(*) as again, max(m.at) as at from visit_reminder m"
    " where m.notice_id = n.id and m.household_id = h.id) m on true"
    " left join lateral (select min(v.due_on) as due_on from visit_reminder m join visit v"
    " on v.id = m.visit_id and v.state = 'planned' where m.notice_id = n.id and m.household_id = h.id) p on true"
)
_DOOR: LiteralString = (
    "select h.id as household, h.area_code, h.department, h.address, h.shown_as, h.example, r.at as told_at,"
    " r.visit_id as told_by, t.outcome as tried, t.done_at as tried_at, coalesce(m.again, 0)::int as reminded,"
    " m.at as reminded_at, p.due_on as visit_on"
)


async def notices(connection: Connection, today: date, limit: int = 100) -> list[Notice]:
    """What is to be told at the doors within scope today; `asked` and `told` count the doors within scope."""
    rows = await connection.execute(
        sql.SQL(_NOTICE)
        + sql.SQL("n.since <= %(today)s and n.until >= %(today)s order by n.until, n.id limit %(limit)s"),
        {"today": today, "limit": limit},
    )
    return [_notice(row) for row in await rows.fetchall()]


async def notices_since(connection: Connection, since: date, limit: int = 100) -> list[Notice]:
    """What was or is to be told since that day, the newest first."""
    rows = await connection.execute(
        sql.SQL(_NOTICE) + sql.SQL("n.until >= %s order by n.made_at desc, n.id limit %s"), (since, limit)
    )
    return [_notice(row) for row in await rows.fetchall()]


async def notice(connection: Connection, notice_id: UUID) -> Notice:
    """One notice within scope (raises NotFound)."""
    row = await (await connection.execute(sql.SQL(_NOTICE) + sql.SQL("n.id = %s"), (notice_id,))).fetchone()
    if row is None:
        raise NotFound("there is no such notice")
    return _notice(row)


async def doors(
    connection: Connection,
    notice_id: UUID,
    *,
    told: bool | None = None,
    area: str | None = None,
    only: Sequence[UUID] | None = None,
    limit: int = 100,
    offset: int = 0,
) -> tuple[list[Door], int]:
    """The doors of a notice within scope, those that have not heard it first; and how many there are in all."""
    condition = visible("h") + sql.SQL(
        " and (%(told)s::bool is null or (r.at is not null) = %(told)s)"
        " and (%(area)s::text is null or starts_with(h.area_code, %(area)s))"
        " and (%(only)s::uuid[] is null or h.id = any(%(only)s))"
    )
    values = {
        "notice": notice_id, "told": told, "area": area, "only": None if only is None else list(only),
        "limit": limit, "offset": offset,
    }  # fmt: skip
    counted = await connection.execute(
        sql.SQL("select count(*)::int as n" + _DOORS + " where ") + condition, values
    )
    total = await counted.fetchone()
    rows = await connection.execute(
        sql.SQL(_DOOR + _DOORS + _TRIED + " where ")
        + condition
        + sql.SQL(
            " order by r.at is not null, r.at desc, h.area_code, h.address_code limit %(limit)s offset %(offset)s"
        ),
        values,
    )
    return [Door(**row) for row in await rows.fetchall()], total["n"] if total else 0


async def told_by_grid(connection: Connection, notice_id: UUID) -> list[GridTold]:
    """How many doors of each grid within scope are asked and told, those with the most left first."""
    rows = await connection.execute(
        sql.SQL("select h.area_code, count(*)::int as asked, count(r.at)::int as told" + _DOORS + " where ")
        + visible("h")
        + sql.SQL(" group by h.area_code order by count(*) - count(r.at) desc, h.area_code limit 1000"),
        {"notice": notice_id},
    )
    return [GridTold(**row) for row in await rows.fetchall()]


async def to_tell(connection: Connection, households: Sequence[UUID], today: date) -> dict[UUID, list[UUID]]:
    """Which notices each of these households has still to be told, by household."""
    rows = await (
        await connection.execute(
            "select h.id, n.id as notice from household h join visit_notice n on starts_with(h.area_code, n.area_code)"
            " and (n.care = '{}' or n.care && h.care) and n.since <= %(today)s and n.until >= %(today)s"
            " where h.id = any(%(ids)s) and not exists (select 1 from visit_receipt r where r.notice_id = n.id"
            " and r.household_id = h.id) order by n.until, n.id",
            {"today": today, "ids": list(households)},
        )
    ).fetchall()
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(row["notice"])
    return found


async def notice_known(connection: Connection, notice: UUID) -> bool:
    """Whether there is such a notice within scope."""
    row = await (
        await connection.execute("select 1 as one from visit_notice where id = %s", (notice,))
    ).fetchone()
    return row is not None


async def to_call(connection: Connection, space: int, area: str) -> list[ToCall]:
    """Places of running chains within an area that have not answered: somebody may knock. The centre's own look."""
    rows = await connection.execute(
        "select r.id as run, s.id as step, r.title, r.words, r.level, s.name, s.people, s.state, s.lon, s.lat"
        " from call_run r join call_step s on s.run_id = r.id join call_node n on n.id = s.node_id"
        " where r.space = %s and r.state = 'running' and s.state in ('calling', 'unreached')"
        " and s.level in ('village', 'household') and starts_with(n.area_code, %s)"
        " order by r.level, s.state = 'unreached' desc, s.name limit 100",
        (space, area),
    )
    return [ToCall(**row) for row in await rows.fetchall()]


async def called(
    connection: Connection, space: int, area: str, since: datetime, limit: int = 200
) -> list[Called]:
    """The places of chains of the last days within an area, those without an answer first. The centre's own look."""
    rows = await connection.execute(
        "select r.id as run, s.id as step, r.title, r.level, r.started_at, r.state = 'running' as running, s.name,"
        " s.people, s.state, s.attempts, s.answered_at, s.answered_by, s.answered_how, n.area_code,"
        " (select count(*)::int from visit_reminder m where m.step_id = s.id) as reminded,"
        " (select max(m.at) from visit_reminder m where m.step_id = s.id) as reminded_at"
        " from call_run r join call_step s on s.run_id = r.id join call_node n on n.id = s.node_id"
        " where r.space = %s and starts_with(n.area_code, %s) and r.started_at >= %s"
        " and s.level in ('village', 'household') and s.state <> 'pending'"
        " order by s.state not in ('unreached', 'calling'), s.state = 'calling', r.level, r.started_at desc, s.name"
        " limit %s",
        (space, area, since, limit),
    )
    return [Called(**row) for row in await rows.fetchall()]


def _notice(row: dict[str, Any]) -> Notice:
    return Notice(care=tuple(row.pop("care")), **row)
