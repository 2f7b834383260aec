"""What does one message of the government services say? JSON → its fields with their names, and what follows from them.

{"standard": "GB/T 39046-2020 A.8 …", "message": {"code": "2"}}     a code with the table it is of
{"satisfaction": "1", "pf": "7", "dialect": "Zhejiang", …}          a review, as the platforms' interface writes it
{"办件编号": …, "实施编码": …, "taskHandleItem": …}                     a matter or item, as GB/T 39046 names it
{"projid": …, "submit": 1, "approvaltype": 2, …}                    a matter, as a province's table names it
{"query": "key=…&regionCode=340100000000"}                          the address of a review page
"""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from mudan.platforms.government_services.model import codes
from mudan.platforms.government_services.model.codes import CodeTable
from mudan.primitives.errors import DecodeError

MOST_BYTES: Final = 1 << 20
_TABLE: Final = re.compile(r"A\.([1-8])(?!\d)")
_CREDIT: Final = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")  # GB 32100-2015
_REGION: Final = re.compile(r"[1-9]\d{5}0{6}")
_IMPLEMENTATION: Final = ("实施编码", "implementCode", "taskCode", "implement_code")
_HANDLING: Final = ("taskHandleItem", "taskhandleitem", "业务办理项编码")
_LENGTHS: Final = "an..24 in GB/T 39046 vs 31-digit ZWFW C0109.1 实施编码 + 2-digit 办理项 = 33"
_QUOTED: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_MOST_PARAMETERS: Final = 100
_LONGEST: Final = 40  # of an implementation code, whatever its edition


def described(raw: bytes) -> dict[str, Any]:
    """The message as plain data: `names` by field, `name` where there is one. Raises DecodeError."""
    held = _object(raw)
    standard = str(held.get("standard", ""))
    inner = held.get("message", {name: value for name, value in held.items() if name != "standard"})
    if isinstance(inner, str):
        inner = {"query": inner} if "=" in inner else {"code": inner}
    if not isinstance(inner, dict) or not inner:
        raise DecodeError("a message is an object with fields")
    told: dict[str, Any] = {"fields": inner, "names": {}}
    if "query" in inner or "url" in inner:
        return told | _page(str(inner.get("query") or inner.get("url")))
    table = _table_of(standard)
    if "code" in inner:
        return told | _coded(table, standard, _plain(inner["code"]))
    told |= _names(inner)
    told |= _codes_of_items(inner)
    if not told["names"] and len(told) == 2 and not _known(inner):
        raise DecodeError("none of its fields belongs to a matter, an item or a review")
    return told


def _object(raw: bytes) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise DecodeError("longer than any message")
    try:
        held = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DecodeError("not UTF-8", offset=error.start) from error
    except json.JSONDecodeError as error:
        raise DecodeError("not JSON", offset=len(error.doc[: error.pos].encode())) from error
    except (ValueError, RecursionError) as error:
        raise DecodeError("not JSON that can be read") from error
    if not isinstance(held, dict):
        raise DecodeError("a message is an object")
    return held


def _plain(code: object) -> str:
    if isinstance(code, bool) or not isinstance(code, str | int):
        raise DecodeError("a code is text or a whole number")
    return str(code).strip() if len(str(code)) < 100 else ""


def _table_of(standard: str) -> CodeTable | None:
    found = _TABLE.search(standard)
    if found is not None:
        return codes.ANNEX[int(found[1]) - 1]
    words = standard.replace("/", " ").split()
    return next(
        (codes.BY_FIELD[word.lower()] for word in reversed(words) if word.lower() in codes.BY_FIELD), None
    )


def _coded(table: CodeTable | None, standard: str, code: str) -> dict[str, Any]:
    if table is None:
        meanings = {one.name: one.names[code] for one in codes.ANNEX if code in one.names}
        if standard or not meanings:
            raise DecodeError(f"no table is known for {standard[:60] or 'the code'}", clause=standard[:60])
        return {"code": code, "meanings": meanings}
    name = _name(table, code)
    told: dict[str, Any] = {"code": code, "table": f"{table.source} {table.name}", "name": name}
    return told | _derived(table, code, name)


def _name(table: CodeTable, code: str) -> str:
    """A code's name; numbers may have lost the zero in front."""
    name = table.names.get(code) or table.names.get(code.upper()) or table.names.get(code.zfill(2))
    if name is None:
        raise DecodeError(f"{code[:20]!r} is no code of {table.name}", clause=f"{table.source} {table.name}")
    return name


