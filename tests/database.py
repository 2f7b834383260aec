"""How do tests get a real PostgreSQL? One server a session, one migrated template, a copy for the API.

database_server   an embedded server in a temporary folder, or MUDAN_TEST_DATABASE_ADMIN (a superuser's DSN)
database_dsns     the template: one fresh, migrated database with two towns and two departments
work              a connection of the centre's role in one transaction that is rolled back
fresh_database    a copy of the template, restored after each test, for those of several transactions
app_client        a `Client` of the whole API over such a copy
"""

import functools
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from psycopg import AsyncConnection, sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from mudan.api.app import create_app, stand_on
from mudan.api.deps import ApiSettings, Deps
from mudan.core.people.actions import NewPerson, create_person, hash_password, hashing
from mudan.core.people.model import Person, Role
from mudan.primitives.clock import ManualClock
from mudan.storage.embedded import CENTRE, OWNER, Dsns, EmbeddedServer, create_database
from mudan.storage.migrate import migrate
from mudan.storage.pool import SYSTEM, Connection, Database, set_scope
from tests.restored import Restored, Server

ADMIN_SETTING = "MUDAN_TEST_DATABASE_ADMIN"
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ORIGIN = "http://centre.test"
PASSWORD = "Peony-by-the-river-7"

COUNTY, TOWN, OTHER_TOWN = "371702", "371702101", "371702102"
WATER, FIRE = "water", "fire"

_SEED = """
insert into area (code, name_zh, name_en, level) values
  ('371702', '牡丹区', 'Mudan District', 'county'),
  ('371702101', '沙土镇', 'Shatu Town', 'town'),
  ('371702102', '吴店镇', 'Wudian Town', 'town');
insert into department (code, name_zh, name_en, area_code) values
  ('water', '水务局', 'Water Affairs', '371702'),
  ('fire', '消防救援大队', 'Fire and Rescue', '371702');
"""


class _Given:
    """A server that somebody else runs; its two roles get passwords of their own for the session."""

    def __init__(self, admin: str) -> None:
        self._admin = admin
        self._password = secrets.token_urlsafe(12)
        with psycopg.connect(admin, autocommit=True) as connection:
            for role in (OWNER, CENTRE):
                known = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
                verb = sql.SQL("alter role" if known else "create role")
                connection.execute(
                    sql.SQL("{} {} login password {}").format(
                        verb, sql.Identifier(role), sql.Literal(self._password)
                    )
                )

    def dsns(self, database: str) -> Dsns:
        own = {"password": self._password, "dbname": database}
        return Dsns(
            make_conninfo(self._admin, user=CENTRE, **own),
            make_conninfo(self._admin, user=OWNER, **own),
            make_conninfo(self._admin, dbname=database),
        )


