"""Does a database come forward step by step, once, and only along the way that was released?"""

import secrets
from collections.abc import Iterator

import psycopg
import pytest

from mudan.primitives.errors import Unavailable
from mudan.storage import migrate as migrating
from mudan.storage.embedded import Dsns, create_database
from mudan.storage.migrate import Migration, migrate, migrations
from tests.restored import Server


@pytest.fixture
def empty_database(database_server: Server) -> Iterator[Dsns]:
    name = f"mudan_empty_{secrets.token_hex(4)}"
    admin = database_server.dsns("postgres").superuser
    with psycopg.connect(admin, autocommit=True) as connection:
        create_database(connection, name)
    yield database_server.dsns(name)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)".encode())


def _names() -> list[str]:
    return [f"{step.number:04d}_{step.name}" for step in migrations()]


def _objects(dsn: str) -> list[tuple[str, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "select c.relname::text, c.relkind::text, coalesce(array_to_string(c.relacl, ','), '') from pg_class c"
            " where c.relnamespace = 'public'::regnamespace union all"
            " select p.proname::text, 'f', md5(pg_get_functiondef(p.oid)) || coalesce(p.proacl::text, '')"
            " from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1, 2, 3"
        ).fetchall()


def test_the_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in migrations()] == list(range(1, len(migrations()) + 1))


def test_an_empty_database_comes_all_the_way_and_only_once(empty_database: Dsns) -> None:
    assert migrate(empty_database.owner) == _names()
    assert migrate(empty_database.owner) == []


def test_step_by_step_ends_where_all_at_once_ends(empty_database: Dsns, database_dsns: Dsns) -> None:
    walked = [name for step in migrations() for name in migrate(empty_database.owner, until=step.number)]
    assert walked == _names()
    assert migrate(empty_database.owner) == []
    assert _objects(empty_database.owner) == _objects(database_dsns.owner)


def test_data_of_the_previous_step_survive_the_next(empty_database: Dsns) -> None:
    migrate(empty_database.owner, until=len(migrations()) - 1)
    with psycopg.connect(empty_database.owner, autocommit=True) as connection:
        connection.execute("insert into area values ('371702', '牡丹区', 'Mudan', 'county')")
        connection.execute("select make_partitions('2026-11-23', 1)")
    assert migrate(empty_database.owner) == _names()[-1:]
    with psycopg.connect(empty_database.owner) as connection:
        assert connection.execute("select count(*) from area").fetchone() == (1,)
        made = connection.execute("select make_partitions('2026-11-23', 2)").fetchall()
    assert made == [("observation_20261124",), ("frame_good_20261124",)]


def test_an_altered_step_is_refused(empty_database: Dsns) -> None:
    migrate(empty_database.owner)
    with psycopg.connect(empty_database.owner, autocommit=True) as connection:
        connection.execute("update migration set digest = 'another' where number = 1")
    with pytest.raises(Unavailable, match="0001 was altered"):
        migrate(empty_database.owner)


def test_a_database_of_a_later_release_is_refused(empty_database: Dsns) -> None:
    migrate(empty_database.owner)
    with psycopg.connect(empty_database.owner, autocommit=True) as connection:
        connection.execute("insert into migration (number, name, digest) values (9999, 'later', '')")
    with pytest.raises(Unavailable, match="later release"):
        migrate(empty_database.owner)


def test_a_step_that_fails_leaves_nothing_behind(
    empty_database: Dsns, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Migration(2, "broken", "create table half (id int); select 1 / 0")
    monkeypatch.setattr(migrating, "migrations", lambda: [migrations()[0], broken])
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(empty_database.owner)
    monkeypatch.undo()
    assert migrate(empty_database.owner) == _names()


def test_the_centre_cannot_bring_the_database_forward(empty_database: Dsns) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        migrate(empty_database.centre)
