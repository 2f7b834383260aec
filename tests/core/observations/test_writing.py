"""Is every observation kept, once, exactly as it was?"""

import struct
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.observations import actions, queries, store
from mudan.core.observations.model import (
    FUTURE_LIMIT,
    PAST_LIMIT,
    Columns,
    Quality,
    Quantity,
    flag_times,
    live_rows,
)
from mudan.primitives.clock import US_PER_S, from_us, to_us
from mudan.primitives.text import Text
from mudan.storage.copying import HEADER, TRAILER, packed
from mudan.storage.pool import Connection
from tests.core.observations.batches import ENTITY, QUANTITY, batch, zeros
from tests.database import START

pytestmark = pytest.mark.anyio
NOW = to_us(START)
DAY = 86_400 * US_PER_S


async def _rows(work: Connection) -> list[dict[str, Any]]:
    return await (await work.execute("select * from observation order by observed_at")).fetchall()


async def _write(work: Connection, columns: Columns, known: frozenset[str] | None = None) -> int:
    if known is None:
        known = await actions.prepare_days(work, START.date())
    return await store.write(work, columns, zeros(columns), known)


@given(
    st.lists(st.tuples(st.integers(-(2**15), 2**15 - 1), st.floats(allow_nan=False)), min_size=1, max_size=9)
)
def test_packed_columns_are_what_the_format_says(rows: list[tuple[int, float]]) -> None:
    first, second = np.asarray([r[0] for r in rows], np.int16), np.asarray([r[1] for r in rows])
    body = b"".join(struct.pack(">hihid", 2, 2, whole, 8, real) for whole, real in rows)
    assert packed((first, second)) == HEADER + body + TRAILER


async def test_binary_copy_keeps_what_row_inserts_keep(work: Connection) -> None:
    columns = Columns.of(
        [1, 2**31 - 1, 3, 4], [1, 2, 32_000, 4], [0.1, -1e300, float("nan"), float("inf")],
        [NOW, NOW + 1, NOW - DAY, NOW + 999_999], [NOW + 5, NOW, NOW + 7, NOW + 1_000_001], [0, 1, 8, 31],
    )  # fmt: skip
    space = np.asarray([0, 1, 2, 0], np.int16)
    await store.write(work, columns, space, await actions.prepare_days(work, START.date()))
    copied = await _rows(work)
    await work.execute("create temp table by_row (like observation) on commit drop")
    for n in range(len(columns)):
        await work.execute(
            "insert into by_row values (%s, %s, %s, %s, %s, %s, %s)",
            (
                from_us(int(columns.observed_us[n])), from_us(int(columns.received_us[n])), float(columns.value[n]),
                int(columns.entity[n]), int(columns.quantity[n]), int(space[n]), int(columns.quality[n]),
            ),
        )  # fmt: skip
    inserted = await (await work.execute("select * from by_row order by observed_at")).fetchall()
    assert [str(row) for row in copied] == [str(row) for row in inserted]


async def test_a_repeat_in_the_same_batch_is_kept_once_as_it_came_first(work: Connection) -> None:
    assert await _write(work, batch((NOW, 1.0), (NOW, 2.0), (NOW + 1, 3.0))) == 2
    assert [row["value"] for row in await _rows(work)] == [1.0, 3.0]


async def test_a_repeat_in_a_later_batch_is_left_out(work: Connection) -> None:
    assert await _write(work, batch((NOW, 1.0), (NOW + 1, 2.0))) == 2
    assert await _write(work, batch((NOW, 9.0), (NOW + 2, 3.0))) == 1
    assert [row["value"] for row in await _rows(work)] == [1.0, 2.0, 3.0]


async def test_repeats_over_several_days_are_left_out_of_each(work: Connection) -> None:
    days = [(NOW - DAY, 1.0), (NOW, 2.0), (NOW + DAY, 3.0), (NOW + 900 * DAY, 4.0)]
    assert await _write(work, batch(*days)) == 4
    assert await _write(work, batch(*reversed(days), (NOW + DAY + 1, 5.0))) == 1
    assert len(await _rows(work)) == 5


async def test_nothing_is_written_of_nothing(work: Connection) -> None:
    recorder = actions.Recorder(frozenset(), Columns.empty())
    assert await recorder.record(work, Columns.empty(), zeros(Columns.empty()), NOW) == 0


@pytest.mark.parametrize(
    ("ahead", "flag"),
    [
        (FUTURE_LIMIT, Quality.GOOD),
        (FUTURE_LIMIT + timedelta(seconds=1), Quality.TIME_FUTURE),
        (-PAST_LIMIT, Quality.GOOD),
        (-PAST_LIMIT - timedelta(seconds=1), Quality.TIME_PAST),
        (timedelta(days=9000), Quality.TIME_FUTURE),
    ],
)
async def test_times_are_flagged_and_never_dropped(work: Connection, ahead: timedelta, flag: Quality) -> None:
    ahead_us = int(ahead.total_seconds()) * US_PER_S
    columns = batch((NOW + ahead_us, 1.0), quality=int(Quality.DOUBTFUL), delay_us=-ahead_us)
    flag_times(columns)
    assert await _write(work, columns) == 1
    [row] = await _rows(work)
    assert row["quality"] == flag | Quality.DOUBTFUL
    columns.quality[:] = int(flag)
    assert bool(live_rows(columns)[0]) is (flag is Quality.GOOD)


async def test_a_quantity_keeps_its_id_for_ever(work: Connection) -> None:
    level = Quantity("test_level", "m", Text("水位", "level"))
    first = await actions.declare(work, [level])
    again = await actions.declare(work, [Quantity("test_other", "m", Text("甲", "a")), level])
    assert again["test_level"] == first["test_level"]
    assert again["test_other"] != first["test_level"]


async def test_history_is_read_in_order_within_its_bounds(work: Connection) -> None:
    await work.execute(
        "insert into quantity (id, name, unit, title_zh, title_en, decimals) overriding system value"
        " values (%s, 'test_level', 'm', '水位', 'level', 2) on conflict do nothing",
        (QUANTITY + 30_000,),
    )
    columns = batch(*((NOW + n * US_PER_S, float(n)) for n in range(40)))
    columns.quantity[:] = QUANTITY + 30_000
    await _write(work, columns)
    start, end = from_us(NOW + 10 * US_PER_S), from_us(NOW + 20 * US_PER_S)
    within = await queries.history(work, ENTITY, ["test_level"], start, end)
    assert [row.value for row in within] == [float(n) for n in range(10, 20)]
    last = await queries.history(work, ENTITY, ["test_level"], None, None, 3)
    assert [row.value for row in last] == [37.0, 38.0, 39.0]
    [few] = await queries.series(work, ENTITY, ["test_level", "none"], start, end, 10)
    assert (few.aggregated, len(few.points)) == (False, 10)
    [means] = await queries.series(
        work, ENTITY, ["test_level"], from_us(NOW), from_us(NOW + 40 * US_PER_S), 10
    )
    assert means.aggregated
    assert [value for _, value, _ in means.points] == [1.5 + 4 * n for n in range(10)]
