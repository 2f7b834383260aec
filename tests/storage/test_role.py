"""Does the centre's role own nothing, and is there no way around its walls?"""

from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from mudan.primitives.errors import Unavailable
from mudan.storage.embedded import CENTRE, Dsns
from mudan.storage.pool import Connection, Database

pytestmark = pytest.mark.anyio

APPEND_ONLY = ("audit", "alarm_event", "incident_event", "task_event", "photo", "observation", "frame_bad")
SCOPED = {
    "entity", "unit", "command", "alarm", "alarm_event", "incident", "incident_alarm", "incident_event", "task",
    "task_event", "photo", "observation", "observation_latest", "frame_bad", "frame_good",
}  # fmt: skip


async def _denied(work: Connection, statement: LiteralString, table: str = "") -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with work.transaction():
            await work.execute(sql.SQL(statement).format(sql.Identifier(table)))


async def test_it_owns_nothing(work: Connection) -> None:
    cursor = await work.execute(
        "select c.relname from pg_class c where c.relowner = (select oid from pg_roles where rolname = %s)",
        (CENTRE,),
    )
    assert await cursor.fetchall() == []


async def test_it_can_neither_bypass_nor_grant_nor_make(work: Connection) -> None:
    cursor = await work.execute(
        "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as strong"
        " from pg_roles where rolname = current_user"
    )
    assert await cursor.fetchone() == {"strong": False}
    await _denied(work, "create table own (id int)")
    await _denied(work, "alter table alarm disable row level security")
    await _denied(work, "drop policy scope on alarm")
    await _denied(work, "set role mudan_owner")
    await _denied(work, "set session_replication_role = 'replica'")


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_what_only_grows_can_be_neither_changed_nor_removed(work: Connection, table: str) -> None:
    for column in await (
        await work.execute(
            "select column_name::text as name from information_schema.columns where table_name = %s"
            " and is_identity = 'NO'",
            (table,),
        )
    ).fetchall():
        change = sql.SQL("update {} set {} = null").format(*map(sql.Identifier, (table, column["name"])))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with work.transaction():
                await work.execute(change)
    await _denied(work, "delete from {}", table)
    await _denied(work, "truncate {}", table)


# They name a data space and have no wall: the sessions and the trail, which people read by permissions of their
# own, and the counters of numbers.
WITHOUT_WALL = {
    "audit", "session", "directive_number", "incident_number", "report_number", "resource_number",
}  # fmt: skip


async def test_every_table_with_a_scope_has_its_wall(work: Connection) -> None:
    cursor = await work.execute(
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relrowsecurity"
    )
    walled = {row["relname"] for row in await cursor.fetchall()}
    assert walled >= SCOPED
    cursor = await work.execute(
        "select c.table_name::text as name from information_schema.columns c"
        " join pg_class k on k.relname = c.table_name"
        " and k.relnamespace = 'public'::regnamespace and k.relkind in ('r', 'p') and not k.relispartition"
        " where c.table_schema = 'public' and c.column_name = 'space'"
    )
    bare = {row["name"] for row in await cursor.fetchall()} - walled
    assert bare == WITHOUT_WALL


async def test_partitions_cannot_be_read_past_the_wall_of_their_parent(work: Connection) -> None:
    await work.execute("select make_partitions('2026-11-23', 1)")
    for partition in ("observation_20261123", "observation_default", "frame_good_20261123"):
        await _denied(work, "select * from {}", partition)


async def test_a_pool_refuses_a_role_that_is_too_strong(database_dsns: Dsns) -> None:
    for dsn in (database_dsns.owner, database_dsns.superuser):
        with pytest.raises(Unavailable, match="owns nothing"):
            await Database(dsn, size=2).open()
