"""What does the centre say, apart from areas, media and video? Bodies 8001 to 8A00 (JT/T 808-2013 §8)."""

from typing import Any, Final

from mudan.platforms.transport.codec.parameters import parameters
from mudan.platforms.transport.codec.reader import Reader
from mudan.platforms.transport.codec.terminal import (
    Fields,
    Parse,
    general_answer,
    key,
    nothing,
    resend,
    transparent,
)
from mudan.primitives.errors import DecodeError

CONTROLS: Final = {
    1: "upgrade", 2: "connect", 3: "off", 4: "reset", 5: "factory_reset", 6: "close_data", 7: "close_radio",
}  # fmt: skip


def _server_time(reader: Reader, _new: bool) -> Fields:
    digits = reader.bcd(6)  # UTC, unlike every other time of the standard
    return {"time": digits, "time_bcd": digits}


def _registration(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"answered_serial": reader.u16(), "result": reader.u8()}
    return fields | ({"code": reader.rest_text()} if reader.left else {})


def _set_parameters(reader: Reader, _new: bool) -> Fields:
    count = reader.u8()
    return {"count": count, "parameters": parameters(reader, count)}


def _some_parameters(reader: Reader, _new: bool) -> Fields:
    return {"ids": [f"{reader.u32():04X}" for _ in range(reader.u8())]}


def _control(reader: Reader, _new: bool) -> Fields:
    command = reader.u8()
    text = reader.rest_text()
    fields: Fields = {"command": command, "text": text}
    if command in CONTROLS:
        fields["meaning"] = CONTROLS[command]
    return fields | ({"arguments": text.split(";")} if text else {})


def _upgrade(reader: Reader, _new: bool) -> Fields:
    kind, body = reader.u8(), reader.rest()
    for width in (5, 11):  # 2019 is said to have eleven bytes of maker
        trial = Reader(body)
        try:
            fields = {
                "type": kind,
                "maker": trial.text(width),
                "software": trial.counted(),
                "size": trial.u32(),
            }
        except DecodeError:
            continue
        if trial.left == fields["size"]:
            return fields | {"hex": trial.rest().hex()}
    raise reader.error("neither 5 nor 11 bytes of maker lead to the announced data")


def _clock(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"year": reader.u16()}
    return fields | {name: reader.u8() for name in ("month", "day", "hour", "minute", "second")}


def _track(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"interval_s": reader.u16()}
    return fields | ({"valid_s": reader.u32()} if reader.left else {})


def _confirm(reader: Reader, _new: bool) -> Fields:
    return {"alarm_serial": reader.u16(), "mask": f"{reader.u32():08x}"}


def _text(reader: Reader, new: bool) -> Fields:
    flags = reader.u8()
    names = {2: "display", 3: "tts", 4: "advertising"}
    fields: Fields = {"flags": flags, "shown_by": [name for bit, name in names.items() if flags >> bit & 1]}
    if new:
        fields |= {"urgent": flags & 3 == 2, "type": reader.u8()}
    else:
        fields["urgent"] = bool(flags & 1)
    return fields | {
        "content": "can_fault_code" if flags & 0x20 else "navigation",
        "text": reader.rest_text(),
    }


def _events(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"action": reader.u8()}
    count = reader.u8() if reader.left else 0
    return fields | {"events": [{"id": reader.u8(), "text": reader.counted()} for _ in range(count)]}


def _question(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"flags": reader.u8(), "text": reader.counted()}
    answers = []
    while reader.left:
        answers.append({"id": reader.u8(), "text": reader.text(reader.u16())})
    return fields | {"answers": answers}


def _menu(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"action": reader.u8()}
    count = reader.u8() if reader.left else 0
    return fields | {
        "items": [{"type": reader.u8(), "text": reader.text(reader.u16())} for _ in range(count)]
    }


def _information(reader: Reader, _new: bool) -> Fields:
    return {"type": reader.u8(), "text": reader.text(reader.u16())}


def _call_back(reader: Reader, _new: bool) -> Fields:
    return {"listen": reader.u8(), "phone_number": reader.rest_text()}


def _phone_book(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"action": reader.u8()}
    count = reader.u8() if reader.left else 0
    contacts: list[dict[str, Any]] = [
        {"direction": reader.u8(), "phone_number": reader.counted(), "contact": reader.counted()}
        for _ in range(count)
    ]
    return fields | {"contacts": contacts}


def _vehicle_control(reader: Reader, new: bool) -> Fields:
    if not new:
        flags = reader.u8()
        return {"flags": flags, "lock": bool(flags & 1)}
    # One control without the count is sent by some platforms: id and parameter, three bytes.
    count = 1 if reader.left == 3 else reader.u16()
    return {"controls": [{"id": reader.u16(), "value": reader.u8()} for _ in range(count)]}


def _collect(reader: Reader, _new: bool) -> Fields:
    return {"command": reader.u8(), "block": reader.rest().hex()}


CENTRE: Final[dict[int, Parse]] = {
    0x8001: general_answer,
    0x8003: resend,
    0x8004: _server_time,
    0x8100: _registration,
    0x8103: _set_parameters,
    0x8104: nothing,
    0x8105: _control,
    0x8106: _some_parameters,
    0x8107: nothing,
    0x8108: _upgrade,
    0x8109: _clock,
    0x8201: nothing,
    0x8202: _track,
    0x8203: _confirm,
    0x8204: nothing,
    0x8300: _text,
    0x8301: _events,
    0x8302: _question,
    0x8303: _menu,
    0x8304: _information,
    0x8400: _call_back,
    0x8401: _phone_book,
    0x8500: _vehicle_control,
    0x8700: _collect,
    0x8701: _collect,
    0x8702: nothing,
    0x8900: transparent,
    0x8A00: key,
}
