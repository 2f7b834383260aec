"""Does every captured frame give the values that its source asserts?"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from mudan.platforms.transport.codec.frame import escaped, inner_of, unescaped
from mudan.platforms.transport.codec.parameters import ADAS_STARTS, DSM_STARTS
from mudan.platforms.transport.platform import decode
from mudan.platforms.transport.tests.captures import agree, our_name, rows_of
from mudan.primitives.errors import DecodeError

Fields = dict[str, Any]

# Rows of which we hold another opinion than their source, with the clause; none so far.
WRONG: Final[dict[str, str]] = {}
# JT/T 808-2013 §8.50: 0705 starts with hh mm ss and milliseconds; the source writes six digits to the right.
RIGHT_ALIGNED: Final = ("0705", "dateTime")


def captured(row: Fields) -> bytes:
    """The frame as it stood on the wire: some sources give it behind the unescaping step."""
    raw = bytes.fromhex(row["frame"])
    return raw if row["escaped"] else escaped(inner_of(raw))


@pytest.mark.parametrize("name", ["jt808.public.jsonl", "jt1078_signalling.public.jsonl"])
def test_every_captured_frame_gives_the_values_of_its_source(name: str) -> None:
    faults = [
        f"{row['id']}: {fault}" for row in rows_of(name) if row["id"] not in WRONG for fault in faults_of(row)
    ]
    assert not faults, "\n".join(faults)


def faults_of(row: Fields) -> Iterator[str]:
    """What is wrong with our reading of a row."""
    if row.get("kind") == "escape_only":
        if unescaped(inner_of(bytes.fromhex(row["frame"]))) != bytes.fromhex(row["expected"]["unescaped"]):
            yield "unescaped otherwise"
        return
    try:
        (decoded,) = decode(captured(row))
    except DecodeError as error:
        if row["wire_valid"]:
            yield f"refused: {error.reason}"
        return
    if not row["wire_valid"]:
        yield "accepted though it is not valid"
        return
    yield from derived_faults(row["derived"], decoded.message)
    if "messageId" in row["expected"]:
        yield from expected_faults(row["expected"], decoded.message)
    for key, value in row["expected"].get("asserts", {}).items():
        yield from asserted_faults(key, value, decoded.message, row["frame"])


def derived_faults(derived: Fields, message: Fields) -> Iterator[str]:
    """Header and place against an independent decoder."""
    for key in (
        "msg_id",
        "phone",
        "serial",
        "versioned",
        "protocol_version",
        "body_length",
        "encrypt",
        "subpackage",
    ):
        if key in derived and message[key] != derived[key]:
            yield f"{key} is {message[key]!r}, not {derived[key]!r}"
    if message["checksum"] != derived["checksum"]:
        yield "another checksum"
    place = derived.get("loc")
    if place is None:
        return
    ours = {**message, "lat": message["latitude"], "lon": message["longitude"]}
    ours["extras"] = [f"{item['id']}:{item['hex']}" for item in message["extras"]]
    for key, value in place.items():
        if ours[key] != value:
            yield f"{key} is {ours[key]!r}, not {value!r}"


def expected_faults(expected: Fields, message: Fields) -> Iterator[str]:
    """Every field that jt808-server asserts."""
    rest = dict(expected)
    if int(message["msg_id"], 16) != rest.pop("messageId"):
        yield "another message"
    length = rest.pop("properties") & 0x3FF
    if message["body_length"] != length or not rest.pop("verified"):
        yield "another length"
    if not rest.pop("protocolVersion"):
        yield from ["has a version"] if "protocol_version" in message else []
    yield from compared(message["msg_id"], (), rest, message)


def compared(msg_id: str, path: tuple[str, ...], theirs: Fields, ours: Fields) -> Iterator[str]:
    """Field by field, down into lists and nested objects."""
    for key, value in theirs.items():
        if key in ("messageId", "properties", "protocolVersion", "serialNo", "verified") and path:
            continue  # the header of a nested object that has none
        special = special_of(msg_id, path, key, value, ours)
        if special is not None:
            yield from [] if special else [f"{'.'.join((*path, key))} is not {value!r}"]
            continue
        mine = ours.get(our_name(msg_id, path, key))
        if isinstance(value, dict):
            yield from compared(msg_id, (*path, key), value, mine if isinstance(mine, dict) else {})
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            pairs = list(zip(value, mine or [], strict=False))
            if len(pairs) != len(value):
                yield f"{key} has another length"
            for theirs_item, ours_item in pairs:
                yield from compared(msg_id, (*path, key), theirs_item, ours_item)
        elif not agree(our_name(msg_id, path, key), value, mine):
            yield f"{'.'.join((*path, key))} is {mine!r}, not {value!r}"


def special_of(msg_id: str, path: tuple[str, ...], key: str, value: Any, ours: Fields) -> bool | None:
    """Fields whose shape differs; None for all others."""
    if (msg_id, key) == RIGHT_ALIGNED:
        return bool(ours["time_bcd"].lstrip("0") == value.lstrip("0"))
    if msg_id == "0900" and key == "message":
        return ours["type"] == value["key"] and not list(compared(msg_id, (), value["value"], ours))
    if msg_id == "1210" and key in ("deviceId_", "dateTime", "sequenceNo", "fileTotal", "reserved"):
        return key == "reserved" or agree("", value, ours["mark"][our_name(msg_id, path, key.rstrip("_"))])
    if msg_id == "9212" and key == "items":
        return bool(value == [each for gap in ours["gaps"] for each in gap.values()])
    if msg_id == "9212" and key == "total":
        return bool(value == len(ours["gaps"]))
    if msg_id == "8500":
        control = ours["controls"][0] if "controls" in ours else {"id": ours["flags"], "value": 0}
        names = {"type": "id", "param": "value"}
        return bool(control[names[key]] == value) if key in names else None
    if key in ("warnBit1", "warnBit2") and "alarm_mask" in ours:
        digits = ours["alarm_mask"][8:] if key == "warnBit1" else ours["alarm_mask"][:8]
        return agree("", value, digits)
    if key == "parameters":
        return not list(parameter_faults(value, ours["parameters"]))
    if msg_id in ("8300", "0102") and key == "type" and "type" not in ours:
        return bool(value == 0)
    return None


def parameter_faults(theirs: Fields, ours: list[Fields]) -> Iterator[str]:
    """Parameters in order; their names of the parts of a block stand in the block's own order."""
    if [int(key) for key in theirs] != [int(entry["id"], 16) for entry in ours]:
        yield "other parameters"
    for (key, value), entry in zip(theirs.items(), ours, strict=False):
        if not isinstance(value, dict):
            yield from [] if agree("", value, entry["value"]) else [f"{key} is {entry['value']!r}"]
        elif int(key) in (0xF364, 0xF365):
            yield from block_faults(int(key), value, entry["hex"])
        elif not same_in_order(value, entry["value"]):
            yield f"{key} is {entry['value']!r}"


