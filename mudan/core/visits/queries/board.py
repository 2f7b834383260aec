"""Which visits are due, which were made, and how does each grid stand?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.visits.model.cadence import Cadence
from mudan.core.visits.model.words import Visit
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

REPAIR: Final = "repair"  # the case type of what a visit finds; the platform `community` brings it
_SELECT: LiteralString = (
    "select v.id, v.space, v.area_code, v.department, v.household_id as household, v.place,"
    " coalesce(v.lon, h.lon) as lon, coalesce(v.lat, h.lat) as lat, v.kind, v.origin, v.state, v.words, v.based_on,"
    " v.due_on, v.planned_by, v.planned_at, v.client_id, v.outcome, v.note, v.checks, v.mediation, v.solved, v.serves,"
    " v.done_at, v.recorded_at, v.done_by, v.done_by_id, v.cancel_reason, v.version,"
    " v.planned_on, v.post, v.draft_on, v.draft_post,"
    " coalesce(h.address, v.place) as address, coalesce(h.shown_as, '') as shown_as, coalesce(h.care, '{}') as care,"
    " coalesce(h.example, false) as example,"
    " array(select c.number from visit_case k join case_file c on c.id = k.case_id where k.visit_id = v.id"
    " order by c.number) as cases,"
    " (select count(*)::int from visit_receipt r where r.visit_id = v.id) as receipts,"
    " array(select p.id from visit_photo p where p.visit_id = v.id order by p.received_at) as photos"
    " from visit v left join household h on h.id = v.household_id where "
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows; `register`: visits that serve it.

    `state`: due, overdue, planned, done, cancelled, all, or today: what the published plan, or else the day that it is
    due, puts on today's list.
    """

    state: str = "planned"
    area: str | None = None
    kind: str | None = None
    register: str | None = None
    household: UUID | None = None
    limit: int = 100
    offset: int = 0


_STATES: Final[dict[str, LiteralString]] = {
    "all": "true",
    "due": "v.state = 'planned' and v.due_on <= %(today)s",
    "overdue": "v.state = 'planned' and v.due_on < %(today)s",
    "today": "v.state = 'planned' and coalesce(v.planned_on, v.due_on) <= %(today)s",
    "planned": "v.state = 'planned'",
    "done": "v.state = 'done'",
    "cancelled": "v.state = 'cancelled'",
}


async def page(connection: Connection, wanted: Wanted, today: date) -> tuple[list[Visit], int]:
    """Visits within scope: planned ones by the day they are due, others the newest first; how many in all."""
    condition = visible("v") + sql.SQL(" and ") + sql.SQL(_STATES[wanted.state])
    condition += sql.SQL(
        " and (%(area)s::text is null or starts_with(v.area_code, %(area)s))"
        " and (%(kind)s::text is null or v.kind = %(kind)s)"
        " and (%(register)s::text is null or v.serves @> array[%(register)s::text])"
        " and (%(household)s::uuid is null or v.household_id = %(household)s)"
    )
    values = {
        "today": today, "area": wanted.area, "kind": wanted.kind, "register": wanted.register,
        "household": wanted.household, "limit": wanted.limit, "offset": wanted.offset,
    }  # fmt: skip
    counted = await connection.execute(
        sql.SQL("select count(*)::int as n from visit v where ") + condition, values
    )
    total = await counted.fetchone()
    order: LiteralString = (
        " order by v.done_at desc nulls last, v.due_on, v.id"
        if wanted.state in ("all", "done", "cancelled")
        else " order by v.due_on, v.id"
    )
    rows = await connection.execute(
        sql.SQL(_SELECT) + condition + sql.SQL(order) + sql.SQL(" limit %(limit)s offset %(offset)s"), values
    )
    return [_visit(row) for row in await rows.fetchall()], total["n"] if total else 0


async def visits_where(
    connection: Connection, condition: LiteralString, order: LiteralString, values: Mapping[str, Any]
) -> tuple[list[Visit], int]:
    """Visits within scope that meet a condition over `v`, `limit` from `offset` on; how many in all."""
    where = visible("v") + sql.SQL(" and ") + sql.SQL(condition)
    counted = await connection.execute(
        sql.SQL("select count(*)::int as n from visit v where ") + where, values
    )
    total = await counted.fetchone()
    rows = await connection.execute(
        sql.SQL(_SELECT) + where + sql.SQL(" order by " + order + " limit %(limit)s offset %(offset)s"),
        values,
    )
    return [_visit(row) for row in await rows.fetchall()], total["n"] if total else 0


async def one(connection: Connection, visit: UUID, *, lock: bool = False) -> Visit:
    """A visit within scope (raises NotFound)."""
    statement = sql.SQL(_SELECT) + visible("v") + sql.SQL(" and v.id = %s")
    rows = await connection.execute(statement + sql.SQL(" for update of v" if lock else ""), (visit,))
    row = await rows.fetchone()
    if row is None:
        raise NotFound("there is no such visit")
    return _visit(row)


