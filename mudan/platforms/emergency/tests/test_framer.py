"""Are packets found in any stream, however it is cut and whatever lies between them?"""

from hypothesis import given
from hypothesis import strategies as st

from mudan.connect.session import Junk
from mudan.platforms.emergency.connector import EmergencyFramer
from mudan.platforms.emergency.tests.centre import Centre, component

CENTRE = Centre()
PACKETS = [CENTRE.sent(component(number, 3)) for number in range(3)] + [
    CENTRE.sent("150101"),
    CENTRE.sent(""),
]
NOISE = st.binary(max_size=40).map(lambda raw: raw.replace(b"@", b"."))
INNER_END = CENTRE.sent("96012323404023232323")


def cut(stream: bytes, sizes: list[int]) -> list[bytes | Junk]:
    """The pieces of a stream that arrives in parts of these sizes."""
    framer, pieces, at = EmergencyFramer(), [], 0
    for size in sizes:
        pieces += framer.feed(stream[at : at + size])
        at += size
    pieces += framer.feed(stream[at:])
    return pieces + framer.finish()


@given(
    parts=st.lists(st.one_of(st.sampled_from(PACKETS), NOISE), max_size=12),
    sizes=st.lists(st.integers(1, 90), max_size=30),
)
def test_every_packet_is_found_and_no_byte_is_lost(parts: list[bytes], sizes: list[int]) -> None:
    pieces = cut(b"".join(parts), sizes)
    assert [piece for piece in pieces if isinstance(piece, bytes)] == [
        part for part in parts if part in PACKETS
    ]
    whole = b"".join(piece.raw if isinstance(piece, Junk) else piece for piece in pieces)
    assert whole == b"".join(parts)


@given(raw=st.binary(max_size=600), sizes=st.lists(st.integers(1, 90), max_size=30))
def test_any_bytes_come_out_as_they_went_in(raw: bytes, sizes: list[int]) -> None:
    stream = b"@@" + raw + PACKETS[0]
    pieces = cut(stream, sizes)
    assert b"".join(piece.raw if isinstance(piece, Junk) else piece for piece in pieces) == stream


def test_ends_and_starts_within_the_data_are_data() -> None:
    assert cut(INNER_END + PACKETS[0], [5, 20]) == [INNER_END, PACKETS[0]]


def test_a_packet_with_a_wrong_sum_is_junk_of_its_own() -> None:
    spoilt = bytearray(PACKETS[0])
    spoilt[-3] ^= 1
    first, second = cut(bytes(spoilt) + PACKETS[1], [])
    assert isinstance(first, Junk)
    assert first.raw == bytes(spoilt)
    assert first.reason.startswith("bad_checksum")
    assert second == PACKETS[1]


def test_a_good_packet_within_a_broken_one_is_found() -> None:
    broken = bytearray(CENTRE.sent("9601" + PACKETS[3].hex()))
    broken[-3] ^= 1
    assert PACKETS[3] in cut(bytes(broken), [])


def test_a_length_over_the_bound_does_not_hold_the_stream() -> None:
    claims = PACKETS[0][:24] + b"\xff\xff"
    assert cut(claims + PACKETS[1], [])[-1] == PACKETS[1]
