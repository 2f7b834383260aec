"""Where does one frame begin and end, and is it whole?

    7E │ header │ body 0..1023 │ check │ 7E          between the flags: 7E → 7D 02, 7D → 7D 01
                                  └ XOR of header and body, before escaping

    header    2013: id 2 │ attributes 2 │           phone 6  │ serial 2 │ [packets 2 │ number 2]
              2019: id 2 │ attributes 2 │ version 1 │ phone 10 │ serial 2 │ [packets 2 │ number 2]
    attributes      bit 15 ·  14 version mark  13 split  12-10 encryption  9-0 body length

JT/T 808-2013 §4.4; the version mark and the ten phone bytes are of 2019.
"""

from functools import reduce
from operator import xor
from struct import Struct
from typing import Final, NamedTuple

import numpy as np

from mudan.platforms.transport.model import Header
from mudan.primitives.errors import DecodeError

FLAG: Final = b"\x7e"
MAX_BODY: Final = 1023
MAX_INNER: Final = 21 + MAX_BODY + 1  # the longest header, body and check
MAX_ESCAPED: Final = 2 * MAX_INNER
VERSIONED: Final = 0x4000
SPLIT: Final = 0x2000
LONG: Final = 64  # bytes from where setting up a vector costs less than a loop

_PLAIN = Struct(">HH6sH")
_NEW = Struct(">HHB10sH")


class Whole(NamedTuple):
    """A frame that proved whole: header, body, where the body starts, and the check byte."""

    header: Header
    body: bytes
    body_at: int
    check: int


class Speech(NamedTuple):
    """How a terminal is spoken to: the phone bytes and version it uses itself (version None is 2013)."""

    phone: bytes
    version: int | None


def inner_of(frame: bytes) -> bytes:
    """A frame without its flags, if it has them."""
    if frame[:1] == FLAG:
        frame = frame[1:]
    return frame[:-1] if frame[-1:] == FLAG else frame


def unescaped(inner: bytes) -> bytes:
    """The bytes between the flags with escapes undone; raises DecodeError for any other use of 7D or 7E."""
    if FLAG in inner:
        raise DecodeError("a flag inside a frame", offset=inner.index(FLAG), clause="JT/T 808-2013 §4.4.2")
    if b"\x7d" not in inner:
        return inner
    if inner.count(b"\x7d") != inner.count(b"\x7d\x01") + inner.count(b"\x7d\x02"):
        raise DecodeError(
            "7D is followed by neither 01 nor 02", offset=_stray_escape(inner), clause="JT/T 808-2013 §4.4.2"
        )
    # 02 first: undoing 01 first would make new pairs out of "7D 01 02".
    return inner.replace(b"\x7d\x02", FLAG).replace(b"\x7d\x01", b"\x7d")


def escaped(inner: bytes) -> bytes:
    """Header, body and check with escapes, between flags."""
    return FLAG + inner.replace(b"\x7d", b"\x7d\x01").replace(FLAG, b"\x7d\x02") + FLAG


def check_of(data: bytes) -> int:
    """XOR of all bytes (§4.4.4)."""
    if len(data) < LONG:
        return reduce(xor, data, 0)
    return int(np.bitwise_xor.reduce(np.frombuffer(data, np.uint8)))


def whole(inner: bytes) -> Whole:
    """Prove an unescaped frame whole. Raises DecodeError for its length or check."""
    size = len(inner)
    if size < 13:
        raise DecodeError(
            f"{size} bytes are shorter than any frame", offset=size, clause="JT/T 808-2013 §4.4.3"
        )
    attributes = inner[2] << 8 | inner[3]
    new = bool(attributes & VERSIONED)
    body_at = (17 if new else 12) + (4 if attributes & SPLIT else 0)
    if size != body_at + (attributes & MAX_BODY) + 1:
        raise DecodeError(
            f"the header announces {attributes & MAX_BODY} bytes of body, there are {size - body_at - 1}",
            offset=2,
            clause="JT/T 808-2013 §4.4.3",
        )
    if check_of(inner):
        raise DecodeError("the check byte does not match", offset=size - 1, clause="JT/T 808-2013 §4.4.4")
    return Whole(_header(inner, attributes, body_at), inner[body_at:-1], body_at, inner[-1])


def encode(msg_id: int, body: bytes, speech: Speech, serial: int) -> list[bytes]:
    """The frames of one message, flags and escapes included; split when the body is over 1023 bytes.

    Packets take consecutive serials from `serial` on (§4.4.3).
    """
    parts = [body[at : at + MAX_BODY] for at in range(0, len(body), MAX_BODY)] or [b""]
    if len(parts) == 1:
        return [_sealed(msg_id, body, speech, serial, b"")]
    total = len(parts).to_bytes(2, "big")
    return [
        _sealed(msg_id, part, speech, serial + number & 0xFFFF, total + (number + 1).to_bytes(2, "big"))
        for number, part in enumerate(parts)
    ]


def _header(inner: bytes, attributes: int, body_at: int) -> Header:
    version = None
    if attributes & VERSIONED:
        msg_id, _, version, phone, serial = _NEW.unpack_from(inner)
    else:
        msg_id, _, phone, serial = _PLAIN.unpack_from(inner)
    packages = number = 0
    if attributes & SPLIT:
        packages = int.from_bytes(inner[body_at - 4 : body_at - 2], "big")
        number = int.from_bytes(inner[body_at - 2 : body_at], "big")
    return Header(msg_id, attributes, version, phone, serial, packages, number)


def _sealed(msg_id: int, body: bytes, speech: Speech, serial: int, packet: bytes) -> bytes:
    attributes = len(body) | (SPLIT if packet else 0)
    if speech.version is None:
        head = _PLAIN.pack(msg_id, attributes, speech.phone, serial)
    else:
        head = _NEW.pack(msg_id, attributes | VERSIONED, speech.version, speech.phone, serial)
    inner = head + packet + body
    return escaped(inner + bytes((check_of(inner),)))


def _stray_escape(inner: bytes) -> int:
    at = inner.find(b"\x7d")
    while at >= 0 and inner[at + 1 : at + 2] in (b"\x01", b"\x02"):
        at = inner.find(b"\x7d", at + 1)
    return at
