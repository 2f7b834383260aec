"""Who is there, who is signed in, and what does the audit trail say?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import sql

from mudan.core.people.model import Attempts, AuditRecord, Locale, Person, Role
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_PERSON = (
    "select p.id, p.login, p.name, p.role, p.department, p.area_code, p.locale, p.disabled,"
    " p.locked_until, p.last_seen_at from person p"
)
_IN_SCOPE = " mudan_sees(p.area_code, p.department, 0::smallint)"


def visible(alias: str) -> sql.Composed:
    """The condition that a row of `alias` lies in the transaction's scope, as `mudan_sees` of its columns.

    The same question as `Scope.sees`, asked of the database; row-level security asks it once more. Written as
    `mudan_hoist` writes the walls: the scope is asked once a statement, not once a row.
    """
    return sql.SQL(
        "coalesce(((select mudan_every_space()) or {0}.space = (select mudan_space()))"
        " and starts_with({0}.area_code, (select mudan_area())) and ((select mudan_every_department())"
        " or {0}.department is null or {0}.department = any((select mudan_departments())::text[])), false)"
    ).format(sql.Identifier(alias))


class Credentials(NamedTuple):
    """What a sign-in is checked against; never leaves the noun."""

    person: Person
    password_hash: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as stored, with its person as of now."""

    person: Person
    csrf_hash: bytes
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    space: int = 0


async def person(connection: Connection, person_id: UUID, *, lock: bool = False) -> Person:
    """One account within the transaction's scope; raises NotFound. `lock` holds it until the work ends."""
    text = f"{_PERSON} where p.id = %s and {_IN_SCOPE}" + (" for update" if lock else "")
    row = await (await connection.execute(text.encode(), (person_id,))).fetchone()
    if row is None:
        raise NotFound("no such person")
    return _person(row)


async def people(connection: Connection) -> list[Person]:
    """All accounts within the transaction's scope, by login."""
    cursor = await connection.execute(f"{_PERSON} where {_IN_SCOPE} order by p.login".encode())
    return [_person(row) for row in await cursor.fetchall()]


async def credentials(connection: Connection, login: str) -> Credentials | None:
    """The account of a login with its password's hash, or None."""
    cursor = await connection.execute(
        f"{_PERSON.replace('select', 'select p.password_hash,', 1)} where p.login = %s".encode(), (login,)
    )
    row = await cursor.fetchone()
    return None if row is None else Credentials(_person(row), row["password_hash"])


async def administrators(connection: Connection) -> int:
    """How many accounts can still manage accounts."""
    cursor = await connection.execute(
        "select count(*) as n from person where role = %s and not disabled", (Role.ADMINISTRATOR,)
    )
    row = await cursor.fetchone()
    return int(row["n"]) if row else 0


async def attempts(connection: Connection, keys: Sequence[str]) -> dict[str, Attempts]:
    """What is remembered of logins and sources; of nothing, no failures."""
    cursor = await connection.execute(
        "select source, failures, locked_until, last_at from sign_in_failure where source = any(%s)"
        " order by source",
        (list(keys),),
    )
    found = {
        row["source"]: Attempts(row["failures"], row["last_at"], row["locked_until"])
        for row in await cursor.fetchall()
    }
    return {key: found.get(key, Attempts()) for key in keys}


async def session(connection: Connection, token_hash: bytes) -> SessionRow | None:
    """The stored session of a token's hash, or None."""
    cursor = await connection.execute(
        _PERSON.replace(
            "from person p",
            ", s.csrf_hash, s.created_at, s.last_seen_at as used_at, s.expires_at, s.space"
            " from person p join session s on s.person_id = p.id where s.token_hash = %s",
        ).encode(),
        (token_hash,),
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return SessionRow(
        _person(row),
        bytes(row["csrf_hash"]),
        row["created_at"],
        row["used_at"],
        row["expires_at"],
        row["space"],
    )


async def area_name(connection: Connection, code: str) -> Text | None:
    """What an area is called, or None when there is no such area."""
    cursor = await connection.execute("select name_zh, name_en from area where code = %s", (code,))
    row = await cursor.fetchone()
    return None if row is None else Text(row["name_zh"], row["name_en"])


async def department_names(connection: Connection) -> dict[str, Text]:
    """What every department is called, by code."""
    rows = await (await connection.execute("select code, name_zh, name_en from department")).fetchall()
    return {row["code"]: Text(row["name_zh"], row["name_en"]) for row in rows}


async def department_exists(connection: Connection, code: str) -> bool:
    """Whether there is such a department."""
    cursor = await connection.execute("select 1 from department where code = %s", (code,))
    return await cursor.fetchone() is not None


async def space_name(connection: Connection, space: int) -> str:
    """What a data space is called; raises NotFound."""
    cursor = await connection.execute("select name from space where id = %s", (space,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound("no such data space")
    return str(row["name"])


async def crews_in_space(connection: Connection, space: int) -> set[UUID]:
    """The units somebody of whose crew looks at that space now: those that people play themselves."""
    rows = await (
        await connection.execute(
            "select distinct m.unit_id from session s join unit_member m on m.person_id = s.person_id"
            " join unit u on u.id = m.unit_id and u.space = s.space where s.space = %s and s.expires_at > now()",
            (space,),
        )
    ).fetchall()
    return {row["unit_id"] for row in rows}


async def space_scale(connection: Connection, space: int) -> float:
    """How many times as fast time runs in a data space; 1 in reality. Raises NotFound."""
    cursor = await connection.execute("select scale from space where id = %s", (space,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound("no such data space")
    return float(row["scale"])


async def audit_page(
    connection: Connection, *, actor: str = "", action: str = "", before: int | None = None, limit: int = 50
) -> list[AuditRecord]:
    """The trail, newest first: of one actor, of one action or of a kind (`person` finds `person.create`)."""
    cursor = await connection.execute(
        "select * from audit where (%(actor)s = '' or actor = %(actor)s)"
        " and (%(action)s = '' or action = %(action)s or starts_with(action, %(action)s || '.'))"
        " and (%(before)s::bigint is null or seq < %(before)s) order by seq desc limit %(limit)s",
        {"actor": actor, "action": action, "before": before, "limit": limit},
    )
    return [_record(row) for row in await cursor.fetchall()]


async def audit_after(connection: Connection, seq: int, limit: int) -> list[AuditRecord]:
    """The trail in order, from the record after `seq` on."""
    cursor = await connection.execute(
        "select * from audit where seq > %s order by seq limit %s", (seq, limit)
    )
    return [_record(row) for row in await cursor.fetchall()]


def _person(row: dict[str, Any]) -> Person:
    return Person(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        role=Role(row["role"]),
        department=row["department"],
        area_code=row["area_code"],
        locale=Locale(row["locale"]),
        disabled=row["disabled"],
        locked_until=row["locked_until"],
        last_seen_at=row["last_seen_at"],
    )


def _record(row: dict[str, Any]) -> AuditRecord:
    return AuditRecord(
        seq=row["seq"],
        at=row["at"],
        actor=row["actor"],
        actor_id=row["actor_id"],
        action=row["action"],
        object=row["object"],
        detail=row["detail"],
        space=row["space"],
        record=row["record"],
        previous=bytes(row["previous"]),
        hash=bytes(row["hash"]),
    )
