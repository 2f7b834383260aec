"""How are observations written? Binary COPY straight into the day's partition, latest values beside."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from psycopg import errors, sql

from mudan.core.observations.model import I16, Columns, Quantity
from mudan.primitives.clock import US_PER_S, from_us
from mudan.storage.copying import POSTGRES_EPOCH_US, packed
from mudan.storage.pool import Connection

DAY_US: Final = 86_400 * US_PER_S
FEW: Final = 600  # so few latest values are written faster as arrays than by way of a staging table
_DEFAULT: Final = "observation_default"
_NEWER_WINS: Final = (
    "on conflict (entity, quantity) do update set quality = excluded.quality,"
    " observed_at = excluded.observed_at, received_at = excluded.received_at, value = excluded.value"
    " where excluded.observed_at >= observation_latest.observed_at"
)
_FEW_LATEST: Final = (
    "insert into observation_latest select * from unnest(%b::int4[], %b::int2[], %b::int2[], %b::int2[],"  # noqa: S608 - constants
    f" %b::timestamptz[], %b::timestamptz[], %b::float8[]) {_NEWER_WINS}"
)


async def declare_quantities(connection: Connection, quantities: Iterable[Quantity]) -> None:
    """Make the kinds of measurement known; a name keeps its id for ever."""
    for quantity in quantities:
        await connection.execute(
            "insert into quantity (name, unit, title_zh, title_en, decimals) values (%s, %s, %s, %s, %s)"
            " on conflict (name) do update set unit = excluded.unit, title_zh = excluded.title_zh,"
            " title_en = excluded.title_en, decimals = excluded.decimals",
            (quantity.name, quantity.unit, quantity.title.zh, quantity.title.en, quantity.decimals),
        )


async def make_partitions(connection: Connection, first_day: str, days: int) -> list[str]:
    """Make the partitions of so many days; returns the names of the new ones."""
    rows = await (
        await connection.execute("select make_partitions(%s::date, %s) as name", (first_day, days))
    ).fetchall()
    return [row["name"] for row in rows]


async def partitions(connection: Connection) -> frozenset[str]:
    """The names of all daily partitions there are."""
    rows = await (
        await connection.execute(
            "select c.relname::text as name from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            " where i.inhparent = 'observation'::regclass"
        )
    ).fetchall()
    return frozenset(row["name"] for row in rows)


async def write(connection: Connection, columns: Columns, space: I16, known: frozenset[str]) -> int:
    """Write observations within the caller's transaction; returns how many were new.

    `space`: the data space of each row, int16 [n]. `known`: partitions that exist. Repeats of
    (entity, quantity, observed time) are left out. Raises psycopg's CheckViolation when a partition was
    made meanwhile: read `partitions` again and retry.
    """
    days = columns.observed_us // DAY_US
    written = 0
    for day in np.unique(days):
        rows = np.flatnonzero(days == day) if days[0] != days[-1] or (days != day).any() else slice(None)
        name = f"observation_{np.datetime64(int(day), 'D').astype(str).replace('-', '')}"
        table = name if name in known else _DEFAULT
        written += await _write_day(connection, table, _packed(columns, space, rows), len(days[rows]))
    return written


def _packed(columns: Columns, space: I16, rows: slice | np.ndarray) -> bytes:
    return packed(
        (
            columns.observed_us[rows] - POSTGRES_EPOCH_US,
            columns.received_us[rows] - POSTGRES_EPOCH_US,
            columns.value[rows],
            columns.entity[rows],
            columns.quantity[rows],
            space[rows],
            columns.quality[rows],
        )
    )


async def _write_day(connection: Connection, table: str, data: bytes, count: int) -> int:
    target = sql.Identifier(table)
    try:
        async with connection.transaction():
            await _copy(connection, target, data)
    except errors.UniqueViolation:
        return await _write_new(connection, target, data)
    return count


async def _copy(connection: Connection, target: sql.Identifier, data: bytes) -> None:
    async with connection.cursor().copy(sql.SQL("copy {} from stdin (format binary)").format(target)) as copy:
        await copy.write(data)


async def _write_new(connection: Connection, target: sql.Identifier, data: bytes) -> int:
    """Some rows are there already: stage all of them and keep the new ones."""
    stage = sql.Identifier("pg_temp", "observation_stage")
    await connection.execute("create temp table observation_stage (like observation) on commit drop")
    await _copy(connection, stage, data)
    done = await connection.execute(
        sql.SQL("insert into {} select * from {} on conflict do nothing").format(target, stage)
    )
    await connection.execute("drop table pg_temp.observation_stage")
    return done.rowcount


async def write_latest(connection: Connection, columns: Columns, space: I16) -> None:
    """Materialise latest values, at most one row of each (entity, quantity); older ones never win."""
    if len(columns) <= FEW:
        await connection.execute(_FEW_LATEST, _few_values(columns, space))
    else:
        await _stage_latest(connection, columns, space)


def _few_values(columns: Columns, space: I16) -> tuple[list[Any], ...]:
    return (
        columns.entity.tolist(),
        columns.quantity.tolist(),
        space.tolist(),
        columns.quality.tolist(),
        [from_us(us) for us in columns.observed_us.tolist()],
        [from_us(us) for us in columns.received_us.tolist()],
        columns.value.tolist(),
    )


async def _stage_latest(connection: Connection, columns: Columns, space: I16) -> None:
    data = packed(
        (
            columns.entity,
            columns.quantity,
            space,
            columns.quality,
            columns.observed_us - POSTGRES_EPOCH_US,
            columns.received_us - POSTGRES_EPOCH_US,
            columns.value,
        )
    )
    stage = sql.Identifier("pg_temp", "latest_stage")
    await connection.execute("create temp table latest_stage (like observation_latest) on commit drop")
    await _copy(connection, stage, data)
    await connection.execute(
        f"insert into observation_latest select * from pg_temp.latest_stage {_NEWER_WINS}"  # noqa: S608 - constant
    )
    await connection.execute("drop table pg_temp.latest_stage")


async def catch_up_latest(connection: Connection) -> None:
    """Bring the latest values up to date from the history after an unclean stop.

    They may lag the history by the moments before a crash; the unique key finds what is newer, one index
    look-up each. Quality 31 is everything that does not speak of now.
    """
    await connection.execute(
        "insert into observation_latest (entity, quantity, space, quality, observed_at, received_at, value)"
        " select l.entity, l.quantity, l.space, n.quality, n.observed_at, n.received_at, n.value"
        " from observation_latest l cross join lateral (select o.quality, o.observed_at, o.received_at, o.value"
        " from observation o where o.entity = l.entity and o.quantity = l.quantity"
        " and o.observed_at > l.observed_at and o.quality & 31 = 0"
        " order by o.observed_at desc limit 1) n"
        " on conflict (entity, quantity) do update set quality = excluded.quality,"
        " observed_at = excluded.observed_at, received_at = excluded.received_at, value = excluded.value"
    )
