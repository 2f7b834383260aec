"""What is said about pictures, sound and alarm attachments? Bodies 0800 to 0805, 8800 to 8805, 1210 to 1212,
9208, 9212 (JT/T 808-2013 §8.50 to §8.54, T/JSATL 12)."""

from typing import Any, Final

from mudan.platforms.transport.codec.items import alarm_mark
from mudan.platforms.transport.codec.position import SIZE, parse_position, position_fields
from mudan.platforms.transport.codec.reader import Reader
from mudan.platforms.transport.codec.terminal import Fields, Parse
from mudan.primitives.errors import DecodeError

MEDIA_KINDS: Final = {0: "image", 1: "audio", 2: "video"}
FORMATS: Final = {0: "jpeg", 1: "tif", 2: "mp3", 3: "wav", 4: "wmv"}
EVENTS: Final = {
    0: "command", 1: "timer", 2: "robbery", 3: "collision", 4: "door_open", 5: "door_close",
    6: "moving_with_door", 7: "distance",
}  # fmt: skip
MARK_SIZES: Final = {7: 16, 30: 40}


def media_head(reader: Reader) -> Fields:
    """The eight bytes that 0800 and 0801 share."""
    fields: Fields = {"media_id": reader.u32(), "type": reader.u8(), "format": reader.u8()}
    fields |= {"event": reader.u8(), "channel": reader.u8()}
    meaning = {
        "media": MEDIA_KINDS.get(fields["type"]),
        "coding": FORMATS.get(fields["format"]),
        "cause": EVENTS.get(fields["event"]),
    }
    return fields | {name: value for name, value in meaning.items() if value is not None}


def _event(reader: Reader, _new: bool) -> Fields:
    return media_head(reader)


def media_data(reader: Reader, _new: bool) -> Fields:
    """0801: the data themselves are counted, not kept. 2011 has no position before a JPEG."""
    fields = media_head(reader)
    data = reader.rest()
    if data[:2] != b"\xff\xd8" and len(data) >= SIZE:
        fields["position"] = _place(data[:SIZE])
        data = data[SIZE:]
    return fields | {"data_bytes": len(data)}


def _list(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"answered_serial": reader.u16(), "count": reader.u16()}
    items = []
    while reader.left >= 7 + SIZE:
        item: Fields = {"media_id": reader.u32(), "type": reader.u8(), "channel": reader.u8()}
        items.append(item | {"event": reader.u8(), "position": _place(reader.take(SIZE))})
    return fields | {"items": items}


def _camera(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"answered_serial": reader.u16(), "result": reader.u8()}
    count = reader.u16() if fields["result"] == 0 and reader.left >= 2 else 0
    return fields | {"media_ids": [reader.u32() for _ in range(count)]}


def _answer(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"media_id": reader.u32()}
    count = reader.u8() if reader.left else 0
    return fields | {"packages_missing": [reader.u16() for _ in range(count)]}


def _take(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"channel": reader.u8(), "command": reader.u16(), "interval_s": reader.u16()}
    names = ("save", "size", "quality", "brightness", "contrast", "saturation", "chroma")
    return fields | {name: reader.u8() for name in names}


def _wanted(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"type": reader.u8(), "channel": reader.u8(), "event": reader.u8()}
    fields |= {"start": reader.moment(), "end": reader.moment()}
    return fields | ({"delete": reader.u8()} if reader.left else {})


def _record(reader: Reader, _new: bool) -> Fields:
    return {"start": reader.u8(), "seconds": reader.u16(), "save": reader.u8(), "rate": reader.u8()}


def _one(reader: Reader, _new: bool) -> Fields:
    return {"media_id": reader.u32(), "delete": reader.u8()}


def _attachments(reader: Reader, new: bool) -> Fields:
    body = reader.rest()
    for id_size in (30, 7) if new else (7, 30):
        trial = Reader(body, clause="T/JSATL 12 §4.6")
        try:
            fields = _attachments_as(trial, id_size)
        except DecodeError:
            continue
        if not trial.left:
            return fields
    return _attachments_as(Reader(body, clause="T/JSATL 12 §4.6"), 30 if new else 7)


def _attachments_as(reader: Reader, id_size: int) -> Fields:
    fields: Fields = {"terminal_id": reader.text(id_size), "mark": alarm_mark(reader, id_size)}
    fields |= {"alarm_number": reader.text(32), "type": reader.u8()}
    files: list[dict[str, Any]] = [
        {"file": reader.counted(), "size": reader.u32()} for _ in range(reader.u8())
    ]
    return fields | {"files": files}


def _file(reader: Reader, _new: bool) -> Fields:
    return {"file": reader.counted(), "type": reader.u8(), "size": reader.u32()}


def _upload(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"host": reader.counted(), "tcp_port": reader.u16(), "udp_port": reader.u16()}
    id_size = 30 if reader.left >= MARK_SIZES[30] + 32 else 7
    fields |= {"mark": alarm_mark(reader, id_size), "alarm_number": reader.text(32)}
    return fields | {"reserved": reader.rest().hex()}


def _received(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"file": reader.counted(), "type": reader.u8(), "result": reader.u8()}
    gaps = [{"offset": reader.u32(), "length": reader.u32()} for _ in range(reader.u8())]
    return fields | {"gaps": gaps}


def _place(body: bytes) -> Fields:
    fields = position_fields(parse_position(body))
    del fields["extras"]
    return fields


MEDIA: Final[dict[int, Parse]] = {
    0x0800: _event,
    0x0801: media_data,
    0x0802: _list,
    0x0805: _camera,
    0x1210: _attachments,
    0x1211: _file,
    0x1212: _file,
    0x8800: _answer,
    0x8801: _take,
    0x8802: _wanted,
    0x8803: _wanted,
    0x8804: _record,
    0x8805: _one,
    0x9208: _upload,
    0x9212: _received,
}
