"""What does a terminal say, apart from media and video? Bodies 0001 to 0A00 (JT/T 808-2013 §8)."""

import zlib
from collections.abc import Callable
from typing import Any, Final

from mudan.platforms.transport.codec.areas import AREAS
from mudan.platforms.transport.codec.parameters import parameters
from mudan.platforms.transport.codec.position import parse_position, position_fields
from mudan.platforms.transport.codec.reader import Reader, moment_of
from mudan.primitives.errors import DecodeError

Fields = dict[str, Any]
Parse = Callable[[Reader, bool], Fields]  # the flag says that the header is of 2019

MOST_UNPACKED: Final = 65_536  # bytes taken out of one compressed message


def nothing(_reader: Reader, _new: bool) -> Fields:
    """A message without body."""
    return {}


def general_answer(reader: Reader, _new: bool) -> Fields:
    """0001 and 8001 (§8.1, §8.2)."""
    return {
        "answered_serial": reader.u16(),
        "answered_id": f"{reader.u16():04x}",
        "result": reader.u8(),
    }


def resend(reader: Reader, _new: bool) -> Fields:
    """8003 and 0005 (§8.4): the count has one byte in 2013 and two in 2019; the length tells which."""
    first = reader.u16()
    count = reader.uint(2 - reader.left % 2)
    return {"first_serial": first, "packages_missing": [reader.u16() for _ in range(count)]}


def key(reader: Reader, _new: bool) -> Fields:
    """0A00 and 8A00 (§8.57): an RSA key."""
    return {"e": reader.u32(), "n": reader.take(128).hex()}


def position(reader: Reader, _new: bool) -> Fields:
    """0200 (§8.18)."""
    return position_fields(parse_position(reader.rest()))


def answered_position(reader: Reader, _new: bool) -> Fields:
    """0201 and 0500 (§8.20, §8.31): a position in answer to a message."""
    return {"answered_serial": reader.u16(), **position_fields(parse_position(reader.rest(), base=2))}


def batch_bodies(body: bytes) -> tuple[int, int, list[bytes]]:
    """0704 (§8.49): announced count, type (1 is blind area), the 0200 bodies that are there."""
    reader = Reader(body, clause="JT/T 808-2013 §8.49")
    count, kind = reader.u16(), reader.u8()
    bodies = _alike(body[3:])
    if bodies:
        return count, kind, bodies
    while reader.left >= 2:
        size = reader.u16()
        bodies.append(reader.take(min(size, reader.left)))
    return count, kind, bodies


def _alike(items: bytes) -> list[bytes]:
    """Bodies of one length, which a terminal's batch nearly always holds; none when they are not."""
    step = 2 + int.from_bytes(items[:2], "big")
    if len(items) < 2 or len(items) % step:
        return []
    starts = range(0, len(items), step)
    if any(items[at : at + 2] != items[:2] for at in starts):
        return []
    return [items[at + 2 : at + step] for at in starts]


def short_batch_bodies(body: bytes) -> list[bytes]:
    """0210, as some makers send it: 0200 bodies, each after its length in one byte."""
    reader = Reader(body)
    bodies = []
    while reader.left:
        size = reader.u8()
        bodies.append(reader.take(min(size, reader.left)))
    return bodies


def _registration(reader: Reader, new: bool) -> Fields:
    size = reader.left
    edition, widths = ("2019", (11, 30, 30)) if new else ("2013", (5, 20, 7))
    if not new and size < 37:
        edition, widths = "2011", (5, 8, 7)
    province, city = reader.u16(), reader.u16()
    maker, model, terminal = (reader.text(width) for width in widths)
    return {
        "version": edition,
        "province": province,
        "city": city,
        "maker": maker,
        "model": model,
        "terminal_id": terminal,
        "plate_colour": reader.u8(),
        "plate": reader.rest_text(),
    }


def _authentication(reader: Reader, new: bool) -> Fields:
    if not new:
        return {"code": reader.rest_text()}
    code = reader.counted()
    if not reader.left:
        return {"code": code}
    return {"code": code, "imei": reader.text(15), "software": reader.rest_text()}


def _parameters(reader: Reader, _new: bool) -> Fields:
    serial, count = reader.u16(), reader.u8()
    return {"answered_serial": serial, "count": count, "parameters": parameters(reader, count)}


def _attributes(reader: Reader, new: bool) -> Fields:
    body = reader.rest()
    layouts = ((5, 30, 30), (11, 30, 30)) if new else ((5, 20, 7), (5, 30, 30))
    for widths in layouts:
        trial = Reader(body, clause="JT/T 808-2013 §8.16")
        try:
            fields = _attributes_as(trial, widths)
        except DecodeError:
            continue
        if not trial.left:
            return fields
    return _attributes_as(Reader(body, clause="JT/T 808-2013 §8.16"), layouts[0])


def _attributes_as(reader: Reader, widths: tuple[int, int, int]) -> Fields:
    fields: Fields = {"type": reader.u16()}
    for name, width in zip(("maker", "model", "terminal_id"), widths, strict=True):
        fields[name] = reader.text(width)
    fields["iccid"] = reader.bcd(10)
    return fields | {
        "hardware": reader.counted(),
        "firmware": reader.counted(),
        "gnss": reader.u8(),
        "network": reader.u8(),
    }