@pytest.fixture(scope="session")
def database_server() -> Iterator[Server]:
    """The session's PostgreSQL server."""
    admin = os.environ.get(ADMIN_SETTING, "")
    if admin:
        yield _Given(admin)
        return
    folder = Path(tempfile.mkdtemp(prefix="mudan-test-"))
    folder.chmod(0o755)  # run by root, the server's own account must be able to enter
    server = EmbeddedServer(folder)
    with psycopg.connect(server.start().superuser, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # it dies with the tests
            connection.execute(f"alter system set {setting} = off".encode())
        connection.execute("select pg_reload_conf()")
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database_dsns(database_server: Server) -> Iterator[Dsns]:
    """A fresh, migrated, seeded database; the template of all others. Nobody may stay connected to it."""
    name = f"mudan_test_{secrets.token_hex(4)}"
    admin = database_server.dsns("postgres").superuser
    with psycopg.connect(admin, autocommit=True) as connection:
        create_database(connection, name)
    dsns = database_server.dsns(name)
    migrate(dsns.owner)
    with psycopg.connect(dsns.owner, autocommit=True) as connection:
        connection.execute(_SEED.encode())
    yield dsns
    _drop(admin, name)


@pytest.fixture
async def work(database_dsns: Dsns, anyio_backend: Any) -> AsyncIterator[Connection]:
    """A connection as the centre's role in one transaction under the system's scope, rolled back."""
    connection: Connection = await AsyncConnection.connect(
        database_dsns.centre, row_factory=dict_row, autocommit=True, options="-c timezone=UTC"
    )
    try:
        async with connection.transaction(force_rollback=True):
            await set_scope(connection, SYSTEM)
            yield connection
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def restored(database_server: Server, database_dsns: Dsns) -> Iterator[Restored]:
    """The session's one copy of the template."""
    template = psycopg.conninfo.conninfo_to_dict(database_dsns.owner)["dbname"]
    copy = Restored(database_server, str(template), f"mudan_copy_{secrets.token_hex(4)}")
    yield copy
    copy.drop()


@pytest.fixture
def fresh_database(restored: Restored) -> Iterator[Dsns]:
    """A database of the test's own, as the template is but for the days a centre prepares at its start."""
    yield restored.dsns
    restored.restore()


@dataclass(slots=True)
class Client:
    """The API of a database of its own, spoken to as one person at a time."""

    http: httpx.AsyncClient
    deps: Deps
    dsns: Dsns
    clock: ManualClock
    people: dict[str, Person] = field(default_factory=dict)
    csrf: str = ""

    async def person(self, role: Role, area: str = COUNTY, department: str | None = None) -> Person:
        """An account of that role and place; its login is `role.area[.department]`, its password PASSWORD."""
        if department is None and role in (Role.DEPARTMENT_LIAISON, Role.FIELD_WORKER):
            department = WATER
        login = ".".join(part for part in (role.value, area, department) if part)[:32]
        if login not in self.people:
            new = NewPerson(login, f"测试 {login}", role, area, department)
            async with self.deps.db.work() as connection:
                self.people[login] = await create_person(connection, None, new, await _test_hash())
        return self.people[login]

    async def sign_in(self, role: Role, area: str = COUNTY, department: str | None = None) -> Person:
        """Speak as somebody of that role and place from now on."""
        person = await self.person(role, area, department)
        answer = await self.enter(person.login, PASSWORD)
        answer.raise_for_status()
        return person

    async def enter(self, login: str, password: str) -> httpx.Response:
        """Sign in; keeps the CSRF token of a good answer."""
        answer = await self.http.post(
            "/api/session", json={"login": login, "password": password}, headers={"origin": ORIGIN}
        )
        self.csrf = answer.json().get("csrf_token", "") if answer.is_success else self.csrf
        return answer

    async def get(self, path: str, **options: Any) -> httpx.Response:
        """GET."""
        return await self.http.get(path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """POST as the page does it, with origin and CSRF token."""
        return await self.send("POST", path, json=json, **options)

    async def patch(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        """PATCH as the page does it."""
        return await self.send("PATCH", path, json=json, **options)

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Any request that changes something, as the page does it."""
        headers = {"origin": ORIGIN, "x-csrf-token": self.csrf, **options.pop("headers", {})}
        return await self.http.request(method, path, headers=headers, **options)


@functools.cache
def _application() -> FastAPI:
    return create_app(Deps(Database("dbname=none"), ManualClock(START), ApiSettings()))


def app_over(deps: Deps) -> FastAPI:
    """The session's one application (its routes take longer to build than a test to run), over these parts.

    Whoever holds it from an earlier call speaks to these parts too.
    """
    app = _application()
    stand_on(app, deps)
    return app


@pytest.fixture
async def app_client(
    fresh_database: Dsns, anyio_backend: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Client]:
    """The API over a database of its own; time stands still until `clock.advance`.

    Passwords are hashed at a hundredth of the cost: what hashing costs has a test of its own.
    """
    monkeypatch.setattr(hashing, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    hashing._decoy.cache_clear()
    clock = ManualClock(START)
    database = Database(fresh_database.centre, size=4)
    await database.open()
    try:
        deps = Deps(
            db=database,
            clock=clock,
            settings=ApiSettings(origins=(ORIGIN,), secure_cookies=False, demo=False),
        )
        transport = httpx.ASGITransport(app_over(deps))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as http:
            yield Client(http, deps, fresh_database, clock)
    finally:
        await database.close()


_hashes: list[str] = []


async def _test_hash() -> str:
    if not _hashes:
        _hashes.append(await hash_password(PASSWORD))
    return _hashes[0]


def _drop(admin: str, name: str) -> None:
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
