"""Which row of somebody's register is a resident at an address, and which is not, and why?

One row is one resident, or an address where nobody is registered; rows of one address code make one household.
Numbers of identity cards are not among the fields: the centre does not keep them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

from mudan.core.households.model.words import CARE, KINDS, Resident
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

MOST_ROWS: Final = 5000
# How registers head their columns; what is not among these is passed over and named.
TITLES: Final = {
    "标准地址编码": "address_code", "地址编码": "address_code", "户号": "address_code", "标准地址": "address",
    "地址": "address", "网格编码": "area_code", "网格": "area_code", "类型": "kind", "经度": "lon", "纬度": "lat",
    "姓名": "name", "联系电话": "phone", "手机号": "phone", "电话": "phone", "与户主关系": "relation",
    "出生年份": "born",
    "关爱类别": "care", "重点人群": "care", "备注": "note", "最近走访": "last_visit_on", "保存至": "keep_until",
}  # fmt: skip
FIELDS: Final = (
    "address_code", "address", "area_code", "kind", "lon", "lat", "name", "phone", "relation", "born", "care", "note",
    "last_visit_on", "keep_until",
)  # fmt: skip
FIELD_TITLES: Final = {
    "address_code": Text("标准地址编码", "address code"), "address": Text("标准地址", "address"),
    "area_code": Text("网格编码", "grid code"), "kind": Text("类型", "kind"), "lon": Text("经度", "longitude"),
    "lat": Text("纬度", "latitude"), "name": Text("姓名", "name"), "phone": Text("联系电话", "telephone"),
    "relation": Text("与户主关系", "relation"), "born": Text("出生年份", "year of birth"),
    "care": Text("关爱类别", "kind of care"), "note": Text("备注", "note"),
    "last_visit_on": Text("最近走访", "last visit"), "keep_until": Text("保存至", "keep until"),
}  # fmt: skip
NEEDED: Final = ("address_code", "address", "area_code")
OUTSIDE: Final = "the address lies outside your area"
ANOTHERS: Final = "the address is another area's or department's"
# What is wrong, as people who mend registers read it.
_SAID: Final = {
    "another row has this code with another address": "同一编码在前面的行里是另一个地址",
    "the register has no such field": "台账没有这个字段",
    "this is needed": "必填",
    "the area is a division code": "应为区划或网格编码",
    "this is home or unit": "应为“住户”或“单位”",
    "a place needs both longitude and latitude": "经度和纬度要同时填写",
    "this is a word or a number": "应为文字或数字",
    "this is a formula, not a value": "这是公式，不是值",
    "this is a number of degrees": "应为度数",
    "the place is not on the globe": "坐标超出范围",
    "this is a day, YYYY-MM-DD": "应为日期，如 2026-11-23",
    "whose is this? the name is missing": "有电话或关爱类别，却没有姓名",
    "this is a telephone number": "应为电话号码",
    "this is a year": "应为年份",
    "there is no such kind of care": "没有这种关爱类别",
    "this is words, at most 200 characters": "应为文字，最多 200 字",
    OUTSIDE: "地址不在您的辖区",
    ANOTHERS: "地址属于其他辖区或部门",
}
_LONGEST: Final = 200  # stands in the words above too
_FORMULA: Final = ("=", "+", "@")
_SPLIT: Final = str.maketrans("、；，;|/", ",,,,,,")
_BY_TITLE: Final = {title.zh: code for code, title in CARE.items()}
_KIND_BY_TITLE: Final = {title.zh: code for code, title in KINDS.items()}
_OLDEST: Final = 1900


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A row as it was understood, with its number from 1. `resident` None: nobody is registered at the address."""

    number: int
    address_code: str
    address: str
    area_code: str
    kind: str
    lon: float | None
    lat: float | None
    resident: Resident | None
    last_visit_on: date | None
    keep_until: date | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that was not taken: its number from 1, the field to blame, the reason (`zh`: where others worded it)."""

    row: int
    field: str
    reason: str
    zh: str = ""

    @property
    def said(self) -> Text:
        """What is wrong, in both languages; no value of the row stands in it."""
        return Text(self.zh or _SAID.get(self.reason, self.reason), self.reason)


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[list[RegisterRow], list[Fault]]:
    """The good rows and what is wrong with the others. Rows that contradict the first of their address are faults."""
    good: list[RegisterRow] = []
    faults: list[Fault] = []
    first: dict[str, RegisterRow] = {}
    for number, given in enumerate(rows, 1):
        try:
            row = row_of(given, number)
            known = first.setdefault(row.address_code, row)
            if (known.address, known.area_code) != (row.address, row.area_code):
                raise Invalid("another row has this code with another address", field="address_code")
        except Invalid as error:
            faults.append(Fault(number, error.field, error.reason))
        else:
            good.append(row)
    return good, faults


def titled(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A row under the names of the fields, and the columns that are not kept (identity cards among them)."""
    named = {TITLES.get(title.strip(), title.strip()): value for title, value in given.items()}
    kept = {
        name: str(value) if isinstance(value, date) else value
        for name, value in named.items()
        if name in FIELDS
    }
    return kept, sorted(name for name in named if name not in FIELDS)


