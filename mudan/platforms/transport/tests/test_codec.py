"""Do frames keep what was put into them, and does a broken one only ever raise DecodeError?"""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.platforms.transport.codec import compose
from mudan.platforms.transport.codec.frame import (
    MAX_BODY,
    Speech,
    check_of,
    encode,
    escaped,
    inner_of,
    unescaped,
)
from mudan.platforms.transport.codec.message import BODIES, decode_frame, fields_of
from mudan.platforms.transport.codec.parameters import encode_parameters
from mudan.platforms.transport.platform import decode
from mudan.platforms.transport.tests.wire import NEW, OLD, position
from mudan.primitives.errors import DecodeError, Invalid

FEW = settings(max_examples=200, deadline=None, database=None)
SPEECH = st.one_of(
    st.binary(min_size=6, max_size=6).map(lambda phone: Speech(phone, None)),
    st.tuples(st.binary(min_size=10, max_size=10), st.integers(0, 255)).map(lambda both: Speech(*both)),
)


@FEW
@given(st.binary(max_size=300))
def test_random_bytes_raise_decode_error_or_decode(raw: bytes) -> None:
    with contextlib.suppress(DecodeError):
        list(decode(raw))


@FEW
@given(st.sampled_from(sorted(BODIES)), st.booleans(), st.binary(max_size=200))
def test_a_whole_frame_of_any_message_with_any_body_raises_decode_error_or_decodes(
    msg_id: int, new: bool, body: bytes
) -> None:
    with contextlib.suppress(DecodeError):
        list(decode(encode(msg_id, body, NEW if new else OLD, 1)[0]))


@FEW
@given(st.binary(max_size=100))
def test_escaping_is_undone(raw: bytes) -> None:
    assert unescaped(inner_of(escaped(raw))) == raw


@FEW
@given(SPEECH, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.binary(max_size=3000))
def test_a_message_comes_back_whole(speech: Speech, msg_id: int, serial: int, body: bytes) -> None:
    found = [decode_frame(frame) for frame in encode(msg_id, body, speech, serial)]
    assert b"".join(each.body for each in found) == body
    assert [each.header.serial for each in found] == [serial + n & 0xFFFF for n in range(len(found))]
    assert all(each.header.phone == speech.phone and each.header.msg_id == msg_id for each in found)
    assert all(len(each.body) <= MAX_BODY for each in found)
    if len(found) > 1:
        assert [each.header.package_no for each in found] == list(range(1, len(found) + 1))


def test_the_example_of_the_standard_is_escaped_as_printed() -> None:
    assert escaped(bytes.fromhex("307E087D55")).hex() == "7e307d02087d01557e"  # §4.4.2


def test_undoing_escapes_makes_no_new_ones() -> None:
    assert unescaped(bytes.fromhex("7D0102")) == bytes.fromhex("7D02")
    with pytest.raises(DecodeError) as caught:
        unescaped(bytes.fromhex("307D7D02"))
    assert caught.value.offset == 1


@pytest.mark.parametrize("speech", [OLD, NEW])
def test_what_the_centre_writes_reads_back(speech: Speech) -> None:
    new = speech.version is not None

    def back(msg_id: int, body: bytes) -> dict[str, object]:
        return fields_of(decode_frame(encode(msg_id, body, speech, 3)[0]))

    assert back(0x8001, compose.answer(9, 0x0200, 1))["answered_id"] == "0200"
    assert back(0x8003, compose.resend(5, [2, 3], new=new))["packages_missing"] == [2, 3]
    assert back(0x8100, compose.registration_answer(1, 0, "CODE"))["code"] == "CODE"
    assert "code" not in back(0x8100, compose.registration_answer(1, 4))
    assert back(0x8300, compose.text("前往水库", urgent=True, new=new))["urgent"] is True
    assert back(0x8300, compose.text("前往水库", urgent=False, new=new))["text"] == "前往水库"
    assert back(0x8202, compose.track(5, 60))["valid_s"] == 60
    assert back(0x8203, compose.confirm_alarm(0, 1))["mask"] == "00000001"
    assert back(0x8800, compose.media_answer(7, [4]))["packages_missing"] == [4]
    edition = 2019 if new else 2013
    assert back(0x0100, compose.registration(edition, "M", "X", "1", 2, "渝A12345"))["plate"] == "渝A12345"
    assert back(0x0102, compose.authentication("CODE", new=new))["code"] == "CODE"
    batch = back(0x0704, compose.batch([position(), position()], replayed=True))
    assert batch["type"] == 1
    assert batch["count"] == 2


def test_parameters_are_written_by_name_or_number() -> None:
    body = encode_parameters({"heartbeat_s": 30, "host": "example.org", "0084": 2, "F366": "hex:0102"})
    fields = fields_of(decode_frame(encode(0x8103, body, OLD, 0)[0]))
    values = {entry["id"]: entry.get("value", entry["hex"]) for entry in fields["parameters"]}
    assert values == {"0001": 30, "0013": "example.org", "0084": 2, "F366": "0102"}
    for wrong in ({"nothing": 1}, {"heartbeat_s": -1}, {"plate_colour": 256}, {}):
        with pytest.raises(Invalid):
            encode_parameters(wrong)


def test_the_check_is_the_xor_of_all_bytes() -> None:
    assert check_of(b"123456789") == 0x31
