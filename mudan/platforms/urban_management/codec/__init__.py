"""How does a line become a case or the state of a component?

    {"kind": "case", "case_code": "5002312026071800001", "matter": "event", "class_code": "0102", …}\n
    {"kind": "component", "component": "5002310101000001", "state": "missing", "seen_at": "…"}\n

One JSON object a line, UTF-8. Codes are texts: a case code has up to 19 digits, more than a number keeps.
"""

from typing import Any, Final

import msgspec

from mudan.platforms.urban_management.codec.case import case_of
from mudan.platforms.urban_management.codec.component import component_of
from mudan.platforms.urban_management.model.words import CaseReport, ComponentState
from mudan.primitives.errors import DecodeError

__all__ = ["LONGEST", "acknowledgement", "decode"]

LONGEST: Final = 64 << 10  # bytes of a line with its end
_KINDS: Final = ("case", "component")


def decode(raw: bytes) -> CaseReport | ComponentState:
    """What one line says, with or without its end. Raises DecodeError."""
    if len(raw) > LONGEST:
        raise DecodeError(f"a line of {len(raw)} bytes; at most {LONGEST}", offset=LONGEST)
    given = _object(raw.rstrip(b"\r\n"))
    kind = given.get("kind")
    if kind == "case":
        return case_of(given)
    if kind == "component":
        return component_of(given)
    raise DecodeError(f"kind is one of {', '.join(_KINDS)}")


def _object(raw: bytes) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DecodeError(f"no JSON: {error}"[:300]) from None
    if not isinstance(given, dict):
        raise DecodeError("a line is one JSON object")
    return given


def acknowledgement(message: CaseReport | ComponentState) -> bytes:
    """The line that says that a message is durable: the sender's own number comes back."""
    number = message.case_code if isinstance(message, CaseReport) else message.component
    return msgspec.json.encode({"received": number}) + b"\n"
