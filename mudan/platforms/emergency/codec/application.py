"""What does an application data unit say? Type, count, then objects of one size, each perhaps with a time.

    type u8 · count u8 · objects        (GB/T 26875.3-2011, 8)

The size of one object is (n - 2) / count: with it, objects that lack their time tag are still understood.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from mudan.platforms.emergency.codec.times import SIZE as TIME
from mudan.platforms.emergency.codec.times import moment_of
from mudan.platforms.emergency.model import words
from mudan.platforms.emergency.model.messages import Application, Item, Moment
from mudan.primitives.errors import DecodeError

CLAUSE: Final = "GB/T 26875.3 8"
TEXT: Final = 31
NEAR: Final = timedelta(days=400)
Read = Callable[[bytes], dict[str, object]]


def _system(data: bytes) -> dict[str, object]:
    return {"system_type": data[0], "system_addr": data[1]}


def _component(data: bytes) -> dict[str, object]:
    return {
        **_system(data),
        "component_type": data[2],
        "component_addr": int.from_bytes(data[3:7], "little"),
    }


def _state(data: bytes) -> dict[str, object]:
    return {**_system(data), "state": int.from_bytes(data[2:4], "little")}


def _component_state(data: bytes) -> dict[str, object]:
    return {**_component(data), "state": int.from_bytes(data[7:9], "little"), "text": text_of(data[9:40])}


def _analogue(data: bytes) -> dict[str, object]:
    return {**_component(data), "kind": data[7], "value": int.from_bytes(data[8:10], "little", signed=True)}


def _operation(data: bytes) -> dict[str, object]:
    return {**_system(data), "state": data[2], "operator": data[3]}


def _version(data: bytes) -> dict[str, object]:
    return {"version": f"{data[0]}.{data[1]}"}


# Type: the bytes of one object without its time tag, how they read, and whether a time tag follows.
FIXED: Final[dict[int, tuple[int, Read, bool]]] = {
    words.SYSTEM_STATE: (4, _state, True),
    words.COMPONENT_STATE: (40, _component_state, True),
    words.ANALOGUE: (10, _analogue, True),
    words.OPERATION: (4, _operation, True),
    words.SYSTEM_VERSION: (4, lambda data: {**_system(data), **_version(data[2:])}, False),
    words.COMPONENT_CONFIGURATION: (38, lambda data: {**_component(data), "text": text_of(data[7:])}, False),
    words.SYSTEM_TIME: (8, lambda data: {**_system(data), "time": moment_of(data[2:8])}, False),
    words.DEVICE_STATE: (1, lambda data: {"state": data[0]}, True),
    words.DEVICE_OPERATION: (2, lambda data: {"state": data[0], "operator": data[1]}, True),
    words.DEVICE_VERSION: (2, _version, False),
    words.DEVICE_TIME: (6, lambda data: {"time": moment_of(data)}, False),
    words.READ_SYSTEM_STATE: (2, _system, False),
    words.READ_COMPONENT_STATE: (
        6,
        lambda data: {**_system(data), "component_addr": _address(data[2:])},
        False,
    ),
    words.READ_ANALOGUE: (6, lambda data: {**_system(data), "component_addr": _address(data[2:])}, False),
    words.READ_OPERATIONS: (
        9,
        lambda data: {**_system(data), "records": data[2], "time": moment_of(data[3:9])},
        False,
    ),
    words.READ_SYSTEM_VERSION: (2, _system, False),
    words.READ_SYSTEM_CONFIGURATION: (2, _system, False),
    words.READ_COMPONENT_CONFIGURATION: (
        6,
        lambda data: {**_system(data), "component_addr": _address(data[2:])},
        False,
    ),
    words.READ_SYSTEM_TIME: (2, _system, False),
    words.READ_DEVICE_STATE: (1, lambda _data: {}, False),
    words.READ_DEVICE_OPERATIONS: (7, lambda data: {"records": data[0], "time": moment_of(data[1:])}, False),
    words.READ_DEVICE_VERSION: (1, lambda _data: {}, False),
    words.READ_DEVICE_CONFIGURATION: (1, lambda _data: {}, False),
    words.READ_DEVICE_TIME: (1, lambda _data: {}, False),
    words.INITIALISE: (1, lambda _data: {}, False),
    words.SET_CLOCK: (6, lambda data: {"time": moment_of(data)}, False),
    words.POST_CHECK: (1, lambda data: {"minutes": data[0]}, False),
}


def _address(data: bytes) -> int:
    return int.from_bytes(data, "little")


def application_of(body: bytes, sent: datetime | None = None) -> Application:
    """What application data say; `sent` is the time of the packet, to know a misplaced time tag by.

    Raises DecodeError when a known type has another length than it must.
    """
    if len(body) < 2:
        raise DecodeError("invalid_length: no type and count", offset=27, clause=CLAUSE)
    kind, count, rest = body[0], body[1], body[2:]
    if kind in {words.SYSTEM_CONFIGURATION, words.DEVICE_CONFIGURATION}:
        return Application(kind, count, _configurations(kind, count, rest))
    if kind not in FIXED:
        return Application(kind, count, raw=rest, vendor=True)
    size, read, timed = FIXED[kind]
    given = len(rest) // count if count else 0
    if not count or given * count != len(rest) or given not in _sizes(size, timed=timed):
        raise DecodeError(
            f"invalid_length: type {kind} with {count} objects in {len(rest)} bytes", offset=29, clause=CLAUSE
        )
    objects = (rest[at : at + given] for at in range(0, len(rest), given))
    return Application(kind, count, tuple(_item(data, size, read, sent) for data in objects))


def _sizes(size: int, *, timed: bool) -> tuple[int, ...]:
    return (size + TIME, size) if timed else (size,)


def _item(data: bytes, size: int, read: Read, sent: datetime | None) -> Item:
    """One object. Some makers put the tag first: then the bytes behind are no time near the packet's."""
    if len(data) == size:
        return Item(**read(data))  # type: ignore[arg-type]  # each reader gives the item's own fields
    behind, before = moment_of(data[size:]), moment_of(data[:TIME])
    first = not _near(behind, sent) and not before.bcd and _near(before, sent)
    fields = read(data[TIME:] if first else data[:size])
    return Item(**fields, time=before if first else behind, doubtful=first)  # type: ignore[arg-type]  # as above


