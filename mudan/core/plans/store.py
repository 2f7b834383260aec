"""How are plans, their versions, statements and present advice written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import errors
from psycopg.types.json import Jsonb

from mudan.primitives.errors import Conflict
from mudan.storage.pool import Connection


async def insert_plan(connection: Connection, row: dict[str, Any]) -> None:
    """Make a plan known. Raises Conflict when the data space has one of that name."""
    try:
        await connection.execute(
            "insert into plan (id, space, slug, area_code, department, created_at, created_by) values (%(id)s,"
            " %(space)s, %(slug)s, %(area_code)s, %(department)s, %(at)s, %(by)s)",
            row,
        )
    except errors.UniqueViolation as error:
        raise Conflict("there is a plan of that name already") from error


async def insert_version(connection: Connection, row: dict[str, Any]) -> None:
    """Add a version. Raises Conflict when another one of the plan is open."""
    try:
        await connection.execute(
            "insert into plan_version (id, plan_id, number, state, text, hash, note, editors, author, created_at,"
            " saved_at) values (%(id)s, %(plan_id)s, (select coalesce(max(number), 0) + 1 from plan_version"
            " where plan_id = %(plan_id)s), 'draft', %(text)s, %(hash)s, %(note)s, %(editors)s, %(author)s, %(at)s,"
            " %(at)s)",
            row,
        )
    except errors.UniqueViolation as error:
        raise Conflict("the plan has an open version already") from error


async def save_text(connection: Connection, version: UUID, row: dict[str, Any]) -> None:
    """Write the text of a draft."""
    await connection.execute(
        "update plan_version set text = %(text)s, hash = %(hash)s, note = %(note)s, editors = %(editors)s,"
        " saved_at = %(at)s, revision = revision + 1 where id = %(id)s",
        row | {"id": version},
    )


async def move(connection: Connection, version: UUID, state: str, by: str, at: datetime) -> None:
    """Write a version's new state and who brought it there."""
    await connection.execute(
        "update plan_version set state = %(state)s, revision = revision + 1,"
        " checked_at = case %(state)s when 'checked' then %(at)s when 'draft' then null else checked_at end,"
        " checked_by = case %(state)s when 'checked' then %(by)s when 'draft' then null else checked_by end,"
        " approved_at = case when %(state)s = 'approved' then %(at)s else approved_at end,"
        " approved_by = case when %(state)s = 'approved' then %(by)s else approved_by end,"
        " retired_at = case when %(state)s = 'retired' then %(at)s else retired_at end,"
        " retired_by = case when %(state)s = 'retired' then %(by)s else retired_by end where id = %(id)s",
        {"state": state, "by": by, "at": at, "id": version},
    )


async def append_event(connection: Connection, row: dict[str, Any]) -> None:
    """Add a line to a version's history."""
    await connection.execute(
        "insert into plan_version_event (version_id, at, actor, kind, from_state, to_state, reason) values"
        " (%(version)s, %(at)s, %(actor)s, %(kind)s, %(before)s, %(after)s, %(reason)s)",
        row,
    )


async def insert_statement(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep a statement; False when the same one stands already."""
    done = await connection.execute(
        "insert into plan_statement (id, space, area_code, department, slug, name, incident_id, note, stated_at,"
        " stated_by) values (%(id)s, %(space)s, %(area_code)s, null, %(slug)s, %(name)s, %(incident_id)s, %(note)s,"
        " %(at)s, %(by)s) on conflict do nothing",
        row,
    )
    return done.rowcount == 1


async def withdraw_statement(
    connection: Connection, space: int, slug: str, name: str, incident: UUID | None, by: str, at: datetime
) -> bool:
    """End a standing statement; False when none stands."""
    done = await connection.execute(
        "update plan_statement set withdrawn_at = %s, withdrawn_by = %s where space = %s and slug = %s"
        " and name = %s and incident_id is not distinct from %s and withdrawn_at is null",
        (at, by, space, slug, name, incident),
    )
    return done.rowcount == 1


async def put_watch(connection: Connection, row: dict[str, Any]) -> None:
    """Keep what a plan says now, in place of what it said before."""
    await connection.execute(
        "insert into plan_watch (space, plan_id, incident_id, area_code, department, version_id, advised,"
        " advised_since, memories, advice, asked_at) values (%(space)s, %(plan_id)s, %(incident_id)s,"
        " %(area_code)s, %(department)s, %(version_id)s, %(advised)s, %(advised_since)s, %(memories)s, %(advice)s,"
        " %(at)s) on conflict (space, plan_id,"
        " coalesce(incident_id, '00000000-0000-0000-0000-000000000000')) do update set"
        " version_id = excluded.version_id, advised = excluded.advised, advised_since = excluded.advised_since,"
        " memories = excluded.memories, advice = excluded.advice, asked_at = excluded.asked_at,"
        " area_code = excluded.area_code, department = excluded.department",
        row | {"memories": Jsonb(row["memories"]), "advice": Jsonb(row["advice"])},
    )


async def forget_watches(connection: Connection, space: int, asked_before: datetime) -> int:
    """Drop what nobody asks any more: incidents that ended, plans without an approved version."""
    done = await connection.execute(
        "delete from plan_watch where space = %s and asked_at < %s", (space, asked_before)
    )
    return done.rowcount
