"""How does a property firm's line become a repair order, and a file become a register of households?

One JSON object a line, over TCP, answered by `OK firm number` once it is kept:

    {"firm":"SL-WY01","order":"WX-0007","kind":"leak","state":"new","title":"…","address":"…",
     "lon":107.33,"lat":30.33,"reported":"2026-11-23T09:00:00+08:00","at":"2026-11-23T09:05:00+08:00","open":3,
     "note":"…"}

The centre tells the firm of its order's case on the same connection, again until the firm has answered:

    {"told":"6f0c…","firm":"SL-WY01","order":"WX-0007","case":"SQ20261123-0001","event":"dispatch","state":"assigned",
     "text":"派遣","at":"2026-11-23T01:10:00+00:00"}
    {"firm":"SL-WY01","told":"6f0c…","receipt":"accepted","number":"PG-9","text":"…","at":"2026-11-23T09:11:00+08:00"}

A file whose first line names the columns of a register (标准地址编码, 姓名 …), or a JSON list, is a register:
CSV in UTF-8 or GBK, read by connect.tables. Identity card numbers are passed over and named.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from mudan.connect import tables
from mudan.core.households.model import register
from mudan.core.records.model.deliveries import RECEIPTS
from mudan.platforms.community.model import CLASSES, STATES, FirmReceipt, RegisterPage, RepairOrder
from mudan.primitives.errors import DecodeError, Invalid

LONGEST: Final = 4096  # bytes of one order's line
MOST_ROWS: Final = register.MOST_ROWS
_NUMBER: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_NEEDED: Final = ("firm", "order", "kind", "state", "title", "reported", "at", "open")
_KNOWN: Final = frozenset((*_NEEDED, "address", "lon", "lat", "note"))
_RECEIPT: Final = ("firm", "told", "receipt", "at")
_OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NEWEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_MOST_OPEN: Final = 1_000_000


def decode(raw: bytes) -> RepairOrder | FirmReceipt | RegisterPage:
    """A repair order, a firm's receipt or a register. Raises DecodeError."""
    start = raw.lstrip()[:1]
    return line_of(raw) if start == b"{" else register_of(raw)


def line_of(raw: bytes) -> RepairOrder | FirmReceipt:
    """An order or a receipt from its line, with or without its end. Raises DecodeError naming the field."""
    if len(raw) > LONGEST:
        raise DecodeError(f"a line of {len(raw)} bytes; at most {LONGEST}", offset=LONGEST)
    try:
        held = tables.loaded(tables.decoded(raw))
    except (Invalid, UnicodeError) as error:
        raise DecodeError(f"no JSON: {error}") from None
    if not isinstance(held, dict):
        raise DecodeError("a line is an object")
    return _receipt(held) if "told" in held else _order(held)


def _fields(what: str, held: Mapping[str, Any], needed: tuple[str, ...], known: frozenset[str]) -> None:
    for name in needed:
        if held.get(name) in (None, ""):
            raise DecodeError(f"{name} is missing")
    unknown = sorted(set(held) - known)
    if unknown:
        raise DecodeError(f"{what} has no field {unknown[0][:40]}")


def _receipt(held: Mapping[str, Any]) -> FirmReceipt:
    _fields("a receipt", held, _RECEIPT, frozenset((*_RECEIPT, "number", "text")))
    try:
        told = UUID(held["told"])
    except (ValueError, TypeError, AttributeError):
        raise DecodeError("told is the id of what the firm was told") from None
    number = held.get("number") or ""
    return FirmReceipt(
        _number("firm", held["firm"]), told, _among("receipt", held["receipt"], dict.fromkeys(RECEIPTS)),
        _number("number", number) if number else "", _words("text", held.get("text") or "", 300),
        _time("at", held["at"]),
    )  # fmt: skip


def _order(held: Mapping[str, Any]) -> RepairOrder:
    _fields("an order", held, _NEEDED, _KNOWN)
    kind, state = _among("kind", held["kind"], CLASSES), _among("state", held["state"], STATES)
    count = held["open"]
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= _MOST_OPEN:
        raise DecodeError("open is a count")
    lon, lat = _degrees("lon", held.get("lon"), 180.0), _degrees("lat", held.get("lat"), 90.0)
    if (lon is None) != (lat is None):
        raise DecodeError("a place needs both longitude and latitude")
    reported, observed = _time("reported", held["reported"]), _time("at", held["at"])
    if observed < reported:
        raise DecodeError("at is before reported")
    return RepairOrder(
        _number("firm", held["firm"]), _number("order", held["order"]), kind, CLASSES[kind], state,
        _words("title", held["title"], 200), _words("address", held.get("address") or "", 300), lon, lat, reported,
        observed, count, _words("note", held.get("note") or "", 200),
    )  # fmt: skip


def _among(name: str, value: Any, known: dict[str, Any]) -> str:
    if not isinstance(value, str) or value not in known:
        raise DecodeError(f"{name} is one of {', '.join(known)}")
    return value


def _number(name: str, value: Any) -> str:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise DecodeError(f"{name} is 1 to 40 letters, digits, points, dashes")
    return value


def _words(name: str, value: Any, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise DecodeError(f"{name} is words, at most {longest} characters")
    return value.strip()


def _degrees(name: str, value: Any, most: float) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DecodeError(f"{name} is a number of degrees")
    if not math.isfinite(value) or abs(value) > most:
        raise DecodeError(f"{name} is not on the globe")
    return float(value)


def _time(name: str, value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise DecodeError(f"{name} is no time of ISO 8601") from None
    if moment.tzinfo is None:
        raise DecodeError(f"{name} has no time zone")
    try:
        found = moment.astimezone(UTC)
    except OverflowError:
        raise DecodeError(f"{name} is no time of this century") from None
    if not _OLDEST <= found < _NEWEST:
        raise DecodeError(f"{name} is no time of this century")
    return found


def register_of(raw: bytes) -> RegisterPage:
    """What a file of a register holds, without a single name. Raises DecodeError for what is no register."""
    given: list[dict[str, Any]] = []
    numbers: list[int] = []
    spoilt: list[tuple[int, str, str]] = []
    not_kept: set[str] = set()
    try:
        for row in tables.rows(raw):
            kept, passed = register.titled(row.values)
            not_kept |= set(passed)
            if row.faults:
                spoilt += [(row.number, one.field, one.reason.en) for one in row.faults]
                continue
            given.append(kept)
            numbers.append(row.number)
            if len(given) > MOST_ROWS:
                raise DecodeError(f"more than {MOST_ROWS} rows")
    except (Invalid, UnicodeError) as error:
        raise DecodeError(str(error)) from None
    if not any(given):
        raise DecodeError("no column of a register is among these")
    good, faults = register.read(given)
    spoilt += [(numbers[one.row - 1], one.field, one.reason) for one in faults]
    addresses = [rows[0].address_code for rows in register.by_address(good)]
    residents = sum(row.resident is not None for row in good)
    return RegisterPage(
        len(good), residents, tuple(addresses), tuple(sorted(spoilt)), tuple(sorted(not_kept))
    )


def acknowledgement(order: RepairOrder) -> bytes:
    """The line that tells the firm that its order is kept."""
    return f"OK {order.firm} {order.number}\n".encode()


def receipt_acknowledgement(receipt: FirmReceipt) -> bytes:
    """The line that tells the firm that its receipt is kept."""
    return f"OK {receipt.firm} {receipt.told}\n".encode()


def told_line(payload: Mapping[str, Any]) -> bytes:
    """The line that tells a firm what became of its order."""
    told = {"told" if name == "id" else name: value for name, value in payload.items()}
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"
