"""How does a line become a case, the state of a component, or a receipt, and how is a line written back?

    {"kind": "case", "case_code": "5002312026071800001", "matter": "event", "class_code": "0102", …}\n
    {"kind": "component", "component": "5002310101000001", "state": "missing", "seen_at": "…"}\n
    {"kind": "receipt", "id": "<that of what was told>", "state": "accepted", "number": "…"}\n

    {"received": "5002312026071800001"}\n                                   durable
    {"refused": "…", "row": 3, "faults": [{"field": "class_code", …}]}\n    kept as a row to be mended
    {"kind": "told", "id": "…", "case_code": "…", "event": "sign", …}\n     what became of a case, until its receipt

One JSON object a line, UTF-8. Codes are texts: a case code has up to 19 digits, more than a number keeps.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from mudan.platforms.urban_management.codec.case import case_of
from mudan.platforms.urban_management.codec.component import component_of
from mudan.platforms.urban_management.codec.receipt import receipt_of
from mudan.platforms.urban_management.model.words import CaseReport, ComponentState, Heard
from mudan.primitives.errors import DecodeError

__all__ = ["LONGEST", "Message", "acknowledgement", "decode", "fields_of", "refusal", "telling"]

LONGEST: Final = 4 << 20  # bytes of a line with its end: pictures may come within
_KINDS: Final = ("case", "component", "receipt")
Message = CaseReport | ComponentState | Heard


def decode(raw: bytes) -> Message:
    """What one line says, with or without its end. Raises DecodeError."""
    if len(raw) > LONGEST:
        raise DecodeError(f"a line of {len(raw)} bytes; at most {LONGEST}", offset=LONGEST)
    given = fields_of(raw)
    kind = given.get("kind")
    if kind == "case":
        return case_of(given)
    if kind == "component":
        return component_of(given)
    if kind == "receipt":
        return receipt_of(given)
    raise DecodeError(f"kind is one of {', '.join(_KINDS)}", field="kind")


def fields_of(raw: bytes) -> dict[str, Any]:
    """The fields of a line, unread. Raises DecodeError."""
    try:
        given = msgspec.json.decode(raw.rstrip(b"\r\n"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"no JSON: {error}"[:300]) from None
    if not isinstance(given, dict):
        raise DecodeError("a line is one JSON object")
    return given


def acknowledgement(number: str) -> bytes:
    """The line that says that a message is durable: the sender's own number comes back."""
    return _line({"received": number})


def refusal(number: str, row: int, faults: Sequence[tuple[str, str]]) -> bytes:
    """The line that says which fields (`field`, reason) of which row of this connection are to be mended."""
    told = [{"field": field, "reason": reason} for field, reason in faults]
    return _line({"refused": number, "row": row, "faults": told})


def telling(name: str, payload: Mapping[str, Any]) -> bytes:
    """The line that tells what became of a case; the same name each time until its receipt comes."""
    return _line({**payload, "kind": "told", "id": name})


def _line(held: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(held, enc_hook=str) + b"\n"
