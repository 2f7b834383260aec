"""Who has opened which household, what for, and which of it is unusual?"""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.core.households.model import unusual
from mudan.core.households.model.opening import Opening
from mudan.core.households.model.unusual import Asked, Counted, Looked
from mudan.core.people.queries import visible
from mudan.storage.pool import Connection

_COLUMNS: LiteralString = (
    "select o.id, o.household_id as household, o.area_code, h.address, o.person_id, o.person, o.role, o.purpose,"
    " o.subject_noun, o.subject_id, o.subject_number, o.reason, o.break_glass, o.at, o.ends_at, o.verdict,"
    " o.verdict_note, o.reviewed_by, o.reviewed_at, o.fields, o.explanation, o.explained_at,"
    " coalesce(nullif(o.person_area, ''), p.area_code, '') as person_area"
)
_FROM: LiteralString = (
    " from household_opening o join household h on h.id = o.household_id"
    " left join person p on p.id = o.person_id"
)
# Each mark of model/unusual.py as a column of its name.
_MARKS: LiteralString = (
    ", o.subject_noun <> 'incident' and (extract(hour from o.at at time zone 'Asia/Shanghai') < %(from_hour)s"
    " or extract(hour from o.at at time zone 'Asia/Shanghai') >= %(until_hour)s) as outside_hours,"
    " length(coalesce(nullif(o.person_area, ''), p.area_code, '')) < %(digits)s"
    " and not (o.subject_noun = 'visit' and o.at >= %(now)s - %(followed)s) and not exists (select 1 from visit v"
    " where v.done_by_id = o.person_id and v.area_code = o.area_code and v.recorded_at >= o.at - %(known_for)s"
    " and v.recorded_at <= o.at + %(followed)s) as outside_grid,"
    " (select count(*) from household_opening x where x.person_id = o.person_id and x.at <= o.at"
    " and x.at > o.at - %(within)s) >= %(many)s as many,"
    " o.break_glass or (o.subject_noun = 'visit' and o.at < %(now)s - %(followed)s"
    " and not exists (select 1 from visit v where v.id = o.subject_id and v.state = 'done')) as no_task"
)
_WHERE: LiteralString = (
    " and o.at >= %(since)s and o.at < %(until)s and (%(purpose)s::text is null or o.purpose = %(purpose)s)"
    " and (%(verdict)s::text is null or coalesce(o.verdict, 'none') = %(verdict)s)"
)
_ANY: LiteralString = "(outside_hours or outside_grid or many or no_task)"


def _values(asked: Asked, now: datetime) -> dict[str, Any]:
    return {
        "since": asked.since, "until": asked.until, "purpose": asked.purpose, "verdict": asked.verdict,
        "unusual": asked.unusual, "limit": asked.limit, "offset": asked.offset, "now": now,
        "from_hour": unusual.FROM_HOUR, "until_hour": unusual.UNTIL_HOUR, "digits": unusual.GRID_DIGITS,
        "known_for": unusual.KNOWN_FOR, "followed": unusual.FOLLOWED_WITHIN, "within": unusual.WITHIN,
        "many": unusual.MANY,
    }  # fmt: skip


async def opening(connection: Connection, opening_id: UUID) -> Opening | None:
    """An opening within scope, if there is one."""
    rows = await connection.execute(sql.SQL(_COLUMNS + _FROM + " where o.id = %s"), (opening_id,))
    row = await rows.fetchone()
    return None if row is None else _opening(row)


def _found(condition: LiteralString, then: LiteralString) -> sql.Composed:
    """Openings with their marks as `found`, of which something is asked; `{any}` there: any mark."""
    return sql.SQL("with found as ({whole} where {visible}{condition}) {then}").format(
        whole=sql.SQL(_COLUMNS + _MARKS + _FROM), visible=visible("o"), condition=sql.SQL(condition),
        then=sql.SQL(then).format(any=sql.SQL(_ANY)),
    )  # fmt: skip


async def looked_at(connection: Connection, asked: Asked, now: datetime) -> tuple[list[Looked], int]:
    """Openings within scope with their marks, what waits first, the newest first; and how many there are in all."""
    found = _found(
        _WHERE,
        "select *, count(*) over ()::int as total from found where not %(unusual)s or {any}"
        " order by (break_glass and verdict is null) desc, at desc, id limit %(limit)s offset %(offset)s",
    )
    rows = await (await connection.execute(found, _values(asked, now))).fetchall()
    total = rows[0]["total"] if rows else 0
    return [_looked(row) for row in rows], total


async def counted(connection: Connection, asked: Asked, now: datetime) -> list[Counted]:
    """How many openings of each purpose there were in the time asked for, whatever else is asked."""
    found = _found(
        " and o.at >= %(since)s and o.at < %(until)s",
        "select purpose, count(*)::int as count, count(*) filter (where {any})::int as unusual,"
        " count(*) filter (where verdict is null)::int as unseen from found group by purpose order by purpose",
    )
    rows = await connection.execute(found, _values(asked, now))
    return [Counted(**row) for row in await rows.fetchall()]


async def to_explain(connection: Connection, person: UUID) -> list[Opening]:
    """One's own openings that the auditor asks about and that nobody has explained."""
    rows = await connection.execute(
        sql.SQL(
            _COLUMNS + _FROM + " where o.person_id = %s and o.verdict = 'explain' and o.explained_at is null"
            " order by o.at limit 20"
        ),
        (person,),
    )
    return [_opening(row) for row in await rows.fetchall()]


async def opened_since(connection: Connection, person: UUID, since: datetime) -> int:
    """How many households somebody has opened since then."""
    row = await (
        await connection.execute(
            "select count(*)::int as n from household_opening where person_id = %s and at > %s",
            (person, since),
        )
    ).fetchone()
    return row["n"] if row else 0


def _looked(row: dict[str, Any]) -> Looked:
    row.pop("total")
    reasons = tuple(name for name in unusual.REASONS if row.pop(name))
    return Looked(_opening(row), reasons)


def _opening(row: dict[str, Any]) -> Opening:
    return Opening(fields=tuple(row.pop("fields")), **row)
