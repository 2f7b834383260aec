"""What is said about live video and recordings? The messages of JT/T 1078-2016 §5 on the 808 connection."""

from typing import Any, Final

from mudan.platforms.transport.codec.reader import Reader
from mudan.platforms.transport.codec.terminal import Fields, Parse, nothing


def _numbers(*fields: tuple[str, int]) -> Parse:
    def parse(reader: Reader, _new: bool) -> Fields:
        return {name: reader.uint(size) for name, size in fields}

    return parse


def _bytes(*names: str) -> Parse:
    return _numbers(*((name, 1) for name in names))


def _flow(reader: Reader, _new: bool) -> Fields:
    return {"start": reader.moment(), "end": reader.moment(), "on": reader.u16(), "off": reader.u16()}


def _recordings(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"answered_serial": reader.u16(), "count": reader.u32()}
    items: list[dict[str, Any]] = []
    while reader.left >= 28:
        items.append({"channel": reader.u8(), **_span(reader), **_kinds(reader), "size": reader.u32()})
    return fields | {"items": items}


def _live(reader: Reader, _new: bool) -> Fields:
    return {**_address(reader), "channel": reader.u8(), "data": reader.u8(), "stream": reader.u8()}


def _playback(reader: Reader, _new: bool) -> Fields:
    fields = _address(reader) | {"channel": reader.u8(), **_kinds(reader)}
    fields |= {"mode": reader.u8(), "speed": reader.u8()}
    return fields | {"start": reader.moment(), "end": reader.moment()}


def _playing(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"channel": reader.u8(), "command": reader.u8(), "speed": reader.u8()}
    return fields | {"seek": reader.moment()}


def _wanted(reader: Reader, _new: bool) -> Fields:
    return {"channel": reader.u8(), **_span(reader), **_kinds(reader)}


def _upload(reader: Reader, _new: bool) -> Fields:
    fields: Fields = {"host": reader.counted(), "port": reader.u16()}
    fields |= {"user": reader.counted(), "password": reader.counted(), "path": reader.counted()}
    fields |= {"channel": reader.u8(), **_span(reader), **_kinds(reader)}
    return fields | {"condition": reader.u8()}


def _address(reader: Reader) -> Fields:
    return {"host": reader.counted(), "tcp_port": reader.u16(), "udp_port": reader.u16()}


def _span(reader: Reader) -> Fields:
    return {"start": reader.moment(), "end": reader.moment(), "alarm_mask": reader.take(8).hex()}


def _kinds(reader: Reader) -> Fields:
    return {"media": reader.u8(), "stream": reader.u8(), "storage": reader.u8()}


VIDEO: Final[dict[int, Parse]] = {
    0x1003: _numbers(
        ("audio_codec", 1),
        ("audio_channels", 1),
        ("sample_rate", 1),
        ("sample_bits", 1),
        ("audio_frame_bytes", 2),
        ("audio_output", 1),
        ("video_codec", 1),
        ("max_audio_channels", 1),
        ("max_video_channels", 1),
    ),
    0x1005: _flow,
    0x1205: _recordings,
    0x1206: _numbers(("answered_serial", 2), ("result", 1)),
    0x9003: nothing,
    0x9101: _live,
    0x9102: _bytes("channel", "command", "close", "stream"),
    0x9105: _bytes("channel", "loss_percent"),
    0x9201: _playback,
    0x9202: _playing,
    0x9205: _wanted,
    0x9206: _upload,
    0x9207: _numbers(("answered_serial", 2), ("command", 1)),
    0x9301: _bytes("channel", "direction", "speed"),
    0x9302: _bytes("channel", "direction"),
    0x9303: _bytes("channel", "direction"),
    0x9304: _bytes("channel", "on"),
    0x9305: _bytes("channel", "on"),
    0x9306: _bytes("channel", "direction"),
}
