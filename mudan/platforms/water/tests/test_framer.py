"""Does the framer find every frame, however the bytes arrive, and bear floods?"""

from time import perf_counter
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.connect.session import Junk, Piece
from mudan.platforms.water.codec import packed
from mudan.platforms.water.codec.build import head
from mudan.platforms.water.codec.frames import LONGEST
from mudan.platforms.water.connector import WaterFramer
from mudan.platforms.water.model import words
from mudan.platforms.water.model.words import Frame

ASCII_BODY: Final = b"0007250719090000"


def heartbeat(body: bytes, *, ascii_: bool) -> bytes:
    """A heartbeat in either encoding."""
    return packed(
        Frame(
            up=True,
            center=1,
            station="0051170203",
            password="1234",  # noqa: S106 - made up
            func=words.HEARTBEAT,
            end=words.ETX,
            body=body,
            ascii=ascii_,
        )
    )


HEARTBEAT: Final = heartbeat(head(7, "250719090000"), ascii_=False)
IN_ASCII: Final = heartbeat(ASCII_BODY, ascii_=True)
FALSE_START: Final = b"\x7e\x7e" + bytes(9) + b"\x0f\xf0\x02\x03"
FLOODS: Final = (b"\x7e", FALSE_START, b"\x01", b"\x01" + b"0" * 18 + b"0FF0\x02\x03")


def raw_of(piece: Piece) -> bytes:
    """The bytes of a piece, frame or junk."""
    return piece.raw if isinstance(piece, Junk) else piece


@settings(max_examples=60, deadline=None, database=None)
@given(
    parts=st.lists(st.one_of(st.sampled_from([HEARTBEAT, IN_ASCII]), st.binary(max_size=40)), max_size=8),
    size=st.integers(1, 60),
)
def test_no_byte_is_lost_and_cutting_changes_no_frame(parts: list[bytes], size: int) -> None:
    stream = b"".join(parts)
    whole, cut = WaterFramer(), WaterFramer()
    once = whole.feed(stream) + whole.finish()
    many = [piece for at in range(0, len(stream), size) for piece in cut.feed(stream[at : at + size])]
    many += cut.finish()
    assert b"".join(map(raw_of, once)) == stream == b"".join(map(raw_of, many))
    assert [one for one in once if type(one) is bytes] == [one for one in many if type(one) is bytes]


def test_frames_are_found_between_junk() -> None:
    pieces = WaterFramer().feed(b"+++ATH" + HEARTBEAT + b"\x7e\x7e\x00" + IN_ASCII)
    assert [raw_of(piece) for piece in pieces] == [b"+++ATH", HEARTBEAT, b"\x7e\x7e\x00", IN_ASCII]


def test_a_frame_with_a_wrong_checksum_is_junk_of_its_own() -> None:
    spoilt = HEARTBEAT[:-1] + bytes([HEARTBEAT[-1] ^ 1])
    first, second, third = WaterFramer().feed(spoilt + spoilt + HEARTBEAT)
    assert isinstance(first, Junk)
    assert isinstance(second, Junk)
    assert first.raw == second.raw == spoilt
    assert "CRC mismatch" in first.reason
    assert third == HEARTBEAT


def test_an_unfinished_frame_is_held_and_then_junk() -> None:
    framer = WaterFramer()
    assert framer.feed(HEARTBEAT[:-1]) == []
    assert framer.pending() == len(HEARTBEAT) - 1
    assert [raw_of(piece) for piece in framer.finish()] == [HEARTBEAT[:-1]]
    assert framer.pending() == 0


@pytest.mark.parametrize("unit", FLOODS)
def test_a_flood_of_false_starts_costs_what_honest_traffic_costs(unit: bytes) -> None:
    flood = unit * (120_000 // len(unit))
    framer = WaterFramer()
    began = perf_counter()
    kept = most = 0
    for at in range(0, len(flood), 4_096):
        kept += sum(map(len, framer.feed(flood[at : at + 4_096])))
        most = max(most, framer.pending())
    kept += sum(map(len, framer.finish()))
    assert kept == len(flood)
    assert most <= LONGEST
    assert perf_counter() - began < 5.0  # a quadratic search takes minutes
