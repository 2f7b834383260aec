"""Does the codec read what it writes, and never fail but by DecodeError?"""

import contextlib
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.observations.model import Quality
from mudan.platforms.water.codec import message_of, packed, unpacked
from mudan.platforms.water.codec.ascii import ascii_report
from mudan.platforms.water.codec.build import head, numbers, rain_5min, station_guide, time_guide
from mudan.platforms.water.codec.crc import Checksums, crc16
from mudan.platforms.water.codec.values import number_data, number_of, rain_series, rain_series_data
from mudan.platforms.water.model import words
from mudan.platforms.water.model.elements import ELEMENTS
from mudan.platforms.water.model.words import Frame
from mudan.platforms.water.observations import decode, readings
from mudan.primitives.errors import DecodeError, Invalid

STATION: Final = "0051170203"
FEW: Final = settings(max_examples=80, deadline=None, database=None)
BYTES: Final = st.integers(0, 255)
PLAIN: Final = [id_ for id_ in ELEMENTS if not "F5" <= id_ <= "FC"]


def report(rest: bytes, func: int = words.TIMED) -> bytes:
    """A report of the station, with serial 7."""
    body = head(7, "250719090000") + station_guide(STATION, 0x48) + time_guide("2507190900") + rest
    return uplink(func, body)


def uplink(func: int, body: bytes, *, ascii_: bool = False) -> bytes:
    """A frame of the station round a body."""
    frame = Frame(
        up=True,
        center=1,
        station=STATION,
        password="1234",  # noqa: S106 - made up
        func=func,
        end=words.ETX,
        body=body,
        ascii=ascii_,
    )
    return packed(frame)


@FEW
@given(
    up=st.booleans(),
    ascii_=st.booleans(),
    func=BYTES,
    end=st.sampled_from(sorted(words.END_NAMES)),
    body=st.binary(min_size=1, max_size=300),
    numbers_=st.one_of(st.none(), st.tuples(st.integers(1, 4095), st.integers(0, 4095)).map(sorted)),
)
def test_a_frame_is_read_as_it_was_written(
    up: bool, ascii_: bool, func: int, end: int, body: bytes, numbers_: list[int] | None
) -> None:
    number, total = numbers_ or (None, None)
    frame = Frame(up, 9, STATION, "a1b2", func, end, body, total, number, ascii_)
    raw = packed(frame)
    again = unpacked(raw)
    assert packed(again) == raw
    assert (again.body, again.station, again.total, again.number) == (body, STATION, total, number)


@FEW
@given(up=st.booleans(), func=BYTES, body=st.binary(min_size=1, max_size=120), ascii_=st.booleans())
def test_any_body_behind_a_right_checksum_decodes_or_raises_decode_error(
    up: bool, func: int, body: bytes, ascii_: bool
) -> None:
    top = b"0007250719090000" if ascii_ else head(7, "250719090000")
    for tried in (body, top + body, top + station_guide(STATION, 0x48) + body):
        with contextlib.suppress(DecodeError):
            decode(packed(Frame(up, 9, STATION, "a1b2", func, words.ETX, tried, ascii=ascii_)))


@FEW
@given(rest=st.binary(max_size=60), func=st.sampled_from(sorted(words.MEASURED)))
def test_any_elements_decode_or_raise_decode_error(rest: bytes, func: int) -> None:
    for before in (b"", b"\x04\x18\x00\x00\x05"):
        with contextlib.suppress(DecodeError):
            decode(report(before + rest, func))


@FEW
@given(data=st.binary(min_size=1, max_size=80), cut=st.tuples(st.integers(0, 80), st.integers(0, 80)))
def test_the_checksum_of_any_part_is_known_at_once(data: bytes, cut: tuple[int, int]) -> None:
    begin, end = sorted(min(at, len(data)) for at in cut)
    buffer = bytearray(data[:begin])
    sums = Checksums(buffer)
    sums.of(0, begin)
    buffer += data[begin:]
    assert sums.of(begin, end) == crc16(data[begin:end])
    sums.drop(begin)
    del buffer[:begin]
    assert sums.of(0, end - begin) == crc16(data[begin:end])


def test_the_checksum_is_the_known_one() -> None:
    assert crc16(b"123456789") == 0x4B37


@pytest.mark.parametrize("id_", PLAIN)
def test_every_plain_element_yields_its_quantity(id_: str) -> None:
    element = ELEMENTS[id_]
    value = 5 / 10**element.decimals
    message = message_of(unpacked(report(numbers({id_: value}))))
    (reading,) = readings(message)
    assert reading.quantity == element.quantity
    assert message.groups[0].items[0].value == value


@FEW
@given(scaled=st.integers(-9_999_999, 9_999_999), decimals=st.integers(0, 5))
def test_a_number_survives_the_wire(scaled: int, decimals: int) -> None:
    value = scaled / 10**decimals
    definition, data = number_data(value, 4, decimals)
    assert len(data) == definition >> 3
    assert number_of(data, definition & 7) == value


def test_a_number_that_does_not_fit_is_invalid() -> None:
    with pytest.raises(Invalid):
        number_data(1_000.0, 2, 2)


def test_rain_over_a_byte_is_carried_into_the_next_five_minutes() -> None:
    assert rain_series(rain_series_data([30.0, 1.0, None])) == [25.4, 5.6, None]


def test_hour_groups_may_be_timed_by_their_last_value() -> None:
    message = message_of(unpacked(report(rain_5min([0.5] * 12), words.HOURLY)))
    first_of_start = next(iter(readings(message))).observed_at
    *_, last_of_end = readings(message, series_end=True)
    assert first_of_start == last_of_end.observed_at
    assert len(list(readings(message))) == 12
    first_of_end = next(iter(readings(message, series_end=True))).observed_at
    assert first_of_start - first_of_end == timedelta(minutes=55)


@pytest.mark.parametrize(
    ("func", "quality"),
    [(words.TEST, Quality.TEST), (words.TIMED, Quality.GOOD), (words.QUERY_PERIOD, Quality.REPLAYED)],
)
def test_tests_and_memories_are_marked(func: int, quality: Quality) -> None:
    (reading,) = readings(message_of(unpacked(report(numbers({"39": 41.2}), func))))
    assert reading.quality == quality


def test_a_value_outside_the_plausible_is_doubtful() -> None:
    (reading,) = readings(message_of(unpacked(report(numbers({"46": 15.0})))))
    assert reading.quality == Quality.DOUBTFUL


def test_an_ascii_report_says_the_same_as_a_hex_one() -> None:
    body = ascii_report(7, "250719090000", STATION, 0x48, "2507190900", [("39", 41.2), ("38", 12.5)])
    raw = uplink(words.TIMED, body, ascii_=True)
    assert decode(raw)[0].readings == decode(report(numbers({"39": 41.2, "38": 12.5})))[0].readings


def test_wrong_clocks_are_told_as_sent_and_yield_no_readings() -> None:
    body = head(7, "250231250000") + station_guide(STATION, 0x48) + time_guide("2513990900")
    raw = uplink(words.TIMED, body + numbers({"39": 1.0}))
    (told,) = decode(raw)
    assert (told.message["time"], told.message["sent_at"], told.readings) == ("250231250000", None, ())
