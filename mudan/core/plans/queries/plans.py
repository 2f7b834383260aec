"""Which plans and versions are there within the reader's scope, and what does each say now?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from mudan.core.plans.model.reading import plan_of
from mudan.core.plans.model.states import Version, VersionEvent
from mudan.core.plans.model.types import Plan
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_VERSION = (
    "select v.id, v.plan_id, p.space, p.slug, p.area_code, p.department, v.number, v.state, v.text, v.hash,"
    " v.note, v.editors, v.author, v.created_at, v.saved_at, v.checked_at, v.checked_by, v.approved_at,"
    " v.approved_by, v.retired_at, v.retired_by, v.revision from plan_version v join plan p on p.id = v.plan_id"
)


class Approved(NamedTuple):
    """An approved version with its plan, read."""

    version: Version
    plan: Plan


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan in the list: the version in force, and the one that is being worked on."""

    id: UUID
    space: int
    slug: str
    area_code: str
    approved: Version | None
    open: Version | None
    latest: Version


@dataclass(frozen=True, slots=True)
class Watch:
    """What a plan says now of the county or of one incident; `advice` as `wire.advice_json` makes it."""

    space: int
    plan_id: UUID
    slug: str
    version_id: UUID
    incident_id: UUID | None
    area_code: str
    advised: str | None
    advised_since: datetime | None
    memories: dict[str, Any]
    advice: dict[str, Any]
    asked_at: datetime


@lru_cache(maxsize=64)
def parsed(text: str) -> Plan:
    """The plan in a text; reading is dear and texts stand still. Raises Invalid."""
    return plan_of(text)


async def plan_row(connection: Connection, slug: str, space: int) -> dict[str, Any]:
    """The plan of that name: the data space's own, else that of reality. Raises NotFound."""
    row = await (
        await connection.execute(
            "select * from plan where slug = %s and space in (%s, 0) order by space desc limit 1",
            (slug, space),
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such plan")
    return row


async def listed(connection: Connection, space: int) -> list[Listed]:
    """All plans that the data space sees, by name; an exercise's own one stands before that of reality."""
    rows = await (
        await connection.execute(
            f"{_VERSION} where p.space in (%s, 0) and (v.state <> 'retired' or v.number ="  # noqa: S608 - constant
            " (select max(n.number) from plan_version n where n.plan_id = v.plan_id))"
            " order by p.slug, p.space desc, v.number".encode(),
            (space,),
        )
    ).fetchall()
    plans: dict[str, list[Version]] = {}
    for one in (_version(row) for row in rows):
        own = plans.setdefault(one.slug, [])
        if not own or own[0].plan_id == one.plan_id:
            own.append(one)
    return [
        Listed(
            own[0].plan_id, own[0].space, slug, own[0].area_code,
            next((one for one in own if one.state == "approved"), None),
            next((one for one in own if one.state in ("draft", "checked")), None), own[-1],
        )
        for slug, own in plans.items()
    ]  # fmt: skip


async def versions(connection: Connection, plan_id: UUID) -> list[Version]:
    """All versions of a plan, newest first."""
    rows = await (
        await connection.execute(
            f"{_VERSION} where v.plan_id = %s order by v.number desc".encode(), (plan_id,)
        )
    ).fetchall()
    return [_version(row) for row in rows]


async def version(connection: Connection, plan_id: UUID, number: int, *, lock: bool = False) -> Version:
    """One version by its number (raises NotFound)."""
    text = f"{_VERSION} where v.plan_id = %s and v.number = %s" + (" for update of v" if lock else "")
    row = await (await connection.execute(text.encode(), (plan_id, number))).fetchone()
    if row is None:
        raise NotFound("there is no such version")
    return _version(row)


async def history(connection: Connection, version_id: UUID) -> list[VersionEvent]:
    """What happened to a version, in order."""
    rows = await (
        await connection.execute(
            "select at, actor, kind, from_state, to_state, reason from plan_version_event where version_id = %s"
            " order by id",
            (version_id,),
        )
    ).fetchall()
    return [VersionEvent(**row) for row in rows]


async def approved(connection: Connection, space: int) -> list[Approved]:
    """The plans in force in a data space: its own and those of reality; exercise-only ones never in reality."""
    rows = await (
        await connection.execute(
            f"{_VERSION} where v.state = 'approved' and p.space in (%s, 0) order by p.slug, p.space desc".encode(),
            (space,),
        )
    ).fetchall()
    found: dict[str, Approved] = {}
    for one in (_version(row) for row in rows):
        plan = parsed(one.text)
        if one.slug not in found and not (plan.exercise_only and space == 0):
            found[one.slug] = Approved(one, plan)
    return list(found.values())


async def approved_of(connection: Connection, slug: str, space: int) -> Approved:
    """The version in force of one plan in a data space (raises NotFound)."""
    for one in await approved(connection, space):
        if one.version.slug == slug:
            return one
    raise NotFound("no version of that plan is in force")


async def watches(connection: Connection, space: int, *, advised_only: bool = False) -> list[Watch]:
    """What all plans say now in a data space."""
    rows = await (
        await connection.execute(
            "select w.*, p.slug from plan_watch w join plan p on p.id = w.plan_id where w.space = %s"
            " and (not %s or w.advised is not null) order by p.slug, w.incident_id",
            (space, advised_only),
        )
    ).fetchall()
    return [_watch(row) for row in rows]


async def watch_of(
    connection: Connection, space: int, plan_id: UUID, incident: UUID | None = None
) -> Watch | None:
    """What one plan says now of the county, or of an incident; None before it was first asked."""
    row = await (
        await connection.execute(
            "select w.*, p.slug from plan_watch w join plan p on p.id = w.plan_id where w.space = %s"
            " and w.plan_id = %s and w.incident_id is not distinct from %s",
            (space, plan_id, incident),
        )
    ).fetchone()
    return _watch(row) if row is not None else None


async def statements(
    connection: Connection, space: int, slugs: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """What people state and has not been withdrawn: slug, name, incident_id, note, stated_by, stated_at."""
    return await (
        await connection.execute(
            "select slug, name, incident_id, note, stated_by, stated_at from plan_statement where space = %s"
            " and withdrawn_at is null and (%s::text[] is null or slug = any(%s)) order by stated_at",
            (space, slugs, slugs),
        )
    ).fetchall()


def _version(row: dict[str, Any]) -> Version:
    return Version(**row | {"editors": tuple(row["editors"])})


def _watch(row: dict[str, Any]) -> Watch:
    return Watch(**{name: row[name] for name in Watch.__slots__})
