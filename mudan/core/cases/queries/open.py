"""What may everybody read of the cases? Only what the views for the public hold; and was this reported before?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from mudan.primitives.text import Text
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case as everybody may see it."""

    id: UUID
    number: str
    type: str
    class_code: str
    state: str
    closed: bool
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    agency: Text | None
    main_number: str | None
    token: UUID | None
    media_url: str
    address_id: str
    text: str
    address: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class OpenWanted:
    """Which of them. Times are inclusive; `classes` are (type, class); `by_update`: the longest unchanged first.

    `around`: (longitude, latitude, metres) of a circle; a place that is shown roughly is looked for where it is shown.
    """

    numbers: Sequence[str] | None = None
    classes: Sequence[tuple[str, str]] = ()
    closed: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    updated_since: datetime | None = None
    updated_until: datetime | None = None
    by_update: bool = False
    around: tuple[float, float, float] | None = None
    limit: int = 1000
    offset: int = 0


@dataclass(frozen=True, slots=True)
class PostedCase:
    """What a report had become."""

    case_id: UUID
    token: UUID


_COLUMNS: LiteralString = (
    "select id, number, type, class_code, state, closed, requested_at, updated_at, expected_at, agency_zh, agency_en,"
    " main_number, token, media_url, address_id, text, address, lon, lat from public_request"
)
# The numbers first, by what an index holds: what is worked out for each case is worked out for those alone.
_IDS: LiteralString = (
    " where id = any (array(select id from public_request where type || '.' || class_code = any (%(classes)s)"
)
_NUMBERS: LiteralString = " and number = any (%(numbers)s)"
_CLOSED: LiteralString = " and closed = %(closed)s"
_SINCE: LiteralString = " and requested_at >= %(since)s"
_UNTIL: LiteralString = " and requested_at <= %(until)s"
_UPDATED_SINCE: LiteralString = (
    " and id = any (array(select case_id from public_request_stage where at >= %(updated_since)s))"
    " and updated_at >= %(updated_since)s"
)
_UPDATED_UNTIL: LiteralString = " and updated_at <= %(updated_until)s"
# The box first, which costs little; on the sphere of primitives.geo.
_AROUND: LiteralString = (
    " and lat between %(lat)s - %(deg)s and %(lat)s + %(deg)s"
    " and 12742017.6 * asin(least(1, sqrt(sin(radians(lat - %(lat)s) / 2) ^ 2 + cos(radians(lat))"
    " * cos(radians(%(lat)s)) * sin(radians(lon - %(lon)s) / 2) ^ 2))) <= %(radius)s"
)
_NEWEST: LiteralString = " order by requested_at desc, number desc"
_BY_UPDATE: LiteralString = " order by updated_at, number"
_PAGE: LiteralString = " limit %(limit)s offset %(offset)s))"


async def open_cases(connection: Connection, wanted: OpenWanted) -> list[OpenCase]:
    """The cases that are wanted, the newest first unless by their last change."""
    asked = {
        _NUMBERS: wanted.numbers, _CLOSED: wanted.closed, _SINCE: wanted.since, _UNTIL: wanted.until,
        _UPDATED_SINCE: wanted.updated_since, _UPDATED_UNTIL: wanted.updated_until,
        _AROUND: wanted.around,
    }  # fmt: skip
    conditions = [sql.SQL(condition) for condition, value in asked.items() if value is not None]
    order = sql.SQL(_BY_UPDATE if wanted.by_update else _NEWEST)
    statement = sql.Composed([sql.SQL(_COLUMNS), sql.SQL(_IDS), *conditions, order, sql.SQL(_PAGE), order])
    lon, lat, radius_m = wanted.around or (0.0, 0.0, 0.0)
    values = {
        "lon": lon, "lat": lat, "radius": radius_m, "deg": radius_m / 110_000,
        "classes": [f"{type_name}.{code}" for type_name, code in wanted.classes],
        "numbers": None if wanted.numbers is None else list(wanted.numbers), "closed": wanted.closed,
        "since": wanted.since, "until": wanted.until, "updated_since": wanted.updated_since,
        "updated_until": wanted.updated_until, "limit": wanted.limit, "offset": wanted.offset,
    }  # fmt: skip
    rows = await (await connection.execute(statement, values)).fetchall()
    return [_open(row) for row in rows]


async def open_case_of_token(connection: Connection, token: UUID) -> OpenCase | None:
    """The case that a token stands for."""
    row = await (
        await connection.execute(sql.SQL(_COLUMNS) + sql.SQL(" where token = %s"), (token,))
    ).fetchone()
    return None if row is None else _open(row)


async def open_stages(
    connection: Connection, cases: Sequence[UUID]
) -> dict[UUID, list[tuple[datetime, str]]]:
    """When these cases came to which stage, in order."""
    rows = await (
        await connection.execute(
            "select case_id, at, state from public_request_stage where case_id = any (%s) order by at",
            (list(cases),),
        )
    ).fetchall()
    found: dict[UUID, list[tuple[datetime, str]]] = {}
    for row in rows:
        found.setdefault(row["case_id"], []).append((row["at"], row["state"]))
    return found


async def posted_since(connection: Connection, mark: bytes, since: datetime) -> PostedCase | None:
    """What the same words of the same sender became since then."""
    row = await (
        await connection.execute(
            "select case_id, token from case_posted where print = %s and at >= %s order by at desc limit 1",
            (mark, since),
        )
    ).fetchone()
    return None if row is None else PostedCase(**row)


def _open(row: dict[str, Any]) -> OpenCase:
    zh, en = row.pop("agency_zh"), row.pop("agency_en")
    return OpenCase(agency=None if zh is None else Text(zh, en), **row)
