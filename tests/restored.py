"""How does each test find the database of a fresh centre, without waiting for a copy of one?

One copy of the template serves the whole session. After a test, what it wrote is taken away again: rows,
counters, added tables. Where it altered the schema itself, the copy is thrown away and made anew.
"""

from typing import Any, Final, Protocol

import psycopg
from psycopg import sql

from mudan.storage.embedded import OWNER, Dsns

FIRST_DAY, DAYS = "2026-11-22", 9  # what a centre that starts on the tests' first day makes itself

_RELATIONS: Final = (
    "select relname, relkind::text from pg_class"
    " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm')"
)
_COUNTERS: Final = (
    "select sequencename, coalesce(last_value, start_value) as value, last_value is not null as used"
    " from pg_sequences where schemaname = 'public'"
)
_SHAPE: Final = (
    "select (select count(*) from pg_trigger where tgenabled <> 'O'),"
    " (select count(*) from pg_constraint), (select count(*) from pg_policy),"
    " (select md5(string_agg(concat(c.relname, a.attname, a.atttypid, a.attnotnull), ',' order by c.relname, a.attnum))"
    "   from pg_attribute a join pg_class c on c.oid = a.attrelid"
    "   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0),"
    " (select md5(string_agg(concat(relname, relkind, relacl, relrowsecurity, triggers), ',' order by relname))"
    "   from (select *, (select count(*) from pg_trigger where tgrelid = c.oid) as triggers"
    "     from pg_class c) c where relnamespace = 'public'::regnamespace),"
    " (select md5(string_agg(concat(proname, prosrc, prosqlbody), ',' order by oid)) from pg_proc"
    "   where pronamespace = 'public'::regnamespace)"
)
_OTHERS: Final = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
)


class Server(Protocol):
    """What the fixtures need of a PostgreSQL server."""

    def dsns(self, database: str) -> Dsns:
        """How to connect to one of its databases."""
        ...


class Restored:
    """A copy of `template` that `restore` makes equal to it again."""

    def __init__(self, server: Server, template: str, name: str) -> None:
        self.dsns = server.dsns(name)
        self._admin = server.dsns("postgres").superuser
        self._template, self._name = template, name
        self._counters: set[Any] = set()
        self._copy()

    def restore(self) -> None:
        """Take back all that was done since; whoever is still connected is cut off."""
        try:
            done = self._emptied()
        except psycopg.OperationalError:  # a test cut every connection, this one too
            done = False
        if not done:
            self.drop()
            self._copy()

    def drop(self) -> None:
        """Remove the copy."""
        self._connection.close()
        with psycopg.connect(self._admin, autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(self._name)))

    def _copy(self) -> None:
        with psycopg.connect(self._admin, autocommit=True) as admin:
            admin.execute(
                sql.SQL("create database {} template {} owner {} strategy file_copy").format(
                    *map(sql.Identifier, (self._name, self._template, OWNER))
                )
            )
        self._connection = psycopg.connect(self.dsns.superuser, autocommit=True)
        self._connection.execute("select make_partitions(%s, %s)", (FIRST_DAY, DAYS))
        self._connection.execute("set session_replication_role = replica")  # no trigger minds what follows
        self._relations = dict(self._rows(_RELATIONS))
        self._turn_back()  # a template's counters go on, whatever is rolled back in it
        self._counters = set(self._rows(_COUNTERS))
        self._shape = self._rows(_SHAPE)
        tables = [name for name, kind in self._relations.items() if kind == "r"]
        look = sql.SQL("select {} where exists (select 1 from {})")
        self._filled = sql.SQL(" union all ").join(
            look.format(sql.Literal(name), sql.Identifier(name)) for name in tables
        )
        self._seeds = {name: self._content(name) for (name,) in self._rows(self._filled)}

    def _rows(self, query: Any) -> list[Any]:
        return self._connection.execute(query, prepare=True).fetchall()

    def _emptied(self) -> bool:
        """Whether everything is as in the template now; False when that cannot be had by taking away."""
        self._rows(_OTHERS)
        now = dict(self._rows(_RELATIONS))
        for name in now.keys() - self._relations.keys():
            kind = sql.SQL("view" if now[name] == "v" else "table")
            self._run("drop {} if exists {} cascade", kind, sql.Identifier(name))
        if self._rows(_SHAPE) != self._shape:
            return False
        with self._connection.transaction():
            for (name,) in self._rows(self._filled):
                if self._content(name) != self._seeds.get(name):
                    self._run("delete from {}", sql.Identifier(name))
            filled = {name for (name,) in self._rows(self._filled)}
            for name in self._seeds.keys() - filled:
                self._fill(name)
        self._turn_back()
        return True

    def _turn_back(self) -> None:
        for name, value, used in self._counters - set(self._rows(_COUNTERS)):
            self._run("select setval({}, {}, {})", name, value, used)

    def _run(self, statement: Any, *parts: Any) -> None:
        made = [part if isinstance(part, sql.Composable) else sql.Literal(part) for part in parts]
        self._connection.execute(sql.SQL(statement).format(*made))

    def _content(self, table: str) -> bytes:
        statement = sql.SQL("copy {} to stdout (format binary)").format(sql.Identifier(table))
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            return b"".join(bytes(part) for part in copy)

    def _fill(self, table: str) -> None:
        statement = sql.SQL("copy {} from stdin (format binary)").format(sql.Identifier(table))
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(self._seeds[table])
