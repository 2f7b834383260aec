"""How does the centre reach the database? A bounded pool, and units of work that carry their scope."""

import asyncio
import contextlib
import functools
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

import psycopg
from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from mudan.primitives.errors import Unavailable

log = logging.getLogger(__name__)

Connection = AsyncConnection[DictRow]

# What row-level security reads; the centre's own work sees everything.
SYSTEM: Final[Mapping[str, str]] = {"area": "", "departments": "*", "space": "*", "person": ""}

MOST_WAITING: Final = 2_500  # more than all screens that come back at once after a restart

ASKED_MS: Final = 30_000  # no one statement of a person's request takes longer; the centre's own work may

SURE_S: Final = 1.0  # a connection that answered so lately is taken to be there
MOST_SCOPES: Final = 1_000
_SCOPED: Final = ("area", "departments", "space", "person")

LOST: Final = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


class Database:
    """The centre's connections. `work` opens one transaction under a scope."""

    def __init__(self, dsn: str, *, size: int = 8) -> None:
        self.dsn = dsn
        self._used: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            dsn,
            min_size=2,
            max_size=size,
            open=False,
            timeout=10.0,
            max_waiting=MOST_WAITING,
            check=self._check,
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
            limit_ms = None if scope is SYSTEM else ASKED_MS
            async with self._pool.connection() as connection, _transaction(connection, scope, limit_ms):
                yield connection
            self._used[connection] = asyncio.get_running_loop().time()
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

    async def _check(self, connection: Connection) -> None:
        """Ask a connection whether it is still there, unless it was a moment ago."""
        if asyncio.get_running_loop().time() - self._used.get(connection, -SURE_S) >= SURE_S:
            await AsyncConnectionPool.check_connection(connection)

    def stats(self) -> dict[str, Any]:
        """The pool's own counters."""
        return dict(self._pool.get_stats())


@contextlib.asynccontextmanager
async def _transaction(
    connection: Connection, scope: Mapping[str, str], limit_ms: int | None
) -> AsyncIterator[None]:
    """As `connection.transaction()`, but its begin and the scope go to the database in one message."""
    await connection.execute(_begin(*(scope[name] for name in _SCOPED), limit_ms), prepare=False)
    try:
        yield
    except BaseException:
        with contextlib.suppress(*LOST):
            await connection.rollback()
        raise
    await connection.commit()


@functools.lru_cache(maxsize=MOST_SCOPES)
def _begin(area: str, departments: str, space: str, person: str, limit_ms: int | None) -> bytes:
    limit = (
        sql.SQL("current_setting('statement_timeout')") if limit_ms is None else sql.Literal(str(limit_ms))
    )
    given = zip(_SCOPED, (area, departments, space, person), strict=True)
    settings = [
        sql.SQL("set_config({}, {}, true)").format(sql.Literal(f"mudan.{name}"), sql.Literal(value))
        for name, value in given
    ]
    settings.append(sql.SQL("set_config('statement_timeout', {}, true)").format(limit))
    return sql.SQL("begin; select {}").format(sql.SQL(", ").join(settings)).as_bytes()


async def set_scope(connection: Connection, scope: Mapping[str, str]) -> None:
    """Set the scope for the rest of the present transaction, never for the session."""
    await connection.execute(
        "select set_config('mudan.area', %s, true), set_config('mudan.departments', %s, true),"
        " set_config('mudan.space', %s, true), set_config('mudan.person', %s, true)",
        [scope[name] for name in _SCOPED],
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
