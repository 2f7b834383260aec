"""Which files of a census are there, what would they change, and which of their rows were bad?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import sql

from mudan.core.census.model import BadRow, Survey
from mudan.core.entities.model import GONE
from mudan.core.records.model.faults import fault
from mudan.primitives.errors import NotFound
from mudan.storage.pool import Connection

_COLUMNS = sql.SQL(", ").join(map(sql.Identifier, Survey.__dataclass_fields__))
_HEADS = sql.SQL("select {} from census ").format(_COLUMNS)

# What the entity would be: what the census owns is replaced, what others have set of it stays.
_DIFFERS = sql.SQL(
    "(e.type, e.platform, e.device, e.name_zh, e.name_en, e.area_code, e.lon, e.lat, e.place, e.properties)"
    " is distinct from (r.content ->> 'type', r.content ->> 'platform', r.content ->> 'device',"
    " r.content ->> 'name_zh', r.content ->> 'name_en', r.content ->> 'area_code', (r.content ->> 'lon')::float8,"
    " (r.content ->> 'lat')::float8, nullif(r.content -> 'place', 'null'::jsonb),"
    " (e.properties - array(select jsonb_array_elements_text(r.content -> 'owned'))) || (r.content -> 'properties'))"
)

_EFFECT = sql.SQL(
    "select count(*) filter (where e.key is null)::int as added,"
    " count(*) filter (where e.key is not null and {differs})::int as changed,"
    " count(*) filter (where e.key is not null and not {differs})::int as same"
    " from census_row r left join entity e on e.space = %(space)s and e.urn = r.urn where r.census_id = %(id)s"
).format(differs=_DIFFERS)


class Effect(NamedTuple):
    """What a file would change."""

    added: int
    changed: int
    same: int
    gone: int


async def one(connection: Connection, census_id: UUID, *, lock: bool = False) -> Survey:
    """A file by its id (raises NotFound)."""
    statement = _HEADS + sql.SQL("where id = %s" + (" for update" if lock else ""))
    row = await (await connection.execute(statement, (census_id,))).fetchone()
    if row is None:
        raise NotFound("there is no such census")
    return Survey(**row)


async def newest(connection: Connection, platform: str, limit: int) -> list[Survey]:
    """The newest files of a platform."""
    statement = _HEADS + sql.SQL("where platform = %s order by created_at desc limit %s")
    rows = await (await connection.execute(statement, (platform, limit))).fetchall()
    return [Survey(**row) for row in rows]


async def running(connection: Connection) -> Survey | None:
    """The file whose rows are written now."""
    statement = _HEADS + sql.SQL("where state = 'running' order by created_at limit 1 for update skip locked")
    row = await (await connection.execute(statement)).fetchone()
    return None if row is None else Survey(**row)


async def forgotten(connection: Connection, before: datetime, limit: int) -> list[UUID]:
    """Files that nobody has gone on with since a time."""
    rows = await (
        await connection.execute(
            "select id from census where state in ('reading', 'preview') and created_at < %s limit %s",
            (before, limit),
        )
    ).fetchall()
    return [row["id"] for row in rows]


async def rows(
    connection: Connection, census_id: UUID, after: int, limit: int
) -> list[tuple[int, dict[str, Any]]]:
    """Good rows after a number, as `entities.actions.put_many` takes them."""
    found = await (
        await connection.execute(
            "select number, content from census_row where census_id = %s and number > %s order by number limit %s",
            (census_id, after, limit),
        )
    ).fetchall()
    return [(row["number"], row["content"]) for row in found]


async def rows_of(
    connection: Connection, census_id: UUID, numbers: Sequence[int]
) -> list[tuple[int, dict[str, Any]]]:
    """Good rows by their numbers."""
    found = await (
        await connection.execute(
            "select number, content from census_row where census_id = %s and number = any(%s)",
            (census_id, list(numbers)),
        )
    ).fetchall()
    return [(row["number"], row["content"]) for row in found]


async def taken_devices(connection: Connection, census_id: UUID, space: int) -> list[int]:
    """Rows whose device another entity has."""
    found = await (
        await connection.execute(
            "select r.number from census_row r join entity e on e.space = %(space)s"
            " and e.platform = r.content ->> 'platform' and e.device = r.content ->> 'device' and e.urn <> r.urn"
            " where r.census_id = %(id)s",
            {"id": census_id, "space": space},
        )
    ).fetchall()
    return [row["number"] for row in found]


async def effect(connection: Connection, survey: Survey) -> Effect:
    """What the file would change if it were written now."""
    row = await (
        await connection.execute(
            _EFFECT,
            {"id": survey.id, "space": survey.space},
        )
    ).fetchone()
    assert row is not None  # counting always answers
    return Effect(row["added"], row["changed"], row["same"], len(await missing(connection, survey)))


async def missing(connection: Connection, survey: Survey) -> list[int]:
    """Keys of things within the area that a whole file does not name, not even in a bad row."""
    if not survey.whole:
        return []
    found = await (
        await connection.execute(
            "select e.key from entity e where e.space = %(space)s and e.platform = %(platform)s and e.type = %(type)s"
            " and starts_with(e.area_code, %(area)s) and not e.properties ? %(gone)s"
            " and not exists (select 1 from census_row r where r.census_id = %(id)s and r.urn = e.urn)"
            " and not exists (select 1 from census_bad b where b.census_id = %(id)s and b.urn = e.urn)",
            {
                "space": survey.space, "platform": survey.platform, "type": survey.entity_type,
                "area": survey.area_code, "gone": GONE, "id": survey.id,
            },
        )
    ).fetchall()  # fmt: skip
    return [row["key"] for row in found]


async def unnamed(connection: Connection, census_id: UUID) -> int:
    """How many bad rows do not even tell which thing they are about."""
    row = await (
        await connection.execute(
            "select count(*)::int as n from census_bad where census_id = %s and urn is null", (census_id,)
        )
    ).fetchone()
    return row["n"] if row else 0


async def bad_rows(connection: Connection, census_id: UUID, after: int, limit: int) -> Sequence[BadRow]:
    """Rows that were not taken, by number."""
    found = await (
        await connection.execute(
            "select number, faults, content from census_bad where census_id = %s and number > %s"
            " order by number limit %s",
            (census_id, after, limit),
        )
    ).fetchall()
    return [
        BadRow(row["number"], tuple(fault(*words) for words in row["faults"]), row["content"])
        for row in found
    ]


async def sample(connection: Connection, census_id: UUID, limit: int) -> list[dict[str, Any]]:
    """The first good rows, to look at."""
    return [content for _, content in await rows(connection, census_id, 0, limit)]
