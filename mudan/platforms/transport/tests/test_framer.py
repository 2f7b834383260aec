"""Is the stream cut the same way however it arrives, and is what is held bounded?"""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.connect.session import Junk, Piece
from mudan.platforms.transport.codec.frame import MAX_ESCAPED, encode, inner_of
from mudan.platforms.transport.connector.framer import TerminalFramer
from mudan.platforms.transport.tests.wire import OLD, junk_in, position


def fed(*chunks: bytes) -> list[Piece]:
    """The pieces of a stream that ends."""
    framer = TerminalFramer()
    return [piece for chunk in chunks for piece in framer.feed(chunk)] + framer.finish()


@settings(max_examples=150, deadline=None, database=None)
@given(st.lists(st.binary(max_size=40).map(lambda raw: raw.replace(b"x", b"\x7e")), max_size=8))
def test_chunks_do_not_matter(chunks: list[bytes]) -> None:
    assert fed(*chunks) == fed(b"".join(chunks))


def test_frames_may_share_a_flag_or_stand_apart() -> None:
    one, other = encode(0x0002, b"", OLD, 1)[0], encode(0x0200, position(), OLD, 2)[0]
    assert fed(one + other) == fed(one[:-1] + other) == [inner_of(one), inner_of(other)]


def test_bytes_before_the_first_flag_are_junk() -> None:
    pieces = fed(b"GET / HTTP/1.1\r\n" + encode(0x0002, b"", OLD, 1)[0])
    assert isinstance(pieces[0], Junk)
    assert pieces[0].raw == b"GET / HTTP/1.1\r\n"
    assert len(pieces) == 2


def test_what_never_ends_is_reported_once_and_not_held() -> None:
    framer = TerminalFramer()
    noise = random.Random(1)
    pieces = framer.feed(b"\x7e")
    for _ in range(1000):
        pieces += framer.feed(noise.randbytes(100).replace(b"\x7e", b"\x00"))
        assert framer.pending() <= MAX_ESCAPED
    assert len(junk_in(pieces)) == len(pieces) == 1
    assert framer.feed(encode(0x0002, b"", OLD, 1)[0]) == [inner_of(encode(0x0002, b"", OLD, 1)[0])]
