"""What was measured? History and latest values, within the reader's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mudan.core.observations.model import Columns
from mudan.primitives.clock import to_us
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class Latest:
    """One stored observation; `quality` holds `Quality` bits."""

    entity: int
    quantity: str
    unit: str
    value: float
    observed_at: datetime
    received_at: datetime
    quality: int


@dataclass(frozen=True, slots=True)
class Series:
    """One quantity's history: points are (ms since 1970 UTC, value, quality)."""

    quantity: str
    unit: str
    title_zh: str
    title_en: str
    aggregated: bool
    points: list[tuple[int, float, int]]


_COLUMNS = "o.entity, q.name as quantity, q.unit, o.value, o.observed_at, o.received_at, o.quality"


async def quantity_ids(connection: Connection) -> dict[str, int]:
    """The id of every declared kind of measurement."""
    rows = await (await connection.execute("select name, id from quantity")).fetchall()
    return {row["name"]: row["id"] for row in rows}


async def latest(connection: Connection, entity_keys: Sequence[int]) -> list[Latest]:
    """The latest value of every quantity of the entities."""
    rows = await (
        await connection.execute(
            f"select {_COLUMNS} from observation_latest o join quantity q on q.id = o.quantity"  # noqa: S608 - constant
            " where o.entity = any(%s) order by o.entity, q.name",
            (list(entity_keys),),
        )
    ).fetchall()
    return [Latest(**row) for row in rows]


async def history(
    connection: Connection,
    entity_key: int,
    quantities: Sequence[str],
    start: datetime | None,
    end: datetime | None,
    last_n: int | None = None,
    most: int = 100_000,
) -> list[Latest]:
    """Observations of one entity, oldest first; start is inclusive, end exclusive. `last_n` of each quantity."""
    rows = await (
        await connection.execute(
            f"select o.* from quantity q cross join lateral (select {_COLUMNS} from observation o"  # noqa: S608 - constant
            " where o.entity = %(entity)s and o.quantity = q.id"
            " and o.observed_at >= coalesce(%(start)s, '-infinity'::timestamptz)"
            " and o.observed_at < coalesce(%(end)s, 'infinity'::timestamptz)"
            " order by o.observed_at desc limit %(most)s) o"
            " where q.name = any(%(names)s) order by o.quantity, o.observed_at",
            {
                "entity": entity_key,
                "names": list(quantities),
                "start": start,
                "end": end,
                "most": last_n if last_n is not None else most,
            },
        )
    ).fetchall()
    return [Latest(**row) for row in rows]


async def series(
    connection: Connection, entity_key: int, names: Sequence[str], start: datetime, end: datetime, points: int
) -> list[Series]:
    """History for a chart: every point when there are few, else the mean of equal intervals."""
    interval_s = max((end - start).total_seconds() / points, 1.0)
    found = []
    for name in names:
        about = await (
            await connection.execute(
                "select id, unit, title_zh, title_en from quantity where name = %s", (name,)
            )
        ).fetchone()
        if about is None:
            continue
        values = {"entity": entity_key, "id": about["id"], "start": start, "end": end, "points": points * 2}
        rows = await _points(connection, values)
        aggregated = len(rows) > points * 2
        if aggregated:
            rows = await _means(connection, values | {"interval": interval_s})
        found.append(
            Series(
                name,
                about["unit"],
                about["title_zh"],
                about["title_en"],
                aggregated,
                [(to_us(row["at"]) // 1000, row["value"], row["quality"]) for row in rows],
            )
        )
    return found


async def _points(connection: Connection, values: dict[str, Any]) -> list[dict[str, Any]]:
    return await (
        await connection.execute(
            "select observed_at as at, value, quality from observation"
            " where entity = %(entity)s and quantity = %(id)s"
            " and observed_at >= %(start)s and observed_at < %(end)s"
            " order by observed_at limit %(points)s + 1",
            values,
        )
    ).fetchall()


async def _means(connection: Connection, values: dict[str, Any]) -> list[dict[str, Any]]:
    return await (
        await connection.execute(
            "select date_bin(make_interval(secs => %(interval)s), observed_at, %(start)s) as at,"
            " avg(value) as value, bit_or(quality)::int as quality from observation"
            " where entity = %(entity)s and quantity = %(id)s"
            " and observed_at >= %(start)s and observed_at < %(end)s group by 1 order by 1",
            values,
        )
    ).fetchall()


async def latest_columns(connection: Connection) -> Columns:
    """All latest values as columns."""
    rows = await (
        await connection.execute(
            "select entity, quantity, value, (extract(epoch from observed_at) * 1000000)::bigint as observed_us,"
            " (extract(epoch from received_at) * 1000000)::bigint as received_us, quality from observation_latest"
        )
    ).fetchall()
    if not rows:
        return Columns.empty()
    return Columns.of(*(
        [row[name] for row in rows]
        for name in ("entity", "quantity", "value", "observed_us", "received_us", "quality")
    ))  # fmt: skip


async def stood_in(connection: Connection, space: int) -> list[tuple[int, str, float]]:
    """(entity, quantity, value) of an exercise's things: what each last said, or its twin in reality did.

    The work must see both spaces.
    """
    rows = await (
        await connection.execute(
            "select e.key, q.name, coalesce(own.value, real.value) as value from entity e"
            " join entity r on r.urn = e.urn and r.space = 0 join observation_latest real on real.entity = r.key"
            " left join observation_latest own on own.entity = e.key and own.quantity = real.quantity"
            " join quantity q on q.id = real.quantity where e.space = %s order by e.key, q.name",
            (space,),
        )
    ).fetchall()
    return [(row["key"], row["name"], row["value"]) for row in rows]


async def recent(
    connection: Connection,
    entities: Sequence[int],
    quantities: Sequence[int],
    windows_us: Sequence[int],
    now: datetime,
    points: int,
) -> Columns:
    """The last window of each (entity, quantity), thinned to so many points each, oldest first."""
    rows = await (
        await connection.execute(
            "select o.* from unnest(%(entities)s::int[], %(quantities)s::smallint[], %(windows)s::bigint[])"
            " as w (entity, quantity, us) cross join lateral ("
            " select distinct on (floor(extract(epoch from o.observed_at) * 1000000 * %(points)s / w.us))"
            " o.entity, o.quantity, o.value, (extract(epoch from o.observed_at) * 1000000)::bigint as observed_us,"
            " (extract(epoch from o.received_at) * 1000000)::bigint as received_us, o.quality from observation o"
            " where o.entity = w.entity and o.quantity = w.quantity and o.observed_at <= %(now)s"
            " and o.observed_at >= %(now)s - make_interval(secs => w.us / 1000000.0)"
            " order by floor(extract(epoch from o.observed_at) * 1000000 * %(points)s / w.us), o.observed_at) o"
            " order by o.observed_us",
            {
                "entities": list(entities), "quantities": list(quantities), "windows": list(windows_us), "now": now,
                "points": points,
            },
        )
    ).fetchall()  # fmt: skip
    if not rows:
        return Columns.empty()
    return Columns.of(*(
        [row[name] for row in rows]
        for name in ("entity", "quantity", "value", "observed_us", "received_us", "quality")
    ))  # fmt: skip
