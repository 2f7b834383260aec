"""When were the cases of a window reported, of which class and where, and which are they? County time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.cases.queries.metrics import Asked, Behind
from mudan.core.cases.queries.windows import WITHIN, values_of
from mudan.storage.pool import Connection

_LOCAL: Final[LiteralString] = "t.at at time zone 'Asia/Shanghai'"
_FROM: Final[LiteralString] = " from case_tally t where t.kind = 'report' and" + WITHIN


@dataclass(frozen=True, slots=True)
class Came:
    """So many were reported: on a day, or in an area in an hour of the day, or in an area of a class (`type:code`)."""

    count: int
    day: date | None = None
    area: str | None = None
    hour: int | None = None
    klass: str | None = None


async def came(connection: Connection, asked: Asked) -> list[Came]:
    """The reports of a window, added up by day, by area (`depth` digits) and hour, and by area and class."""
    rows = await (
        await connection.execute(
            sql.SQL(
                "select day, area, hour, klass, count(*)::int as count from (select ({local})::date as day,"
                " extract(hour from {local})::int as hour, t.type || ':' || t.class_code as klass,"
                " left(t.area_code, %(depth)s) as area{source}) t"
                " group by grouping sets ((day), (area, hour), (area, klass))"
            ).format(local=sql.SQL(_LOCAL), source=sql.SQL(_FROM)),
            values_of(asked),
        )
    ).fetchall()
    return [Came(**row) for row in rows]


async def came_behind(
    connection: Connection, asked: Asked, hour: int | None, klass: str | None, page: tuple[int, int]
) -> tuple[list[Behind], int]:
    """The reports of an hour of the day, of a class, or of both; `page`: at most how many, after how many."""
    of = sql.SQL(
        "{source} and (%(hour)s::int is null or extract(hour from {local})::int = %(hour)s)"
        " and (%(klass)s::text is null or t.type || ':' || t.class_code = %(klass)s)"
    ).format(source=sql.SQL(_FROM), local=sql.SQL(_LOCAL))
    values = values_of(asked, hour=hour, klass=klass, limit=page[0], offset=page[1])
    total = await (await connection.execute(sql.SQL("select count(*)::int as n") + of, values)).fetchone()
    statement = sql.SQL(
        "select t.*, c.number, c.title, c.state, null::text as excluded from (select t.id as tally, t.case_id, t.type,"
        " t.class_code, t.area_code, t.department, t.at, t.due_at, null::timestamptz as done_at, true as counted,"
        " null::int as weight, null::float8 as hours{of} order by t.at, t.id limit %(limit)s offset %(offset)s) t"
        " left join case_file c on c.id = t.case_id order by t.at, t.tally"
    ).format(of=of)
    rows = await (await connection.execute(statement, values)).fetchall()
    return [Behind(**row) for row in rows], total["n"] if total else 0


@dataclass(frozen=True, slots=True)
class Later:
    """A case of a window that has gone on since, with its last step."""

    case_id: UUID
    number: str
    title: str
    at: datetime
    text_zh: str
    text_en: str


async def gone_on(
    connection: Connection, asked: Asked, since: datetime, limit: int
) -> tuple[list[Later], int]:
    """The cases of a window of which something has come to be known since a moment, the newest first; how many."""
    rows = await (
        await connection.execute(
            "with moved as (select distinct t.case_id from case_tally t where t.space = %(space)s"
            " and t.kind = any (%(kinds)s) and t.at >= %(since)s and t.at < %(whole)s"
            " and (t.known_at >= %(kept)s or t.superseded_at >= %(kept)s or t.done_at >= %(kept)s"
            " or t.failed_at >= %(kept)s or t.more_at >= %(kept)s or t.again_at >= %(kept)s)"
            " and (%(types)s::text[] is null or t.type = any (%(types)s))"
            " and (%(area)s::text is null or starts_with(t.area_code, %(area)s)))"
            " select c.id as case_id, c.number, c.title, e.at, e.text_zh, e.text_en, count(*) over ()::int as total"
            " from moved m join case_file c on c.id = m.case_id cross join lateral (select e.at, e.text_zh, e.text_en"
            " from case_event e where e.case_id = c.id order by e.id desc limit 1) e"
            " order by e.at desc limit %(limit)s",
            values_of(asked, kept=since, whole=asked.until, limit=limit),
        )
    ).fetchall()
    total = rows[0]["total"] if rows else 0
    return [Later(**{name: row[name] for name in Later.__slots__}) for row in rows], total
