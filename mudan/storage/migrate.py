"""Which migrations has the database seen, and which are still to run?"""

import hashlib
from importlib import resources
from typing import NamedTuple

import psycopg

from mudan.primitives.errors import Unavailable

OLDEST_SERVER = 150_000  # PostgreSQL 15, as the server itself numbers it


class Migration(NamedTuple):
    """One forward step, `NNNN_name.sql`, run in one transaction by the owner role."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> list[Migration]:
    """All migrations that this release carries, in order."""
    folder = resources.files("mudan.storage") / "migrations"
    found = []
    for file in folder.iterdir():
        if file.name.endswith(".sql"):
            number, name = file.name.removesuffix(".sql").split("_", 1)
            found.append(Migration(int(number), name, file.read_text(encoding="utf-8")))
    return sorted(found)


def migrate(owner_dsn: str, *, until: int | None = None) -> list[str]:
    """Bring the database forward and return the names of what ran. Refuses a database from a later release.

    Raises Unavailable when the server is older than PostgreSQL 15 or an applied migration was altered.
    """
    ran = []
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise Unavailable("PostgreSQL 15 or later is needed")
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(hashtext('mudan.migrate'))")
            connection.execute(
                "create table if not exists migration (number int primary key, name text not null,"
                " digest text not null, at timestamptz not null default now())"
            )
            connection.execute("grant select on migration to mudan_centre")
            seen = {
                row[0]: row[1]
                for row in connection.execute("select number, digest from migration").fetchall()
            }
            known = migrations()
            if seen and max(seen) > known[-1].number:
                raise Unavailable("the database belongs to a later release of Mudan")
            for step in known:
                if step.number in seen:
                    if seen[step.number] != step.digest:
                        raise Unavailable(f"migration {step.number:04d} was altered after it had run")
                    continue
                if until is not None and step.number > until:
                    break
                connection.execute(step.sql.encode())
                connection.execute(
                    "insert into migration (number, name, digest) values (%s, %s, %s)",
                    (step.number, step.name, step.digest),
                )
                ran.append(f"{step.number:04d}_{step.name}")
    return ran
