"""Are the days made ahead, and does what came under a wrong clock move into its day?"""

from datetime import date, timedelta

import pytest
from psycopg import sql

from mudan.core.frames import actions as frames
from mudan.core.frames.model import Frame
from mudan.core.observations import actions, store
from mudan.core.observations.model import Columns
from mudan.primitives.clock import to_us
from mudan.storage.pool import Connection
from tests.core.observations.batches import batch, zeros
from tests.database import START

pytestmark = pytest.mark.anyio
TODAY = START.date()


async def _counts(work: Connection, table: str) -> dict[str, int]:
    question = sql.SQL("select tableoid::regclass::text as part, count(*)::int as n from {} group by 1")
    cursor = await work.execute(question.format(sql.Identifier(table)))
    return {row["part"]: row["n"] for row in await cursor.fetchall()}


async def _write(work: Connection, columns: Columns, known: frozenset[str]) -> int:
    return await store.write(work, columns, zeros(columns), known)


async def test_days_are_made_from_yesterday_to_a_week_ahead(work: Connection) -> None:
    known = await actions.prepare_days(work, TODAY)
    days = [TODAY + timedelta(days=n) for n in range(-1, 8)]
    assert {f"observation_{day:%Y%m%d}" for day in days} <= known
    assert f"observation_{TODAY + timedelta(days=8):%Y%m%d}" not in known


async def test_making_them_again_makes_nothing(work: Connection) -> None:
    known = await actions.prepare_days(work, TODAY)
    assert await store.make_partitions(work, TODAY.isoformat(), 3) == []
    assert await actions.prepare_days(work, TODAY) == known


async def test_observations_go_into_their_day_and_those_of_no_day_aside(work: Connection) -> None:
    known = await actions.prepare_days(work, TODAY)
    noon = to_us(START)
    columns = batch((noon, 1.0), (noon + 86_400_000_000, 2.0), (noon + 400 * 86_400_000_000, 3.0))
    assert await _write(work, columns, known) == 3
    assert await _counts(work, "observation") == {
        "observation_20261123": 1,
        "observation_20261124": 1,
        "observation_default": 1,
    }


async def test_what_lies_aside_moves_into_its_day_when_that_is_made(work: Connection) -> None:
    moment = to_us(START)
    await _write(work, batch((moment, 1.0), (moment + 1, 2.0)), frozenset())
    assert await _counts(work, "observation") == {"observation_default": 2}
    await actions.prepare_days(work, TODAY)
    assert await _counts(work, "observation") == {"observation_20261123": 2}


async def test_good_frames_of_a_wrong_clock_move_into_their_day_as_well(work: Connection) -> None:
    await frames.keep(work, "water", [Frame(b"\x01", to_us(START), "peer")], keep_good=True)
    assert await _counts(work, "frame_good") == {"frame_good_default": 1}
    await actions.prepare_days(work, TODAY)
    assert await _counts(work, "frame_good") == {"frame_good_20261123": 1}


async def test_a_partition_made_meanwhile_is_found(work: Connection) -> None:
    recorder = actions.Recorder(frozenset(), Columns.empty())
    await actions.prepare_days(work, TODAY)
    columns = batch((to_us(START), 1.0))
    assert await recorder.record(work, columns, zeros(columns), to_us(START)) == 1
    assert "observation_20261123" in recorder.partitions
    assert await _counts(work, "observation") == {"observation_20261123": 1}


async def test_days_of_good_frames_are_dropped_whole_and_only_when_over(work: Connection) -> None:
    await actions.prepare_days(work, TODAY)
    dropped = await frames.forget_good(work, START, 24)
    assert dropped == []
    dropped = await frames.forget_good(work, START + timedelta(days=1, hours=1), 24)
    assert dropped == [f"frame_good_{date(2026, 11, 22):%Y%m%d}"]
