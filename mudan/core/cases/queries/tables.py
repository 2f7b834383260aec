"""Which calendar and which matrix are in force in a data space, and how well have the matrix's rules done?

An exercise that has made none of its own follows the county's.
"""

from dataclasses import dataclass
from datetime import date, datetime

from mudan.core.cases.model.calendar import Calendar, calendar_of
from mudan.core.cases.model.matrix import MatrixRule, Record
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a calendar or matrix: which, by whom, when and why."""

    version: int
    note: str
    published_by: str
    published_at: datetime


async def calendar(connection: Connection, space: int) -> Calendar:
    """The calendar in force; the example of the house (version 0) until one is published."""
    row = await (
        await connection.execute(
            "select version, content from case_calendar where space in (%(space)s, 0)"
            " order by space = %(space)s desc, version desc limit 1",
            {"space": space},
        )
    ).fetchone()
    return Calendar() if row is None else calendar_of(row["content"], row["version"])


async def calendars(connection: Connection, space: int) -> list[Published]:
    """The versions of a data space's own calendar, the newest first."""
    rows = await (
        await connection.execute(
            "select version, note, published_by, published_at from case_calendar where space = %s"
            " order by version desc limit 100",
            (space,),
        )
    ).fetchall()
    return [Published(**row) for row in rows]


async def matrices(connection: Connection, space: int, type_name: str) -> list[Published]:
    """The versions of a data space's own matrix of a type, the newest first."""
    rows = await (
        await connection.execute(
            "select version, note, published_by, published_at from case_matrix where space = %s and type = %s"
            " order by version desc limit 100",
            (space, type_name),
        )
    ).fetchall()
    return [Published(**row) for row in rows]


async def rules(connection: Connection, space: int, type_name: str) -> tuple[int, list[MatrixRule]]:
    """(version, every rule) of the matrix in force; version 0 without any until one is published."""
    version = await _version(connection, space, type_name)
    rows = await (
        await connection.execute(
            "select id, class_code, area_code, department, since, until, note from case_rule where version = %s"
            " order by class_code, area_code, since, id",
            (version,),
        )
    ).fetchall()
    return version, [MatrixRule(**row) for row in rows]


async def rules_for(
    connection: Connection, space: int, type_name: str, class_code: str, area_code: str, day: date
) -> list[MatrixRule]:
    """The rules in force that could speak about such a case on such a day."""
    version = await _version(connection, space, type_name)
    rows = await (
        await connection.execute(
            "select id, class_code, area_code, department, since, until, note from case_rule where version = %s"
            " and starts_with(%s, class_code) and starts_with(%s, area_code) and since <= %s"
            " and (until is null or until >= %s)",
            (version, class_code, area_code, day, day),
        )
    ).fetchall()
    return [MatrixRule(**row) for row in rows]


async def _version(connection: Connection, space: int, type_name: str) -> int:
    row = await (
        await connection.execute(
            "select version from case_matrix where space in (%(space)s, 0) and type = %(type)s"
            " order by space = %(space)s desc, version desc limit 1",
            {"space": space, "type": type_name},
        )
    ).fetchone()
    return 0 if row is None else row["version"]


async def record(connection: Connection, space: int, type_name: str, since: datetime) -> list[Record]:
    """How often each rule was followed since then, and how often the case came back; the most doubtful first."""
    rows = await (
        await connection.execute(
            "select e.detail->>'rule' as rule, count(*) filter (where e.kind = 'dispatch')::int as sent,"
            " count(*) filter (where e.kind = 'return')::int as returned from case_event e"
            " join case_file c on c.id = e.case_id where c.space = %s and c.type = %s and e.at >= %s"
            " and e.kind in ('dispatch', 'return') and e.detail->>'rule' is not null group by 1",
            (space, type_name, since),
        )
    ).fetchall()
    found = [Record(**row) for row in rows]
    return sorted(found, key=lambda one: (-one.share, -one.sent, one.rule))
