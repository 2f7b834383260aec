"""How are the bodies written that the centre and the simulated terminals send?"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from struct import Struct
from typing import Final

from mudan.primitives.errors import Invalid

MAX_TEXT: Final = 1024  # bytes of GBK (JT/T 808-2013 §8.24)
_ANSWER = Struct(">HHB")


def answer(serial: int, msg_id: int, result: int) -> bytes:
    """0001 and 8001: what became of the message with that serial and id."""
    return _ANSWER.pack(serial, msg_id, result)


def resend(first_serial: int, missing: Sequence[int], *, new: bool) -> bytes:
    """8003: the packets that did not arrive; 2013 can name 255 of them at most."""
    named = missing if new else missing[:255]
    count = len(named).to_bytes(2 if new else 1, "big")
    return first_serial.to_bytes(2, "big") + count + b"".join(each.to_bytes(2, "big") for each in named)


def server_time(now: datetime) -> bytes:
    """8004: the time of the centre, BCD[6] in UTC."""
    return bytes.fromhex(now.astimezone(UTC).strftime("%y%m%d%H%M%S"))


def clock(now: datetime) -> bytes:
    """8109: the time of the centre in UTC, as some makers ask for it."""
    utc = now.astimezone(UTC)
    return utc.year.to_bytes(2, "big") + bytes((utc.month, utc.day, utc.hour, utc.minute, utc.second))


def registration_answer(serial: int, result: int, code: str = "") -> bytes:
    """8100: the code is given only with result 0."""
    return serial.to_bytes(2, "big") + bytes((result,)) + (b"" if result else code.encode("ascii"))


def control(command: int, text: str = "") -> bytes:
    """8105."""
    return bytes((command,)) + text.encode("gbk", "replace")


def track(interval_s: int, valid_s: int) -> bytes:
    """8202: report each so many seconds for so long; 0 stops and has no second field."""
    body = _within(interval_s, 2, "interval_s")
    return body + _within(valid_s, 4, "valid_s") if interval_s else body


def confirm_alarm(alarm_serial: int, mask: int) -> bytes:
    """8203: 0 confirms all alarms of the bits in the mask."""
    return _within(alarm_serial, 2, "alarm_serial") + _within(mask, 4, "mask")


def text(words: str, *, urgent: bool, new: bool) -> bytes:
    """8300: shown on the display and read aloud; raises Invalid when empty or over 1024 bytes of GBK."""
    raw = words.encode("gbk", "replace")
    if not 0 < len(raw) <= MAX_TEXT:
        raise Invalid(f"a text has 1 to {MAX_TEXT} bytes, this one has {len(raw)}", field="text")
    shown = 0x04 | 0x08
    if new:
        return bytes((shown | (2 if urgent else 1), 1 if urgent else 2)) + raw
    return bytes((shown | (1 if urgent else 0),)) + raw


def call_back(number: str, *, listen: bool) -> bytes:
    """8400: the terminal calls this number; listening keeps its loudspeaker silent."""
    raw = number.encode("ascii", "replace")
    if not 0 < len(raw) <= 20:
        raise Invalid("a phone number has 1 to 20 characters", field="number")
    return bytes((int(listen),)) + raw


def doors(*, lock: bool, new: bool) -> bytes:
    """8500: 2019 has a list of controls, of which 1 are the doors."""
    return b"\x00\x01\x00\x01" + bytes((int(lock),)) if new else bytes((int(lock),))


def pictures(channel: int, count: int, interval_s: int) -> bytes:
    """8801: so many pictures (320×240, best quality, sent at once) from a camera."""
    head = _within(channel, 1, "channel") + _within(count, 2, "count") + _within(interval_s, 2, "interval_s")
    return head + bytes((0, 1, 1, 128, 64, 64, 128))


def media_answer(media_id: int, missing: Sequence[int] = ()) -> bytes:
    """8800: without numbers the whole item has arrived."""
    head = media_id.to_bytes(4, "big")
    if not missing:
        return head
    named = missing[:255]
    return head + bytes((len(named),)) + b"".join(each.to_bytes(2, "big") for each in named)


def registration(edition: int, maker: str, model: str, terminal_id: str, colour: int, plate: str) -> bytes:
    """0100 in the widths of its edition, province and county left 0."""
    widths = {2011: (5, 8, 7), 2013: (5, 20, 7), 2019: (11, 30, 30)}[edition]
    fields = zip((maker, model, terminal_id), widths, strict=True)
    padded = b"".join(word.encode("gbk")[:width].ljust(width, b"\x00") for word, width in fields)
    return bytes(4) + padded + bytes((colour,)) + plate.encode("gbk", "replace")


def authentication(code: str, *, new: bool, imei: str = "", software: str = "") -> bytes:
    """0102: the code alone in 2013; code, IMEI and software version in 2019."""
    raw = code.encode("ascii")
    if not new:
        return raw
    rest = imei.encode("ascii").ljust(15, b"\x00") + software.encode("ascii").ljust(20, b"\x00")
    return bytes((len(raw),)) + raw + rest


def batch(bodies: Iterable[bytes], *, replayed: bool) -> bytes:
    """0704 of 0200 bodies."""
    items = [len(body).to_bytes(2, "big") + body for body in bodies]
    return len(items).to_bytes(2, "big") + bytes((int(replayed),)) + b"".join(items)


def parameter_answer(serial: int, entries: bytes) -> bytes:
    """0104: the entries as `encode_parameters` writes them, count included."""
    return serial.to_bytes(2, "big") + entries


def _within(number: int, size: int, field: str) -> bytes:
    if not 0 <= number < 1 << 8 * size:
        raise Invalid(f"{field} is a number from 0 to {(1 << 8 * size) - 1}", field=field)
    return number.to_bytes(size, "big")
