"""How are accounts made and changed? Within the scope of whoever does it, each change in the trail."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from mudan.core.people import queries, store
from mudan.core.people.actions.trail import audit
from mudan.core.people.model import (
    DEPARTMENT_BOUND,
    Actor,
    Locale,
    Person,
    Role,
    checked_login,
    checked_name,
)
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class NewPerson:
    """An account to be made."""

    login: str
    name: str
    role: Role
    area_code: str
    department: str | None = None
    locale: Locale = Locale.ZH


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What changes of an account; None stays as it is. An empty department means none."""

    role: Role | None = None
    department: str | None = None
    area_code: str | None = None
    disabled: bool | None = None


async def create_person(
    connection: Connection, actor: Actor | None, new: NewPerson, password_hash: str
) -> Person:
    """Make an account. `actor` None is the centre itself, at its first start.

    Raises Invalid for an unfit field and Conflict when the login is taken.
    """
    login, name = checked_login(new.login), checked_name(new.name)
    await _check_place(connection, actor, new.role, new.area_code, new.department)
    person_id = new_id()
    made = await store.insert_person(
        connection,
        person_id=person_id,
        login=login,
        name=name,
        password_hash=password_hash,
        role=new.role,
        department=new.department,
        area_code=new.area_code,
        locale=new.locale,
    )
    if not made:
        raise Conflict("the login is taken")
    detail = {"role": new.role, "department": new.department, "area_code": new.area_code}
    await audit(connection, actor, "person.create", f"person:{login}", detail)
    return await queries.person(connection, person_id)


async def put_department(
    connection: Connection, *, code: str, name_zh: str, name_en: str, area_code: str
) -> None:
    """Make a department known or rename it."""
    await store.put_department(connection, code, name_zh, name_en, area_code)


async def change_person(
    connection: Connection, actor: Actor, person_id: UUID, change: PersonChange
) -> Person:
    """Change role, department, area or standing, and end the person's sessions where their rights change.

    Raises NotFound outside the actor's scope, Conflict for oneself and for the last administrator.
    The caller then calls `Sessions.forget`.
    """
    await store.lock_accounts(connection)
    before = await queries.person(connection, person_id, lock=True)
    if person_id == actor.person:
        raise Conflict("nobody changes their own account's rights")
    changed = _changed(before, change)
    if not changed:
        return before
    role = changed.get("role", before.role)
    department = changed.get("department", before.department)
    await _check_place(connection, actor, role, changed.get("area_code", before.area_code), department)
    leaves = role is not Role.ADMINISTRATOR or changed.get("disabled", before.disabled)
    if before.role is Role.ADMINISTRATOR and not before.disabled and leaves:
        await _refuse_last(connection)
    await store.update_person(connection, person_id, changed)
    if changed.get("disabled"):
        await store.delete_sessions_of(connection, person_id)
    await audit(
        connection,
        actor,
        "person.change",
        f"person:{before.login}",
        {name: [getattr(before, name), value] for name, value in changed.items()},
    )
    return await queries.person(connection, person_id)


async def reset_password(
    connection: Connection, actor: Actor | None, person_id: UUID, password_hash: str, now: datetime
) -> Person:
    """Give a person a generated password, end their sessions and any wait.

    Raises NotFound outside the actor's scope. The caller then calls `Sessions.forget`.
    """
    person = await queries.person(connection, person_id, lock=True)
    await store.update_person(
        connection,
        person_id,
        {
            "password_hash": password_hash,
            "password_changed_at": now,
            "failures": 0,
            "locked_until": None,
        },
    )
    await store.delete_attempts(connection, f"login:{person.login}")
    await store.delete_sessions_of(connection, person_id)
    await audit(connection, actor, "person.password", f"person:{person.login}")
    return person


async def set_locale(connection: Connection, actor: Actor, locale: Locale) -> None:
    """Set the language the actor reads. The caller then calls `Sessions.forget`."""
    await store.update_person(connection, actor.person, {"locale": locale})
    await audit(connection, actor, "session.locale", f"person:{actor.login}", {"locale": locale})


def _changed(before: Person, change: PersonChange) -> dict[str, Any]:
    asked = {field.name: getattr(change, field.name) for field in fields(change)}
    if asked["department"] == "":
        asked["department"] = None
    elif asked["department"] is None:
        del asked["department"]
    return {
        name: value
        for name, value in asked.items()
        if (value is not None or name == "department") and value != getattr(before, name)
    }


async def _check_place(
    connection: Connection, actor: Actor | None, role: Role, area_code: str, department: str | None
) -> None:
    if await queries.area_name(connection, area_code) is None:
        raise Invalid("no such area", field="area_code")
    if actor is not None and not actor.scope.sees(area_code, department, actor.scope.space):
        raise Invalid("the area lies outside your own", field="area_code")
    if department is not None and not await queries.department_exists(connection, department):
        raise Invalid("no such department", field="department")
    if role in DEPARTMENT_BOUND and department is None:
        raise Invalid("this role belongs to a department", field="department")


async def _refuse_last(connection: Connection) -> None:
    if await queries.administrators(connection) <= 1:
        raise Conflict("this is the last administrator")
