"""How are frames kept?"""

from collections.abc import Sequence

from psycopg import errors, sql

from mudan.core.frames.model import Frame
from mudan.primitives.clock import from_us
from mudan.storage.pool import Connection

_DEFAULT = "frame_good_default"


async def write_bad(connection: Connection, platform: str, frames: Sequence[Frame]) -> None:
    """Keep frames that were not good, for ever."""
    await connection.execute(
        "insert into frame_bad (platform, received_at, peer, device, entity, verdict, reason, fault_offset, clause,"
        " raw) select %b, * from unnest(%b::timestamptz[], %b::text[], %b::text[], %b::int[], %b::text[],"
        " %b::text[], %b::int[], %b::text[], %b::bytea[])",
        (
            platform,
            [from_us(frame.received_us) for frame in frames],
            [frame.peer for frame in frames],
            [_text(frame.device) for frame in frames],
            [frame.entity for frame in frames],
            [frame.verdict.value for frame in frames],
            [_text(frame.reason) for frame in frames],
            [frame.offset for frame in frames],
            [frame.clause for frame in frames],
            [frame.raw for frame in frames],
        ),
    )


async def write_good(connection: Connection, platform: str, frames: Sequence[Frame]) -> None:
    """Keep good frames in their day's partition (row-level security does not let COPY into the parent)."""
    days: dict[str, list[Frame]] = {}
    for frame in frames:  # a batch may hold both sides of midnight
        days.setdefault(f"frame_good_{from_us(frame.received_us):%Y%m%d}", []).append(frame)
    for day, of_day in days.items():
        try:
            async with connection.transaction():
                await _copy(connection, day, platform, of_day)
        except errors.UndefinedTable:
            await _copy(connection, _DEFAULT, platform, of_day)


async def _copy(connection: Connection, table: str, platform: str, frames: Sequence[Frame]) -> None:
    statement = sql.SQL(
        "copy {} (received_at, platform, peer, device, entity, raw) from stdin (format binary)"
    ).format(sql.Identifier(table))
    async with connection.cursor().copy(statement) as copy:
        copy.set_types(("timestamptz", "text", "text", "text", "int4", "bytea"))
        for frame in frames:
            await copy.write_row(
                (
                    from_us(frame.received_us),
                    platform,
                    frame.peer,
                    _text(frame.device),
                    frame.entity,
                    frame.raw,
                )
            )


async def drop_good(connection: Connection, before_day: str) -> list[str]:
    """Drop the good frames of whole days before a day; returns the partitions dropped."""
    rows = await (
        await connection.execute("select drop_good_frames(%s::date) as name", (before_day,))
    ).fetchall()
    return [row["name"] for row in rows]


def _text(text: str) -> str:
    # PostgreSQL's text holds no NUL and only what UTF-8 can say.
    return text.replace("\0", "␀").encode("utf-8", "replace").decode()