def block_faults(key: int, theirs: Fields, digits: str) -> Iterator[str]:
    """Their names are the byte offsets."""
    starts = ADAS_STARTS if key == 0xF364 else DSM_STARTS
    for name, value in theirs.items():
        start = int(name[1:])
        end = starts[starts.index(start) + 1]
        raw = bytes.fromhex(digits)[start:end]
        good = (
            list(raw) == value
            if isinstance(value, list)
            else int.from_bytes(raw, "big", signed=True) == value
        )
        yield from [] if good else [f"{key:04X} {name}"]


def same_in_order(theirs: Fields, ours: Fields) -> bool:
    """Whether the flat values agree one by one."""
    flat: list[Any] = []
    for value in ours.values():
        flat += [each for period in value for each in period.values()] if isinstance(value, list) else [value]
    return all(
        value == mine or str(value).removesuffix(":00") == mine or value == mine - 256
        for value, mine in zip(theirs.values(), flat, strict=True)
    )


def asserted_faults(key: str, value: str, message: Fields, frame: str) -> Iterator[str]:
    """Assertions of other test suites that speak of fields we name too."""
    if key == "hex" and value.strip('"') != frame:
        yield "another frame"
    pairs = {
        "Position.KEY_ICCID": message.get("iccid"),
        "jT808_0X8800.MultimediaId": f"(uint){message.get('media_id')}",
        "jT808_0X8800.RetransmitPackageCount": str(len(message.get("packages_missing", ()))),
        "body.PlateColor": str(message.get("plate_colour")),
        "body.PlateNo.TrimStart()": message.get("plate"),
        "jT808_0x0200.AlarmFlag": f"(uint){int(message.get('alarm', '0'), 16)}",
        "jT808_0x0200.Altitude": f"(uint){message.get('altitude')}",
        "jT808_0x0200.Lat": str(round(message.get("latitude", 0) * 1e6)),
        "jT808_0x0200.Lng": str(round(message.get("longitude", 0) * 1e6)),
    }
    if (key in pairs and message.get("msg_id") != "0200") or key.startswith("jT808_0x0200."):
        mine = pairs.get(key)
        if mine is not None and value.strip('"') != mine:
            yield f"{key} is {mine!r}, not {value!r}"