def _near(tag: Moment, sent: datetime | None) -> bool:
    return tag.at is not None and (sent is None or abs(tag.at - sent) < NEAR)


def _configurations(kind: int, count: int, rest: bytes) -> tuple[Item, ...]:
    """Types 6 and 26: each object says its own length."""
    found, at = list[Item](), 0
    head = 2 if kind == words.SYSTEM_CONFIGURATION else 0
    for _ in range(count):
        if len(rest) < at + head + 1 or len(rest) < at + head + 1 + rest[at + head]:
            raise DecodeError("invalid_length: a configuration is cut off", offset=29 + at, clause=CLAUSE)
        end = at + head + 1 + rest[at + head]
        text = text_of(rest[at + head + 1 : end])
        system = _system(rest[at : at + 2]) if head else {}
        found.append(Item(**system, text=text))  # type: ignore[arg-type]  # as above
        at = end
    if at != len(rest) or not count:
        raise DecodeError("invalid_length: bytes after the last configuration", offset=29 + at, clause=CLAUSE)
    return tuple(found)


def text_of(data: bytes) -> str:
    """Text of GB 18030: fill bytes and a half character at the end are left out."""
    kept = data.split(b"\x00", 1)[0]
    return kept.decode("gb18030", errors="ignore").rstrip(" \x00\uffff")


def text_bytes(text: str) -> bytes:
    """Text in 31 bytes, cut between characters and filled with zeros."""
    kept = b""
    for sign in text:
        more = sign.encode("gb18030", errors="replace")
        if len(kept) + len(more) > TEXT:
            break
        kept += more
    return kept.ljust(TEXT, b"\x00")


def packed_items(kind: int, objects: list[bytes]) -> bytes:
    """Application data of one type from its objects."""
    return bytes((kind, len(objects))) + b"".join(objects)
