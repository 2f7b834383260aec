"""How are visits, what they found, notices and the cadence written?"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection

_JSON = ("checks", "solved", "content")


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Jsonb(value) if name in _JSON else value for name, value in row.items()}


async def _put(connection: Connection, table: str, row: Mapping[str, Any]) -> bool:
    statement = sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(map(sql.Placeholder, row)),
    )
    return (await connection.execute(statement, _values(row))).rowcount == 1


async def insert(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a visit; False when it, or the household's next one by cadence, is there already."""
    return await _put(connection, "visit", row)


async def update(connection: Connection, visit: UUID, changes: Mapping[str, Any]) -> None:
    """Write named columns of a visit."""
    parts: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in changes
    ]
    parts.append(sql.SQL("version = version + 1"))
    statement = sql.SQL("update visit set {} where id = %(visit)s").format(sql.SQL(", ").join(parts))
    await connection.execute(statement, {**_values(changes), "visit": visit})


async def insert_case(connection: Connection, visit: UUID, case: UUID, household: UUID | None) -> None:
    """Keep which case came of a visit."""
    await _put(connection, "visit_case", {"visit_id": visit, "case_id": case, "household_id": household})


async def insert_receipt(
    connection: Connection, notice: UUID, household: UUID, visit: UUID, at: datetime
) -> bool:
    """Keep that a household has been told; False when it was told before."""
    row = {"notice_id": notice, "household_id": household, "visit_id": visit, "at": at}
    return await _put(connection, "visit_receipt", row)


async def insert_photo(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep a picture; False when its id is known."""
    return await _put(connection, "visit_photo", row)


async def insert_notice(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Keep what is to be told; False when its id is known."""
    return await _put(connection, "visit_notice", row)


async def put_drafts(connection: Connection, days: Mapping[UUID, date], post: str) -> None:
    """Write the drafted day of visits; one that has no post yet is made by that post."""
    await connection.execute(
        "update visit v set draft_on = d.day, draft_post = coalesce(nullif(v.draft_post, ''), %s),"
        " version = v.version + 1"
        " from unnest(%s::uuid[], %s::date[]) as d(id, day)"
        " where v.id = d.id and v.state = 'planned'",
        (post, list(days), list(days.values())),
    )


async def publish_drafts(connection: Connection, monday: date, sunday: date, area: str) -> list[UUID]:
    """Let the drafts of a week in an area be the plan; the visits that changed."""
    rows = await (
        await connection.execute(
            "update visit set planned_on = draft_on, post = draft_post, version = version + 1"
            " where state = 'planned' and starts_with(area_code, %(area)s)"
            " and (draft_on is distinct from planned_on or draft_post <> post)"
            " and (draft_on between %(monday)s and %(sunday)s or planned_on between %(monday)s and %(sunday)s)"
            " returning id",
            {"area": area, "monday": monday, "sunday": sunday},
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def insert_publication(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep that a plan was published."""
    await _put(connection, "visit_publication", row)


async def insert_reminder(connection: Connection, row: Mapping[str, Any]) -> None:
    """Keep that a grid was told again of a door, or that somebody goes there."""
    await _put(connection, "visit_reminder", row)


async def alone(connection: Connection, what: str) -> None:
    """Nobody else does the same until the work ends."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('mudan.visit.' || %s))", (what,))


async def publish_cadence(connection: Connection, row: Mapping[str, Any]) -> int:
    """Keep a version of the cadence; its number."""
    done = await connection.execute(
        "insert into visit_cadence (space, content, note, published_by, published_by_id, published_at) values"
        " (%(space)s, %(content)s, %(note)s, %(published_by)s, %(published_by_id)s, %(published_at)s)"
        " returning version",
        _values(row),
    )
    made = await done.fetchone()
    assert made is not None  # the statement returns a row or raises
    version: int = made["version"]
    return version


async def reckon_anew(
    connection: Connection, space: int, days: Mapping[str, int], today: date, by: str, now: datetime
) -> None:
    """Let every household's next visit be due by these days; made where it is missing, ended where none is wanted."""
    values = {
        "space": space, "kinds": list(days), "days": list(days.values()), "today": today, "by": by, "now": now,
    }  # fmt: skip
    await connection.execute(
        "with wanted as (select h.id, (select min(d.days)"
        " from unnest(%(kinds)s::text[], %(days)s::int[]) as d(kind, days) where d.kind = any(h.care)) as days"
        " from household h where h.space = %(space)s)"
        " update visit v set due_on = case when w.days is null then v.due_on else v.based_on + w.days end,"
        " state = case when w.days is null then 'cancelled' else 'planned' end, cancel_reason ="
        " case when w.days is null then 'cadence' else '' end, version = v.version + 1"
        " from wanted w where w.id = v.household_id and v.state = 'planned' and v.origin = 'cadence'",
        values,
    )
    await connection.execute(
        "insert into visit (id, space, area_code, department, household_id, kind, origin, state, based_on, due_on,"
        " planned_by, planned_at) select gen_random_uuid(), h.space, h.area_code, h.department, h.id, 'care',"
        " 'cadence', 'planned', l.day, l.day + w.days, %(by)s, %(now)s from household h cross join lateral"
        " (select min(d.days) as days from unnest(%(kinds)s::text[], %(days)s::int[]) as d(kind, days)"
        " where d.kind = any(h.care)) w cross join lateral (select coalesce((select max(v.based_on) from visit v"
        " where v.household_id = h.id), %(today)s::date) as day) l"
        " where h.space = %(space)s and w.days is not null and not exists (select 1 from visit v"
        " where v.household_id = h.id and v.state = 'planned' and v.origin = 'cadence')"
        " and not exists (select 1 from visit v where v.household_id = h.id and v.outcome = 'moved'"
        " and v.done_at >= h.updated_at)",
        values,
    )
