"""How does the centre reach the database? A bounded pool, and units of work that carry their scope."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from mudan.primitives.errors import Unavailable

log = logging.getLogger(__name__)

Connection = AsyncConnection[DictRow]

# What row-level security reads; the centre's own work sees everything.
SYSTEM: Final[Mapping[str, str]] = {"area": "", "departments": "*", "space": "*", "person": ""}

MOST_WAITING: Final = 2_500  # more than all screens that come back at once after a restart

ASKED_MS: Final = 30_000  # no one statement of a person's request takes longer; the centre's own work may

LOST: Final = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


class Database:
    """The centre's connections. `work` opens one transaction under a scope."""

    def __init__(self, dsn: str, *, size: int = 8) -> None:
        self.dsn = dsn
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            dsn,
            min_size=2,
            max_size=size,
            open=False,
            timeout=10.0,
            max_waiting=MOST_WAITING,
            check=AsyncConnectionPool.check_connection,
            kwargs={"row_factory": dict_row, "autocommit": True, "options": "-c timezone=UTC"},
        )

    async def open(self, *, wait_s: float = 30.0) -> None:
        """Connect, and refuse a role that could pass the second wall."""
        await self._pool.open()
        try:
            await self._pool.wait(wait_s)
        except PoolTimeout as error:
            raise Unavailable("the database does not answer") from error
        async with self._pool.connection() as connection:
            row = await (
                await connection.execute(
                    "select rolsuper or rolbypassrls as strong,"
                    " exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                    " where n.nspname = 'public' and c.relowner = r.oid) as owner"
                    " from pg_roles r where rolname = current_user"
                )
            ).fetchone()
        if row is None or row["strong"] or row["owner"]:
            await self.close()
            raise Unavailable("the centre must connect as a role that owns nothing and is no superuser")

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close()

    @contextlib.asynccontextmanager
    async def work(self, scope: Mapping[str, str] = SYSTEM) -> AsyncIterator[Connection]:
        """One transaction under a scope; rolled back when the block raises.

        Raises Unavailable when the database cannot be reached or is lost on the way, and when a statement of a
        person's work takes too long.
        """
        try:
            async with self._pool.connection() as connection, connection.transaction():
                await set_scope(connection, scope, limit_ms=None if scope is SYSTEM else ASKED_MS)
                yield connection
        except psycopg.errors.QueryCanceled as error:
            log.warning("statement cancelled: %s", error)
            raise Unavailable("that was too much to ask at once; narrow it down") from error
        except LOST as error:
            log.warning("database lost: %s", error)
            raise Unavailable("the database does not answer") from error

    async def answers(self) -> bool:
        """Whether the database answers now."""
        try:
            async with asyncio.timeout(2.0), self._pool.connection(timeout=2.0) as connection:
                await connection.execute("select 1")
        except (*LOST, TimeoutError):
            return False
        return True

    def stats(self) -> dict[str, Any]:
        """The pool's own counters."""
        return dict(self._pool.get_stats())


async def set_scope(connection: Connection, scope: Mapping[str, str], *, limit_ms: int | None = None) -> None:
    """Set the scope for the rest of the present transaction, never for the session; `limit_ms`: of each statement."""
    limit = None if limit_ms is None else str(limit_ms)
    await connection.execute(
        "select set_config('mudan.area', %s, true), set_config('mudan.departments', %s, true),"
        " set_config('mudan.space', %s, true), set_config('mudan.person', %s, true),"
        " set_config('statement_timeout', coalesce(%s, current_setting('statement_timeout')), true)",
        (scope["area"], scope["departments"], scope["space"], scope["person"], limit),
    )


async def as_centre(connection: Connection) -> None:
    """Let the rest of the transaction be the centre's own doing, after the person's right was checked."""
    await set_scope(connection, SYSTEM)


@contextlib.asynccontextmanager
async def centre_within(connection: Connection) -> AsyncIterator[None]:
    """Let the block be the centre's own doing; afterwards the work goes on in the scope it had.

    For what follows from a permitted deed where the person does not see: the group of an alarm, the
    notices that went to others. When the block raises, the transaction is lost anyway.
    """
    row = await (
        await connection.execute(
            "select current_setting('mudan.area', true) as area, current_setting('mudan.departments', true)"
            " as departments, current_setting('mudan.space', true) as space,"
            " current_setting('mudan.person', true) as person"
        )
    ).fetchone()
    assert row is not None  # settings are one row
    await set_scope(connection, SYSTEM)
    yield
    await set_scope(connection, {name: value or "" for name, value in row.items()})
