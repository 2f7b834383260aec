"""How are responses written?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from mudan.storage.pool import Connection


async def insert(connection: Connection, row: dict[str, Any]) -> bool:
    """Keep a new response; False when one of the plan is open already."""
    done = await connection.execute(
        "insert into response (id, space, area_code, department, plan_id, version_id, plan_hash, slug, title_zh,"
        " title_en, example, incident_id, state, proposed, proposed_at, proposed_by, decide_by, inputs, opened_at)"
        " values (%(id)s, %(space)s, %(area_code)s, %(department)s, %(plan_id)s, %(version_id)s, %(plan_hash)s,"
        " %(slug)s, %(title_zh)s, %(title_en)s, %(example)s, %(incident_id)s, 'advised', %(proposed)s,"
        " %(at)s, %(by)s, %(decide_by)s, %(inputs)s, %(at)s)"
        " on conflict (space, plan_id, coalesce(incident_id, plan_id))"
        " where state in ('advised', 'active', 'deactivating') do nothing",
        row | {"inputs": Jsonb(row["inputs"])},
    )
    return done.rowcount == 1


async def propose(connection: Connection, response: UUID, row: dict[str, Any]) -> None:
    """Put something before people, or take it back (all null)."""
    await connection.execute(
        "update response set proposed = %(proposed)s, proposed_at = %(at)s, proposed_by = %(by)s,"
        " decide_by = %(decide_by)s, reminded_at = null, inputs = %(inputs)s, version = version + 1 where id = %(id)s",
        row | {"id": response, "inputs": Jsonb(row["inputs"])},
    )


async def move(connection: Connection, response: UUID, row: dict[str, Any]) -> None:
    """Write a decision: state, level and their times; what was proposed is settled by it."""
    await connection.execute(
        "update response set state = %(state)s, level = %(level)s, statutory = %(statutory)s,"
        " incident_id = %(incident_id)s, started_at = %(started_at)s, level_since = %(level_since)s,"
        " ended_at = %(ended_at)s, quiet_until = %(quiet_until)s, proposed = null, proposed_at = null,"
        " proposed_by = '', decide_by = null, reminded_at = null, version = version + 1 where id = %(id)s",
        row | {"id": response},
    )


async def remind(connection: Connection, response: UUID, at: datetime) -> bool:
    """Note that a decision that is late was reminded of; False when that was done before."""
    done = await connection.execute(
        "update response set reminded_at = %s where id = %s and reminded_at is null and proposed is not null",
        (at, response),
    )
    return done.rowcount == 1


async def append(connection: Connection, row: dict[str, Any]) -> None:
    """Add a line to the history."""
    await connection.execute(
        "insert into response_event (response_id, at, kind, actor, person_id, from_level, to_level, reason, text_zh,"
        " text_en, inputs) values (%(response_id)s, %(at)s, %(kind)s, %(actor)s, %(person_id)s, %(from_level)s,"
        " %(to_level)s, %(reason)s, %(text_zh)s, %(text_en)s, %(inputs)s)",
        row | {"inputs": Jsonb(row["inputs"])},
    )


async def issue(connection: Connection, row: dict[str, Any]) -> None:
    """Note one thing that a level asks for; what is noted already stays."""
    await connection.execute(
        "insert into response_issue (id, response_id, level, kind, item, title_zh, title_en, who_zh, who_en, state,"
        " noun, ref, due_at, issued_at, note, detail) values (%(id)s, %(response_id)s, %(level)s, %(kind)s, %(item)s,"
        " %(title_zh)s, %(title_en)s, %(who_zh)s, %(who_en)s, %(state)s, %(noun)s, %(ref)s, %(due_at)s, %(at)s,"
        " %(note)s, %(detail)s) on conflict (response_id, kind, item) do nothing",
        row | {"detail": Jsonb(row["detail"])},
    )


async def settle_issue(connection: Connection, issue: UUID, row: dict[str, Any]) -> None:
    """Say anew what became of something that a level asks for."""
    await connection.execute(
        "update response_issue set state = %(state)s, noun = %(noun)s, ref = %(ref)s, due_at = %(due_at)s,"
        " issued_at = %(at)s, note = %(note)s where id = %(id)s",
        row | {"id": issue},
    )


async def note_detail(connection: Connection, issue: UUID, detail: dict[str, Any]) -> None:
    """Keep with something that was issued what it was last judged by."""
    await connection.execute(
        "update response_issue set detail = detail || %s where id = %s", (Jsonb(detail), issue)
    )