async def entered(connection: Connection, client_id: UUID) -> Visit | None:
    """The visit that this entry was recorded for, if it was."""
    rows = await connection.execute(
        sql.SQL(_SELECT) + visible("v") + sql.SQL(" and v.client_id = %s"), (client_id,)
    )
    row = await rows.fetchone()
    return None if row is None else _visit(row)


async def made_by(connection: Connection, person: UUID, since: datetime, limit: int = 50) -> list[Visit]:
    """What somebody has entered since then, the newest first: shown to nobody but themselves."""
    rows = await connection.execute(
        sql.SQL(_SELECT)
        + visible("v")
        + sql.SQL(" and v.done_by_id = %s and v.recorded_at >= %s order by v.recorded_at desc limit %s"),
        (person, since, limit),
    )
    return [_visit(row) for row in await rows.fetchall()]


async def planned_by_cadence(connection: Connection, household: UUID) -> Visit | None:
    """The household's next visit by cadence, held until the work ends."""
    rows = await connection.execute(
        sql.SQL(_SELECT)
        + visible("v")
        + sql.SQL(
            " and v.household_id = %s and v.state = 'planned' and v.origin = 'cadence' for update of v"
        ),
        (household,),
    )
    row = await rows.fetchone()
    return None if row is None else _visit(row)


async def last_seen_on(connection: Connection, household: UUID) -> date | None:
    """The day from which the household's next visit was last reckoned."""
    row = await (
        await connection.execute(
            "select max(based_on) as day from visit where household_id = %s", (household,)
        )
    ).fetchone()
    return row["day"] if row else None


async def of_household(connection: Connection, household: UUID, case: UUID) -> bool:
    """Whether a case came of a visit to that household."""
    row = await (
        await connection.execute(
            "select exists (select 1 from visit_case where household_id = %s and case_id = %s) as known",
            (household, case),
        )
    ).fetchone()
    return bool(row and row["known"])


async def cadence(connection: Connection, space: int) -> Cadence:
    """The cadence in force; the example (version 0) until one is published."""
    row = await (
        await connection.execute(
            "select version, content from visit_cadence where space in (%(space)s, 0)"
            " order by space = %(space)s desc, version desc limit 1",
            {"space": space},
        )
    ).fetchone()
    return Cadence() if row is None else Cadence(**row["content"], version=row["version"])


async def by_grid(connection: Connection, today: date, since: datetime) -> list[dict[str, Any]]:
    """(area_code, due, overdue, done, met, solved, opened, open) of each grid within scope, since then."""
    statement = sql.SQL(
        "with seen as (select v.area_code,"
        " count(*) filter (where v.state = 'planned' and v.due_on <= %(today)s)::int as due,"
        " count(*) filter (where v.state = 'planned' and v.due_on < %(today)s)::int as overdue,"
        " count(*) filter (where v.state = 'done' and v.done_at >= %(since)s)::int as done,"
        " count(*) filter (where v.outcome = 'met' and v.done_at >= %(since)s)::int as met,"
        " coalesce(sum(jsonb_array_length(v.solved)) filter (where v.done_at >= %(since)s), 0)::int as solved"
        " from visit v where {visible} group by 1), told as (select c.area_code,"
        " count(*) filter (where c.created_at >= %(since)s)::int as opened,"
        " count(*) filter (where c.ended_at is null)::int as open from case_file c"
        " where c.type = %(repair)s and (c.ended_at is null or c.created_at >= %(since)s) group by 1)"
        " select coalesce(seen.area_code, told.area_code) as area_code, coalesce(due, 0) as due,"
        " coalesce(overdue, 0) as overdue, coalesce(done, 0) as done, coalesce(met, 0) as met,"
        " coalesce(solved, 0) as solved, coalesce(opened, 0) as opened, coalesce(open, 0) as open"
        " from seen full join told on told.area_code = seen.area_code order by 1 limit 1000"
    ).format(visible=visible("v"))
    values = {"today": today, "since": since, "repair": REPAIR}
    return await (await connection.execute(statement, values)).fetchall()


async def picture(connection: Connection, visit: UUID, photo: UUID) -> bytes:
    """A picture of a visit (raises NotFound)."""
    row = await (
        await connection.execute(
            "select jpeg from visit_photo where id = %s and visit_id = %s", (photo, visit)
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such picture")
    return bytes(row["jpeg"])


def _visit(row: dict[str, Any]) -> Visit:
    row |= {name: tuple(row[name]) for name in ("care", "cases", "photos", "serves", "solved")}
    return Visit(**row)


async def areas_visited(
    connection: Connection, space: int, since: datetime, until: datetime
) -> dict[str, datetime]:
    """Which areas were visited in a window, and when last."""
    rows = await connection.execute(
        sql.SQL("select v.area_code, max(v.done_at) as at from visit v where ")
        + visible("v")
        + sql.SQL(
            " and v.space = %(space)s and v.state = 'done' and v.done_at >= %(since)s and v.done_at < %(until)s"
            " group by 1"
        ),
        {"space": space, "since": since, "until": until},
    )
    return {row["area_code"]: row["at"] for row in await rows.fetchall()}
