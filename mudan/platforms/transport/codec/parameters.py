"""What do the terminal parameters of 8103 and 0104 mean, and how are their values written?

An entry is `id u32, length u8, value` (JT/T 808-2013 table 11; 0075 to 007C are JT/T 1078 table 2). The
driver-assistance blocks F364 and F365 are given by byte offset: their names belong to the maker.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final

from mudan.platforms.transport.codec.reader import Reader
from mudan.primitives.errors import DecodeError, Invalid

U32: Final = {
    0x0001: "heartbeat_s", 0x0002: "tcp_timeout_s", 0x0003: "tcp_retries", 0x0004: "udp_timeout_s",
    0x0005: "udp_retries", 0x0006: "sms_timeout_s", 0x0007: "sms_retries", 0x0018: "tcp_port",
    0x0019: "udp_port", 0x001B: "ic_tcp_port", 0x001C: "ic_udp_port", 0x0020: "report_by",
    0x0021: "report_scheme", 0x0022: "no_login_interval_s", 0x0027: "sleep_interval_s",
    0x0028: "emergency_interval_s", 0x0029: "interval_s", 0x002C: "distance_m", 0x002D: "no_login_distance_m",
    0x002E: "sleep_distance_m", 0x002F: "emergency_distance_m", 0x0030: "corner_deg", 0x0045: "answering",
    0x0046: "call_s", 0x0047: "calls_month_s", 0x0050: "alarms_hidden", 0x0051: "alarms_sms",
    0x0052: "alarms_photo", 0x0053: "alarms_photo_stored", 0x0054: "alarms_critical", 0x0055: "max_speed_kmh",
    0x0056: "overspeed_s", 0x0057: "driving_s", 0x0058: "driving_day_s", 0x0059: "rest_s",
    0x005A: "parking_s", 0x0064: "timed_photos", 0x0065: "distance_photos", 0x0070: "picture_quality",
    0x0071: "brightness", 0x0072: "contrast", 0x0073: "saturation", 0x0074: "chroma",
    0x007A: "video_alarms_hidden",
    0x0080: "odometer_100m", 0x0093: "gnss_interval_s", 0x0095: "gnss_upload", 0x0100: "can1_ms",
    0x0102: "can2_ms",
}  # fmt: skip
U16: Final = {
    0x0031: "fence_m", 0x005B: "speed_warning_100mh", 0x005C: "fatigue_warning_s", 0x005D: "collision",
    0x005E: "rollover_deg", 0x0081: "province", 0x0082: "city", 0x0101: "can1_s", 0x0103: "can2_s",
}  # fmt: skip
U8: Final = {
    0x0084: "plate_colour", 0x0090: "gnss_systems", 0x0091: "gnss_baud", 0x0092: "gnss_rate",
    0x0094: "gnss_upload_mode",
}  # fmt: skip
TEXTS: Final = {
    0x0010: "apn", 0x0011: "apn_user", 0x0012: "apn_password", 0x0013: "host", 0x0014: "backup_apn",
    0x0015: "backup_apn_user", 0x0016: "backup_apn_password", 0x0017: "backup_host", 0x001A: "ic_host",
    0x001D: "ic_backup_host", 0x0023: "second_apn", 0x0024: "second_apn_user", 0x0025: "second_apn_password",
    0x0026: "second_host", 0x0040: "centre_phone", 0x0041: "reset_phone", 0x0042: "factory_reset_phone",
    0x0043: "centre_sms_phone", 0x0044: "alarm_sms_phone", 0x0048: "monitor_phone",
    0x0049: "authority_sms_phone",
    0x0083: "plate",
}  # fmt: skip
SIZES: Final[dict[int, int]] = {**dict.fromkeys(U32, 4), **dict.fromkeys(U16, 2), **dict.fromkeys(U8, 1)}
NAMES: Final[dict[int, str]] = {
    **U32, **U16, **U8, **TEXTS, 0x0032: "no_driving", 0x0075: "video", 0x0076: "channels",
    0x0077: "channel_video",
    0x0079: "special_recording", 0x007B: "passengers", 0x007C: "video_wake", 0xF364: "adas", 0xF365: "dsm",
    0xF366: "tpms", 0xF367: "bsd",
}  # fmt: skip
IDS: Final[dict[str, int]] = {name: param_id for param_id, name in NAMES.items()}

ADAS_STARTS: Final = (0, 1, 2, 3, 5, 7, 8, 9, 10, 11, 15, *range(19, 58))
DSM_STARTS: Final = (0, 1, 2, 3, 5, 7, 8, 9, 10, 11, 15, 19, 21, 23, *range(26, 66))


def parameters(reader: Reader, count: int) -> list[dict[str, Any]]:
    """So many entries, or as many as the body holds."""
    found = []
    for _ in range(count):
        if not reader.left:
            break
        param_id = reader.u32()
        raw = reader.take(reader.u8())
        entry: dict[str, Any] = {"id": f"{param_id:04X}", "hex": raw.hex()}
        if param_id in NAMES:
            entry["name"] = NAMES[param_id]
        value = _value(param_id, raw)
        if value is not None:
            entry["value"] = value
        found.append(entry)
    return found


def encode_parameters(values: Mapping[str, Any]) -> bytes:
    """Count and entries of 8103. Keys are names or four hex digits; values numbers, text or `hex:…`.

    Raises Invalid, naming the key, for an unknown key or a value that does not fit.
    """
    if not 0 < len(values) < 256:
        raise Invalid("from 1 to 255 parameters can be set at once", field="parameters")
    return bytes((len(values),)) + b"".join(_entry(key, value) for key, value in values.items())


def parameter_ids(keys: Iterable[str]) -> bytes:
    """Count and ids of 8106; keys as in `encode_parameters`."""
    ids = [_id_of(key) for key in keys]
    return bytes((len(ids),)) + b"".join(each.to_bytes(4, "big") for each in ids)


def _entry(key: str, value: object) -> bytes:
    param_id = _id_of(key)
    try:
        if isinstance(value, str) and value.startswith("hex:"):
            raw = bytes.fromhex(value[4:])
        elif param_id in SIZES:
            raw = int(str(value)).to_bytes(SIZES[param_id], "big")
        else:
            raw = str(value).encode("gbk")
        return param_id.to_bytes(4, "big") + bytes((len(raw),)) + raw
    except (ValueError, OverflowError) as error:
        raise Invalid(f"{key} cannot be {value!r}", field=key) from error


def _id_of(key: str) -> int:
    if key in IDS:
        return IDS[key]
    try:
        param_id = int(key, 16)
    except ValueError:
        param_id = -1
    if not 0 <= param_id < 1 << 32:
        raise Invalid(f"no parameter is called {key!r}", field=key)
    return param_id


def _value(param_id: int, raw: bytes) -> object:
    if param_id in TEXTS:
        return Reader(raw).rest_text()
    if param_id in SIZES:
        return int.from_bytes(raw, "big") if len(raw) in (1, 2, 4) else None
    if param_id == 0x0032 and len(raw) == 4:
        digits = raw.hex()
        return f"{digits[:2]}:{digits[2:4]}-{digits[4:6]}:{digits[6:]}"
    block = BLOCKS.get(param_id)
    try:
        return None if block is None else block(Reader(raw))
    except DecodeError:
        return None  # another length than the standard's: the bytes are kept


def _coding(reader: Reader, prefix: str) -> dict[str, int]:
    names = ("mode", 1), ("resolution", 1), ("key_interval", 2), ("frame_rate", 1), ("kbps", 4)
    return {prefix + name: reader.uint(size) for name, size in names}


def _video(reader: Reader) -> dict[str, int]:
    value = _coding(reader, "live_") | _coding(reader, "store_")
    return value | {"osd": reader.u16(), "audio_output": reader.u8()}


def _channels(reader: Reader) -> dict[str, Any]:
    both, audio, video = reader.u8(), reader.u8(), reader.u8()
    names = ("physical", "logical", "type", "ptz")
    channels = [{name: reader.u8() for name in names} for _ in range(both + audio + video)]
    return {"both": both, "audio": audio, "video": video, "channels": channels}


def _channel_video(reader: Reader) -> list[dict[str, int]]:
    return [
        {"channel": reader.u8(), **_coding(reader, "live_"), **_coding(reader, "store_"), "osd": reader.u16()}
        for _ in range(reader.u8())
    ]


def _recording(reader: Reader) -> dict[str, int]:
    return {"threshold_percent": reader.u8(), "length_min": reader.u8(), "before_min": reader.u8()}


def _passengers(reader: Reader) -> dict[str, int]:
    return {"rated": reader.u8(), "fatigue_threshold": reader.u8()}


def _wake(reader: Reader) -> dict[str, Any]:
    value: dict[str, Any] = {name: reader.u8() for name in ("mode", "condition", "days", "enabled")}
    value["periods"] = [{"on": _clock(reader), "off": _clock(reader)} for _ in range(4)]
    return value


def _clock(reader: Reader) -> str:
    digits = reader.bcd(2)
    return f"{digits[:2]}:{digits[2:]}"


def _by_offset(reader: Reader, starts: tuple[int, ...]) -> dict[str, int]:
    return {f"at_{start:02d}": reader.uint(end - start) for start, end in pairwise(starts)}


def _blind_spot(reader: Reader) -> dict[str, int]:
    return {"rear_s": reader.u8(), "side_rear_s": reader.u8()}


BLOCKS: Final = {
    0x0075: _video,
    0x0076: _channels,
    0x0077: _channel_video,
    0x0079: _recording,
    0x007B: _passengers,
    0x007C: _wake,
    0xF364: lambda reader: _by_offset(reader, ADAS_STARTS),
    0xF365: lambda reader: _by_offset(reader, DSM_STARTS),
    0xF367: _blind_spot,
}
