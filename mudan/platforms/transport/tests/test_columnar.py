"""Do columns and the plain decoder see the same in every position?"""

import time
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.connect.lane import Item
from mudan.core.observations.model import Columns, Quality
from mudan.platforms.transport.codec.columnar import Origin, matrix_of, positions_of
from mudan.platforms.transport.codec.frame import Speech, encode, inner_of
from mudan.platforms.transport.codec.position import parse_position
from mudan.platforms.transport.connector.link import code_of
from mudan.platforms.transport.observations import OF_PLACE, columns_of, quality_of, values_of
from mudan.platforms.transport.platform import WIRING
from mudan.platforms.transport.tests.wire import NEW, NOW_US, OLD, Bench, position, replies

IDS = {name: number for number, name in enumerate(WIRING.quantities)}
Seen = Counter[tuple[int, int, float, int, int]]

ITEM = st.one_of(
    st.tuples(
        st.sampled_from([(0x01, 4), (0x02, 2), (0x30, 1), (0x31, 1), (0x25, 4)]),
        st.binary(min_size=4, max_size=4),
    ).map(lambda drawn: bytes(drawn[0]) + drawn[1][: drawn[0][1]]),
    st.tuples(st.integers(0, 255), st.binary(max_size=5)).map(
        lambda drawn: bytes((drawn[0], len(drawn[1]))) + drawn[1]
    ),
    st.binary(min_size=1, max_size=3),  # cut off, as some makers send them
)
TIME = st.one_of(
    st.datetimes().map(lambda moment: bytes.fromhex(moment.strftime("%y%m%d%H%M%S"))),
    st.binary(min_size=6, max_size=6),
)
BODY = st.builds(
    lambda head, moment, items: head + moment + b"".join(items),
    st.binary(min_size=22, max_size=22),
    TIME,
    st.lists(ITEM, max_size=4),
)


def plain(body: bytes, row: int) -> Seen:
    """What the plain decoder sees."""
    found = parse_position(body)
    if found.local_us is None:
        return Counter()
    place = int(quality_of(found))
    return Counter(
        (row, IDS[name], value, found.local_us - 7, place if name in OF_PLACE else 0)
        for name, value in values_of(found).items()
    )


def seen(columns: Columns) -> Seen:
    """The rows of columns."""
    parts = (columns.entity, columns.quantity, columns.value, columns.observed_us, columns.quality)
    return Counter(zip(*(part.tolist() for part in parts), strict=True))


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(BODY, min_size=1, max_size=12))
def test_columns_give_what_the_plain_decoder_gives(bodies: list[bytes]) -> None:
    size = max(map(len, bodies))
    same = [body.ljust(size, b"\x00") for body in bodies]
    parts, left = positions_of(matrix_of(same))
    rows = range(len(same))
    zeros = [0] * len(same)
    times = Columns.of(rows, zeros, zeros, [7] * len(same), zeros, zeros)
    origin = Origin(times.entity, times.received_us, times.observed_us, times.quality, times.entity >= 0)
    got = seen(Columns.joined(columns_of(part, origin, IDS) for part in parts))
    for row in left.tolist():
        got += plain(same[row], row)
    assert got == sum((plain(body, row) for row, body in enumerate(same)), Counter())


def test_a_batch_gives_the_same_as_its_frames_one_by_one() -> None:
    for speech in (OLD, NEW):
        frames = [
            encode(0x0200, position(latitude=30 + n / 1e6, longitude=0x7E7D7E / 1e6), speech, n)[0]
            for n in range(200)
        ]
        batch, single = Bench(), Bench()
        (one, other) = batch.session(), single.session()
        batch.login(one, speech)
        single.login(other, speech)
        whole = batch.digest(one, *frames)
        parts = [single.digest(other, frame) for frame in frames]
        places = [IDS[name] for name in OF_PLACE]

        def of_place(columns: Columns, places: list[int] = places) -> Seen:
            return Counter({key: times for key, times in seen(columns).items() if key[1] in places})

        assert of_place(whole.batch.columns) == sum(
            (of_place(part.batch.columns) for part in parts), Counter()
        )
        assert len(whole.batch.columns) >= 200 * 5
        ours = [(reply["serial"], reply["answered_serial"]) for reply in replies(whole)]
        assert ours == [(n + 1, n) for n in range(200)]
        assert not whole.batch.frames


def test_spoilt_frames_of_a_batch_are_kept_and_the_others_taken() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    frames = [encode(0x0200, position(), OLD, n)[0] for n in range(20)]
    frames[3] = frames[3][:20] + b"\x55" + frames[3][21:]
    digest = bench.digest(session, *frames)
    assert len(replies(digest)) == 19
    (bad,) = digest.batch.frames
    assert bad.clause == "JT/T 808-2013 §4.4.4"
    assert bad.raw == frames[3]


def test_a_blind_area_batch_is_replayed() -> None:
    bench = Bench()
    session = bench.session()
    bench.login(session)
    for count in (1, 9):  # one by one, and as columns
        items = [position(latitude=30 + n / 1e6, status=0) for n in range(count)]
        body = (
            count.to_bytes(2, "big")
            + b"\x01"
            + b"".join(len(each).to_bytes(2, "big") + each for each in items)
        )
        columns = bench.digest(session, *encode(0x0704, body, OLD, 5)).batch.columns
        late = [
            quality
            for number, quality in zip(columns.quantity, columns.quality, strict=True)
            if number == IDS["latitude"]
        ]
        assert late == [Quality.REPLAYED | Quality.DOUBTFUL] * count


def test_four_thousand_positions_take_far_less_than_fifty_microseconds_each() -> None:
    phones = [f"{13_800_000_000 + n:012d}" for n in range(4000)]
    bench = Bench(*phones)
    items: list[Any] = []
    for phone in phones:
        session = bench.session()
        speech = Speech(bytes.fromhex(phone), None)
        bench.login(session, speech)
        items.append(Item(session, inner_of(encode(0x0200, position(), speech, 1)[0]), NOW_US))
    assert code_of(bench.centre.secret, phones[0]).isascii()
    took_s = []
    for _ in range(3):
        start = time.perf_counter()
        digest = bench.terminals.reception.digest(items)
        took_s.append(time.perf_counter() - start)
    assert len(digest.replies) == 4000
    assert min(took_s) / 4000 < 50e-6