def row_of(given: Mapping[str, Any], number: int = 1) -> RegisterRow:
    """One row. Raises Invalid naming the field."""
    for name in given:
        if name not in FIELDS:
            raise Invalid("the register has no such field", field=name)
    words = {name: _word(name, given.get(name)) for name in FIELDS}
    for name in NEEDED:
        if not words[name]:
            raise Invalid("this is needed", field=name)
    if not (
        words["area_code"].isascii() and words["area_code"].isalnum() and 6 <= len(words["area_code"]) <= 24
    ):
        raise Invalid("the area is a division code", field="area_code")
    kind = _KIND_BY_TITLE.get(words["kind"], words["kind"] or "home")
    if kind not in KINDS:
        raise Invalid("this is home or unit", field="kind")
    lon, lat = _degrees("lon", words["lon"], 180.0), _degrees("lat", words["lat"], 90.0)
    if (lon is None) != (lat is None):
        raise Invalid("a place needs both longitude and latitude", field="lon" if lon is None else "lat")
    return RegisterRow(
        number, words["address_code"], words["address"], words["area_code"], kind, lon, lat, _resident(words),
        _day("last_visit_on", words["last_visit_on"]), _day("keep_until", words["keep_until"]),
    )  # fmt: skip


def _word(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and name == "care":
        value = ",".join(map(str, value))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Invalid("this is a word or a number", field=name)
    word = str(value).strip()
    if len(word) > _LONGEST or not word.isprintable():
        raise Invalid(f"this is words, at most {_LONGEST} characters", field=name)
    if word.startswith(_FORMULA) and not (name == "phone" and _digits(word)):
        raise Invalid("this is a formula, not a value", field=name)
    return word


def _digits(word: str) -> str:
    bare = word.replace("-", "").replace(" ", "").removeprefix("+")
    return bare if bare.isascii() and bare.isdigit() else ""


def _degrees(name: str, word: str, most: float) -> float | None:
    if not word:
        return None
    try:
        value = float(word)
    except ValueError:
        raise Invalid("this is a number of degrees", field=name) from None
    if not -most <= value <= most:
        raise Invalid("the place is not on the globe", field=name)
    return value


def _day(name: str, word: str) -> date | None:
    if not word:
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise Invalid("this is a day, YYYY-MM-DD", field=name) from None


def _resident(words: Mapping[str, str]) -> Resident | None:
    care = _care(words["care"])
    if not words["name"]:
        if care or words["phone"]:
            raise Invalid("whose is this? the name is missing", field="name")
        return None
    if words["phone"] and not 3 <= len(_digits(words["phone"])) <= 15:
        raise Invalid("this is a telephone number", field="phone")
    born = words["born"]
    if born and not (born.isascii() and born.isdigit() and _OLDEST <= int(born) <= _OLDEST + 250):
        raise Invalid("this is a year", field="born")
    return Resident(
        words["name"], words["phone"], words["relation"], int(born) if born else None, care, words["note"]
    )


def _care(word: str) -> tuple[str, ...]:
    kinds = [one.strip() for one in word.translate(_SPLIT).split(",") if one.strip()]
    found = [_BY_TITLE.get(one, one) for one in kinds]
    for one in found:
        if one not in CARE:
            raise Invalid("there is no such kind of care", field="care")
    return tuple(sorted(set(found)))


def by_address(rows: Iterable[RegisterRow]) -> list[tuple[RegisterRow, ...]]:
    """The rows of each address together, in the order of the codes."""
    ordered = sorted(rows, key=lambda row: row.address_code)
    ends = [
        0,
        *(i for i, (a, b) in enumerate(pairwise(ordered), 1) if a.address_code != b.address_code),
        len(ordered),
    ]
    return [tuple(ordered[start:end]) for start, end in pairwise(ends) if start < end]
