"""How are people, sessions, failures and the audit trail written? SQL only; the decisions are elsewhere."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from mudan.core.people.model import Attempts, Locale, Role
from mudan.storage.pool import Connection


async def insert_person(
    connection: Connection,
    *,
    person_id: UUID,
    login: str,
    name: str,
    password_hash: str,
    role: Role,
    department: str | None,
    area_code: str,
    locale: Locale,
) -> bool:
    """Add an account; False when the login is taken."""
    cursor = await connection.execute(
        "insert into person (id, login, name, password_hash, role, department, area_code, locale)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s) on conflict (login) do nothing",
        (person_id, login, name, password_hash, role, department, area_code, locale),
    )
    return cursor.rowcount == 1


async def update_person(connection: Connection, person_id: UUID, fields: dict[str, Any]) -> None:
    """Set columns of an account; `fields` names columns, never words from outside."""
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(column)) for column in fields
    )
    await connection.execute(
        sql.SQL("update person set {} where id = {}").format(assignments, sql.Placeholder("person_id")),
        {**fields, "person_id": person_id},
    )


async def update_attempts_of(connection: Connection, login: str, attempts: Attempts) -> None:
    """Show an account's failures on its row; an unknown login changes nothing at the same cost."""
    await connection.execute(
        "update person set failures = %s, locked_until = %s where login = %s",
        (attempts.failures, attempts.locked_until, login),
    )


async def lock_attempts(connection: Connection) -> None:
    """Let one failure be counted at a time: two that both read "none yet" would count as one."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('mudan.attempts'))")


async def upsert_attempts(connection: Connection, key: str, attempts: Attempts, now: datetime) -> None:
    """Remember the failures of a login or a source address."""
    await connection.execute(
        "insert into sign_in_failure (source, failures, locked_until, last_at) values (%s, %s, %s, %s)"
        " on conflict (source) do update set failures = excluded.failures,"
        " locked_until = excluded.locked_until, last_at = excluded.last_at",
        (key, attempts.failures, attempts.locked_until, now),
    )


async def delete_attempts(connection: Connection, key: str) -> None:
    """Forgive a login or a source address."""
    await connection.execute("delete from sign_in_failure where source = %s", (key,))


async def delete_attempts_before(connection: Connection, moment: datetime) -> None:
    """Forget failures so old that they no longer count."""
    await connection.execute("delete from sign_in_failure where last_at < %s", (moment,))


async def insert_session(
    connection: Connection,
    *,
    token_hash: bytes,
    csrf_hash: bytes,
    person_id: UUID,
    now: datetime,
    expires_at: datetime,
    address: str,
    agent: str,
) -> None:
    """Begin a session."""
    await connection.execute(
        "insert into session (token_hash, csrf_hash, person_id, created_at, last_seen_at, expires_at,"
        " address, agent) values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (token_hash, csrf_hash, person_id, now, now, expires_at, address, agent),
    )


async def touch_session(connection: Connection, token_hash: bytes, person_id: UUID, now: datetime) -> None:
    """Record that a session was used."""
    await connection.execute(
        "update session set last_seen_at = %s where token_hash = %s and last_seen_at < %s",
        (now, token_hash, now),
    )
    await connection.execute("update person set last_seen_at = %s where id = %s", (now, person_id))


async def set_session_space(connection: Connection, token_hash: bytes, space: int) -> bool:
    """Let a session look at a data space from now on; False when there is none."""
    cursor = await connection.execute(
        "update session set space = %s where token_hash = %s", (space, token_hash)
    )
    return cursor.rowcount > 0


async def delete_session(connection: Connection, token_hash: bytes) -> bool:
    """End a session; False when there was none."""
    cursor = await connection.execute("delete from session where token_hash = %s", (token_hash,))
    return cursor.rowcount == 1


async def delete_sessions_of(connection: Connection, person_id: UUID, *, but: bytes = b"") -> int:
    """End all sessions of a person but one; the number ended."""
    cursor = await connection.execute(
        "delete from session where person_id = %s and token_hash <> %s", (person_id, but)
    )
    return cursor.rowcount


async def delete_sessions_before(connection: Connection, now: datetime, idle_before: datetime) -> None:
    """Remove sessions that have ended."""
    await connection.execute(
        "delete from session where expires_at <= %s or last_seen_at <= %s", (now, idle_before)
    )


async def append_audit(
    connection: Connection,
    *,
    actor: str,
    actor_id: UUID | None,
    action: str,
    target: str,
    detail: dict[str, Any],
    space: int,
) -> int:
    """Append one record to the trail, timed by the database so that the chain has one clock; its number."""
    cursor = await connection.execute(
        "select audit_append(clock_timestamp(), %s, %s, %s, %s, %s, %s::smallint) as seq",
        (actor, actor_id, action, target, Jsonb(detail), space),
    )
    row = await cursor.fetchone()
    return int(row["seq"]) if row else 0


async def lock_accounts(connection: Connection) -> None:
    """Let one change of accounts run at a time, so that two cannot each remove the other last one."""
    await connection.execute("select pg_advisory_xact_lock(hashtext('mudan.people'))")


async def put_department(
    connection: Connection, code: str, name_zh: str, name_en: str, area_code: str
) -> None:
    """Insert a department or rename it."""
    await connection.execute(
        "insert into department values (%s, %s, %s, %s) on conflict (code) do update"
        " set name_zh = excluded.name_zh, name_en = excluded.name_en, area_code = excluded.area_code",
        (code, name_zh, name_en, area_code),
    )
