"""Is the latest value the latest, after anything that can happen to a batch?"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.observations import actions, store
from mudan.core.observations.actions import SMALL, LatestValues, Recorder
from mudan.core.observations.model import Columns, Quality
from mudan.primitives.clock import US_PER_S, to_us
from mudan.storage.pool import Connection
from tests.core.observations.batches import ENTITY, QUANTITY, batch, zeros
from tests.database import START

pytestmark = pytest.mark.anyio
NOW = to_us(START)


async def _stored(work: Connection) -> dict[int, float]:
    rows = await (await work.execute("select entity, value from observation_latest")).fetchall()
    return {row["entity"]: row["value"] for row in rows}


async def _recorder(work: Connection) -> Recorder:
    return Recorder(await actions.prepare_days(work, START.date()), await actions.known_latest(work))


async def _record(work: Connection, recorder: Recorder, *batches: Columns, now_us: int = NOW) -> None:
    for columns in batches:
        await recorder.record(work, columns, zeros(columns), now_us)
        recorder.settled()


def _value(recorder: Recorder) -> Any:
    found = recorder.latest.value(ENTITY, QUANTITY)
    return found and found[0]


async def test_what_comes_out_of_order_does_not_win(work: Connection) -> None:
    recorder = await _recorder(work)
    await _record(work, recorder, batch((NOW + 5, 5.0)), batch((NOW + 3, 3.0)), batch((NOW + 4, 4.0)))
    assert _value(recorder) == 5.0
    assert await _stored(work) == {ENTITY: 5.0}


async def test_the_newest_of_a_batch_wins_wherever_it_stands(work: Connection) -> None:
    recorder = await _recorder(work)
    await _record(work, recorder, batch((NOW + 2, 2.0), (NOW + 9, 9.0), (NOW + 1, 1.0)))
    assert (_value(recorder), await _stored(work)) == (9.0, {ENTITY: 9.0})


@pytest.mark.parametrize("quality", [flag for flag in Quality if flag])
async def test_what_does_not_speak_of_now_is_kept_and_never_the_latest(
    work: Connection, quality: Quality
) -> None:
    recorder = await _recorder(work)
    await _record(work, recorder, batch((NOW, 1.0)), batch((NOW + 9, 9.0), quality=int(quality)))
    assert (_value(recorder), await _stored(work)) == (1.0, {ENTITY: 1.0})
    again = await _recorder(work)
    assert _value(again) == 1.0
    count = await (await work.execute("select count(*)::int as n from observation")).fetchone()
    assert count == {"n": 2}


async def test_nothing_is_known_of_what_was_never_heard(work: Connection) -> None:
    recorder = await _recorder(work)
    assert recorder.latest.value(ENTITY, QUANTITY) is None
    await _record(work, recorder, batch((NOW, 1.0)))
    values = recorder.latest.values(np.asarray([ENTITY, 99], np.int64), QUANTITY)
    assert values[0] == 1.0
    assert np.isnan(values[1])
    assert recorder.latest.value(ENTITY, QUANTITY + 1) is None


def _many(moment: int, value: float) -> Columns:
    count = SMALL + 10
    return Columns.of(
        range(count), [QUANTITY] * count, [value] * count, [moment] * count, [moment] * count, [0] * count
    )


async def test_a_crash_before_the_values_were_materialised_loses_none(work: Connection) -> None:
    recorder = await _recorder(work)
    await _record(work, recorder, _many(NOW, 1.0))
    await _record(work, recorder, _many(NOW + 1, 2.0), now_us=NOW + US_PER_S // 2)
    assert set((await _stored(work)).values()) == {1.0}  # a busy centre materialises them later
    await store.write(work, batch((NOW + 2, 9.0), quality=8), np.zeros(1, np.int16), recorder.partitions)
    restarted = await _recorder(work)
    assert _value(restarted) == 2.0
    assert set((await _stored(work)).values()) == {2.0}


async def test_a_quiet_moment_materialises_what_waits(work: Connection) -> None:
    recorder = await _recorder(work)
    await _record(work, recorder, _many(NOW, 1.0))
    await _record(work, recorder, _many(NOW + 1, 2.0), now_us=NOW + US_PER_S // 2)
    await recorder.flush(work, NOW + US_PER_S)
    assert set((await _stored(work)).values()) == {2.0}


async def test_what_a_lost_transaction_took_along_is_materialised_by_the_next(work: Connection) -> None:
    recorder = await _recorder(work)
    columns = _many(NOW, 1.0)
    async with work.transaction(force_rollback=True):
        await recorder.record(work, columns, zeros(columns), NOW)
    assert await _stored(work) == {}
    await _record(work, recorder, columns, now_us=NOW + 1)
    assert len(await _stored(work)) == SMALL + 10


async def test_an_older_value_never_wins_in_the_table_either(work: Connection) -> None:
    await store.write_latest(work, batch((NOW + 5, 5.0)), np.zeros(1, np.int16))
    await store.write_latest(work, batch((NOW, 1.0)), np.zeros(1, np.int16))
    assert await _stored(work) == {ENTITY: 5.0}


_rows = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 20), st.integers(0, 5), st.sampled_from([0, 0, 0, 8])),
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(batches=st.lists(_rows, max_size=6))
def test_any_batches_leave_the_newest_live_value(batches: list[list[tuple[int, int, int, int]]]) -> None:
    latest = LatestValues(Columns.empty())
    expected: dict[int, tuple[int, int]] = {}
    for rows in batches:
        parts = list(zip(*rows, strict=True)) or [()] * 4
        columns = Columns.of(parts[0], [QUANTITY] * len(rows), parts[2], parts[1], parts[1], parts[3])
        latest.take(columns, zeros(columns))
        for entity, at, value, quality in rows:
            if not quality and at >= expected.get(entity, (at, 0))[0]:
                expected[entity] = (at, value)
    for entity in (1, 2, 3):
        found = latest.value(entity, QUANTITY)
        assert (found and (found[1], int(found[0]))) == expected.get(entity)