def _derived(table: CodeTable, code: str, name: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if code in table.gbt39046:
        told["gbt39046_code"] = table.gbt39046[code]
    if table in (codes.REVIEW_GRADE, codes.SATISFACTION):
        told |= {"is_bad_review": name in codes.BAD_NAMES, "grade": codes.GRADES[name]}
    return told


def _names(held: Mapping[str, Any]) -> dict[str, Any]:
    """The names of all codes in a message, and what the grade means; one alone is its `name`."""
    dialect = codes.DIALECTS.get(str(held.get("dialect", "")).strip().lower(), {})
    names: dict[str, str] = {}
    told: dict[str, Any] = {}
    equal: dict[str, str] = {}
    for field, given in held.items():
        table = dialect.get(field.lower()) or codes.BY_FIELD.get(field.lower())
        if table is None or given in (None, ""):
            continue
        code = _plain(given)
        names[field] = _name(table, code)
        found = _derived(table, code, names[field])
        if "gbt39046_code" in found:
            equal[field] = found["gbt39046_code"]
        if "is_bad_review" in found or len(equal) == 1:
            told |= found
    told |= {"names": names} | ({"gbt39046_codes": equal} if equal else {})
    return told | ({"name": next(iter(names.values()))} if len(names) == 1 else {})


def _codes_of_items(held: Mapping[str, Any]) -> dict[str, Any]:
    """What the codes of an item tell: their lengths, the body whose credit code they begin with."""
    implementation, handling = _first(held, _IMPLEMENTATION), _first(held, _HANDLING)
    told: dict[str, Any] = {}
    if implementation:
        _bounded("实施编码", implementation)
        told |= {"实施编码_length": len(implementation), "实施编码_max": _LENGTHS}
    if handling:
        _bounded("taskHandleItem", handling)
        told["taskHandleItem_length"] = len(handling)
    credit = _CREDIT.match(handling or implementation)
    if credit:
        told["unified_social_credit_code"] = credit[0]
    region = _first(held, ("areaCode", "regionCode", "行政区划", "regionId"))
    return told | (_region(region) if region else {})


def _bounded(field: str, code: str) -> None:
    if len(code) > _LONGEST or not code.isascii() or not code.isalnum():
        raise DecodeError(f"{field} is up to {_LONGEST} letters and digits", clause="ZWFW C0109.1-2018")


def _first(held: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((_plain(held[name]) for name in names if held.get(name) not in (None, "")), "")


def _region(code: str) -> dict[str, Any]:
    told: dict[str, Any] = {"regionCode_length": len(code)}
    if _REGION.fullmatch(code):
        told |= {"regionCode_rule": "6-digit GB/T 2260 + 000000", "area_code": code[:6]}
    return told


def _page(query: str) -> dict[str, Any]:
    """The parameters of a review page; they travel as base64 of base64 behind the page's address."""
    words = query.partition("?")[2] or query
    if "=" not in words.rstrip("="):
        words = _unwrapped(words)
    pairs = (pair.partition("=") for pair in words.split("&", _MOST_PARAMETERS)[:_MOST_PARAMETERS])
    parameters = {_unquoted(name): _unquoted(value) for name, _, value in pairs if name}
    if not parameters:
        raise DecodeError("the query holds no parameter")
    told: dict[str, Any] = {
        "encoding": "base64 twice over the query string appended to the base URL", "parameters": parameters,
    }  # fmt: skip
    return told | (_region(parameters["regionCode"]) if parameters.get("regionCode") else {})


def _unquoted(words: str) -> str:
    """Text without its per-cent signs (RFC 3986 2.1); bytes that are no UTF-8 are shown as such."""
    plain = _QUOTED.sub(lambda found: bytes((int(found[1], 16),)), words.replace("+", " ").encode())
    return plain.decode("utf-8", "replace")


def _unwrapped(words: str) -> str:
    try:
        return base64.b64decode(base64.b64decode(words, validate=True), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise DecodeError("the query is neither plain nor base64 of base64") from error


_FIELDS: Final = frozenset((
    "办件编号", "实施编码", "基本编码", "事项名称", "projectNo", "projid", "orgbusno", "taskCode", "taskName",
    "areaCode", "deptCode", "itemCode", "implementCode", "writingEvaluation", "assessTime", "evalDetail",
))  # fmt: skip


def _known(held: Mapping[str, Any]) -> bool:
    return any(field in _FIELDS or field.lower() in _FIELDS for field in held)
