"""Are frames kept byte for byte, on the right side of midnight, and shown newest first?"""

import pytest

from mudan.core.frames import actions, queries
from mudan.core.frames.model import Frame, Verdict
from mudan.core.observations.actions import prepare_days
from mudan.primitives.clock import US_PER_S, to_us
from mudan.storage.pool import Connection
from tests.database import START

pytestmark = pytest.mark.anyio
NOW = to_us(START)
RAW = bytes(range(256))


async def test_a_bad_frame_is_kept_with_what_was_wrong_with_it(work: Connection) -> None:
    frame = Frame(RAW, NOW, "10.0.0.1:9", Verdict.BAD, "dev\0ice", None, "crc \ud800", 254, "§6.2")
    await actions.keep(work, "water", [frame], keep_good=False)
    [row] = await queries.page(work, "water", Verdict.BAD, None, 10)
    assert (bytes(row["raw"]), row["fault_offset"], row["clause"]) == (RAW, 254, "§6.2")
    assert (row["device"], row["reason"]) == ("dev␀ice", "crc ?")
    assert await queries.counts_since(work, "water", START) == {"bad": 1}


async def test_good_frames_are_kept_only_when_they_are_wanted(work: Connection) -> None:
    await prepare_days(work, START.date())
    good = Frame(RAW, NOW, "peer")
    await actions.keep(work, "water", [good], keep_good=False)
    assert await queries.page(work, "water", Verdict.GOOD, None, 10) == []
    await actions.keep(work, "water", [good], keep_good=True)
    [row] = await queries.page(work, "water", Verdict.GOOD, None, 10)
    assert bytes(row["raw"]) == RAW


async def test_a_batch_over_midnight_is_kept_on_both_sides(work: Connection) -> None:
    await prepare_days(work, START.date())
    midnight = to_us(START.replace(hour=0)) + 86_400 * US_PER_S
    frames = [Frame(bytes([n]), midnight + (n - 2) * US_PER_S, "peer") for n in range(4)]
    await actions.keep(work, "water", frames, keep_good=True)
    cursor = await work.execute(
        "select tableoid::regclass::text as day, count(*)::int as n from frame_good group by 1 order by 1"
    )
    assert [tuple(row.values()) for row in await cursor.fetchall()] == [
        ("frame_good_20261123", 2),
        ("frame_good_20261124", 2),
    ]


async def test_pages_go_on_where_the_last_one_ended(work: Connection) -> None:
    frames = [Frame(bytes([n]), NOW + n, "peer", Verdict.REFUSED) for n in range(5)]
    await actions.keep(work, "water", frames, keep_good=False)
    first = await queries.page(work, "water", Verdict.REFUSED, None, 3)
    second = await queries.page(work, "water", Verdict.REFUSED, first[-1]["id"], 3)
    assert [bytes(row["raw"]) for row in first + second] == [bytes([n]) for n in (4, 3, 2, 1, 0)]
    assert await queries.page(work, "other", Verdict.REFUSED, None, 3) == []
