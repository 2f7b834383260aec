"""Which reviews are there, in which state, and what was kept of them?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.reviews.model import Kind, State, Version
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_VERSION: Final = (
    "select id, kind, subject, number, made_at, made_by, made_by_id, note, sign_role, hash, signed_at, signed_by,"
    " signed_by_id, sign_note from review_version"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One thing that can be reviewed, and how far its review is. `versions` counts them."""

    kind: Kind
    id: UUID
    number: str
    title: Text
    level: int | None
    began_at: datetime
    ended_at: datetime | None
    state: State
    versions: int
    made_at: datetime | None
    sign_role: str | None
    signed_by: str | None
    signed_at: datetime | None


async def versions(connection: Connection, kind: Kind, subject: UUID) -> list[Version]:
    """All versions of a review in their order."""
    text = f"{_VERSION} where kind = %s and subject = %s order by number"
    rows = await (await connection.execute(text.encode(), (kind, subject))).fetchall()
    return [Version(**row) for row in rows]


async def content(
    connection: Connection, kind: Kind, subject: UUID, number: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The paper and the record of a version as they were kept; raises NotFound."""
    row = await (
        await connection.execute(
            "select paper, record from review_version where kind = %s and subject = %s and number = %s",
            (kind, subject, number),
        )
    ).fetchone()
    if row is None:
        raise NotFound("there is no such version")
    return row["paper"], row["record"]


_SUBJECTS: Final = (
    "select 'incident' as kind, id, number, title as title_zh, title as title_en, level, opened_at as began_at,"
    " closed_at as ended_at from incident where phase <> 'void'"
    " union all select 'response', id, slug, title_zh, title_en, statutory, coalesce(started_at, opened_at), ended_at"
    " from response where started_at is not null"
    " union all select 'drill', id, coalesce(nullif(template, ''), script->>'id'), title_zh, title_en, null,"
    " coalesce(started_at, created_at), ended_at from drill where started_at is not null"
)
_LISTED: Final = (
    "select s.kind, s.id, s.number, s.title_zh, s.title_en, s.level, s.began_at, s.ended_at,"  # noqa: S608 - constant
    " case when v.number is null then 'none' when v.signed_at is null then 'open' else 'signed' end as state,"
    f" coalesce(v.number, 0) as versions, v.made_at, v.sign_role, v.signed_by, v.signed_at from ({_SUBJECTS}) s"
    " left join lateral (select * from review_version v where v.kind = s.kind and v.subject = s.id"
    " order by v.number desc limit 1) v on true"
)


async def listed(
    connection: Connection, *, kinds: Sequence[str], states: Sequence[str], words: str, limit: int
) -> tuple[list[Listed], int]:
    """What can be reviewed, newest first, and how many there are in all; empty lists ask for every kind or state."""
    text = (
        f"select *, count(*) over () as total from ({_LISTED}) l where"  # noqa: S608 - constant
        " (%(kinds)s::text[] = '{}' or kind = any(%(kinds)s))"
        " and (%(states)s::text[] = '{}' or state = any(%(states)s)) and (%(words)s = ''"
        " or position(lower(%(words)s) in lower(number || ' ' || title_zh || ' ' || title_en)) > 0)"
        " order by began_at desc limit %(limit)s"
    )
    values = {"kinds": list(kinds), "states": list(states), "words": words.strip(), "limit": limit}
    rows = await (await connection.execute(text.encode(), values)).fetchall()
    total: int = rows[0]["total"] if rows else 0
    return [_listed(row) for row in rows], total


def _listed(row: dict[str, Any]) -> Listed:
    title = Text(row.pop("title_zh"), row.pop("title_en"))
    row.pop("total")
    return Listed(title=title, **row)