def _batch(reader: Reader, _new: bool) -> Fields:
    count, kind, bodies = batch_bodies(reader.rest())
    return {
        "count": count,
        "type": kind,
        "items": [position_fields(parse_position(each)) for each in bodies if len(each) >= 28],
    }


def _short_batch(reader: Reader, _new: bool) -> Fields:
    bodies = short_batch_bodies(reader.rest())
    items = [position_fields(parse_position(each)) for each in bodies if len(each) >= 28]
    return {"count": len(items), "items": items}


def _driver(reader: Reader, _new: bool) -> Fields:
    body = reader.rest()
    if body[:1] not in (b"\x01", b"\x02") or moment_of(body[1:7].hex()) is None:
        return _driver_2011(Reader(body, clause="JT/T 808-2011 §8.34"))
    reader = Reader(body, clause="JT/T 808-2013 §8.47")
    fields: Fields = {"status": reader.u8(), "time": reader.moment()}
    if not reader.left:
        return fields
    fields["card_result"] = reader.u8()
    if not reader.left:
        return fields
    fields |= {"driver": reader.counted(), "licence": reader.text(20), "issuer": reader.counted()}
    fields["valid_until"] = reader.bcd(4)
    if reader.left >= 20:
        fields["id_number"] = reader.text(20)
    return fields


def _driver_2011(reader: Reader) -> Fields:
    return {
        "version": "2011",
        "driver": reader.counted(),
        "id_number": reader.text(20),
        "licence": reader.text(40),
        "issuer": reader.counted(),
    }


def _can(reader: Reader, _new: bool) -> Fields:
    count, digits = reader.u16(), reader.bcd(5)
    time = f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}.{digits[6:]}"
    items = []
    while reader.left >= 12:
        word = reader.u32()
        items.append(
            {
                "can_id": word & 0x1FFF_FFFF,
                "channel": word >> 31,
                "extended": bool(word >> 30 & 1),
                "mean": bool(word >> 29 & 1),
                "data": reader.take(8).hex(),
            }
        )
    return {"count": count, "time": time, "time_bcd": digits, "items": items}


def _recorder(reader: Reader, _new: bool) -> Fields:
    return {"answered_serial": reader.u16(), "command": reader.u8(), "block": reader.rest().hex()}


def _compressed(reader: Reader, _new: bool) -> Fields:
    size = reader.u32()
    data = reader.take(min(size, reader.left))
    fields: Fields = {"size": size, "hex": data.hex()}
    try:
        fields["unpacked"] = zlib.decompressobj(31).decompress(data, MOST_UNPACKED).hex()
    except zlib.error:
        fields["unpacked"] = None
    return fields


def transparent(reader: Reader, _new: bool) -> Fields:
    """0900 and 8900 (§8.55); F7 and F8 list peripherals (T/JSATL 12)."""
    kind = reader.u8()
    data = reader.rest()
    fields: Fields = {"type": kind, "hex": data.hex()}
    inner = Reader(data)
    try:
        if kind in (0xF7, 0xF8):
            fields["items"] = [_peripheral(inner, kind) for _ in range(inner.u8())]
    except DecodeError:
        pass  # another maker's use of the same type: the bytes are kept
    return fields


def _peripheral(reader: Reader, kind: int) -> Fields:
    fields: Fields = {"id": reader.u8()}
    inner = Reader(reader.take(reader.u8()))
    if kind == 0xF7:
        return fields | {"state": inner.u8(), "alarm": f"{inner.u32():08x}"}
    names = ("company", "model", "hardware", "firmware", "device_id", "user_code")
    return fields | {name: inner.counted() for name in names}


def _areas(reader: Reader, new: bool) -> Fields:
    kind, count = reader.u8(), reader.u32()
    parse = AREAS.get(kind)
    if parse is None or count > reader.left:
        return {"type": kind, "count": count, "hex": reader.rest().hex()}
    return {"type": kind, "count": count, "items": [parse(reader, new) for _ in range(count)]}


def _numbers(*names: str, size: int = 1) -> Parse:
    def parse(reader: Reader, _new: bool) -> Fields:
        return {name: reader.uint(size) for name in names}

    return parse


def _question_answer(reader: Reader, _new: bool) -> Fields:
    return {"answered_serial": reader.u16(), "answer": reader.u8()}


def _waybill(reader: Reader, _new: bool) -> Fields:
    size = reader.u32()
    return {"size": size, "text": reader.text(min(size, reader.left))}


TERMINAL: Final[dict[int, Parse]] = {
    0x0001: general_answer,
    0x0002: nothing,
    0x0003: nothing,
    0x0004: nothing,
    0x0005: resend,
    0x0100: _registration,
    0x0102: _authentication,
    0x0104: _parameters,
    0x0107: _attributes,
    0x0108: _numbers("type", "result"),
    0x0109: nothing,
    0x0200: position,
    0x0201: answered_position,
    0x0210: _short_batch,
    0x0301: _numbers("event"),
    0x0302: _question_answer,
    0x0303: _numbers("type", "wanted"),
    0x0500: answered_position,
    0x0608: _areas,
    0x0700: _recorder,
    0x0701: _waybill,
    0x0702: _driver,
    0x0704: _batch,
    0x0705: _can,
    0x0900: transparent,
    0x0901: _compressed,
    0x0A00: key,
}
