"""Which visits belong to a week, how much does each grid's day hold, and what was published?"""

from datetime import date, timedelta
from typing import Any, Final, LiteralString

from psycopg import sql

from mudan.core.people.queries import visible
from mudan.core.visits.model.week import DAYS, GridWeek, Publication, Wish, days_of
from mudan.core.visits.model.words import Visit
from mudan.core.visits.queries.board import visits_where
from mudan.storage.pool import Connection

MOST: Final = 1000
# What is due by the week's end, or stands on one of its days.
_IN_WEEK: LiteralString = (
    "v.state = 'planned' and starts_with(v.area_code, %(area)s)"
    " and (v.due_on <= %(sunday)s and (v.draft_on is null or v.draft_on < %(today)s)"
    " or v.draft_on between %(monday)s and %(sunday)s or v.planned_on between %(monday)s and %(sunday)s)"
)


def _values(monday: date, today: date, area: str, **more: Any) -> dict[str, Any]:
    return {
        "monday": monday, "sunday": monday + timedelta(days=DAYS - 1), "today": today, "area": area, **more,
    }  # fmt: skip


async def week(
    connection: Connection, monday: date, today: date, area: str, limit: int, offset: int
) -> tuple[list[Visit], int]:
    """The visits of a week in an area, overdue ones first; and how many there are."""
    return await visits_where(
        connection, _IN_WEEK, "v.due_on, v.area_code, v.id",
        _values(monday, today, area, limit=limit, offset=offset),
    )  # fmt: skip


async def grids_of_week(connection: Connection, monday: date, today: date, area: str) -> list[GridWeek]:
    """How much each grid's days hold, and what of the week has no day yet."""
    loads = sql.SQL(", ").join(
        sql.SQL("count(*) filter (where v.draft_on = {})::int as {}").format(
            sql.Literal(day), sql.Identifier(f"d{number}")
        )
        for number, day in enumerate(days_of(monday))
    )
    rows = await connection.execute(
        sql.SQL(
            "select v.area_code, count(*) filter (where v.due_on < %(today)s)::int as overdue,"
            " count(*) filter (where v.draft_on is null or v.draft_on < %(today)s)::int as unplanned, "
        )
        + loads
        + sql.SQL(" from visit v where ")
        + visible("v")
        + sql.SQL(" and " + _IN_WEEK + " group by v.area_code order by v.area_code limit 1000"),
        _values(monday, today, area),
    )
    return [
        GridWeek(
            row["area_code"],
            row["overdue"],
            row["unplanned"],
            tuple(row[f"d{number}"] for number in range(DAYS)),
        )
        for row in await rows.fetchall()
    ]


async def without_a_day(connection: Connection, monday: date, today: date, area: str) -> list[Wish]:
    """The visits of a week that have no day yet, or whose day has passed."""
    rows = await connection.execute(
        sql.SQL("select v.id as visit, v.area_code, v.due_on from visit v where ")
        + visible("v")
        + sql.SQL(
            " and (v.draft_on is null or v.draft_on < %(today)s) and "
            + _IN_WEEK
            + " order by v.due_on, v.id limit %(limit)s"
        ),
        _values(monday, today, area, limit=MOST),
    )
    return [Wish(**row) for row in await rows.fetchall()]


async def unpublished(connection: Connection, monday: date, today: date, area: str) -> int:
    """How many visits of a week stand otherwise in the draft than on the phones."""
    row = await (
        await connection.execute(
            sql.SQL("select count(*)::int as n from visit v where ")
            + visible("v")
            + sql.SQL(
                " and (v.draft_on is distinct from v.planned_on or v.draft_post <> v.post) and " + _IN_WEEK
            ),
            _values(monday, today, area),
        )
    ).fetchone()
    return row["n"] if row else 0


async def publications(connection: Connection, monday: date, limit: int = 20) -> list[Publication]:
    """What was published of a week within scope, the newest first."""
    rows = await connection.execute(
        sql.SQL(
            "select p.area_code, p.visits, p.published_by, p.published_at from visit_publication p where "
        )
        + visible("p")
        + sql.SQL(" and p.week = %s order by p.published_at desc limit %s"),
        (monday, limit),
    )
    return [Publication(**row) for row in await rows.fetchall()]
