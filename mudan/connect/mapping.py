"""What does one row of a table say in the words of its feed: a record, or what is wrong with which field?

Total: every row becomes one or the other, whatever it holds. Columns that no field names stay in the raw row.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.connect.cells import Row
from mudan.connect.feeds import PLACE, Feed, FieldMap, When
from mudan.connect.pictures import Wrong, told_pictures, without_data
from mudan.core.records.model.faults import fault
from mudan.core.records.model.words import BadRow, Moving, Opening, Record, Shot
from mudan.primitives.clock import CST

_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d")
_CLOCKS: Final = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "T%H:%M", "T%H%M%S", " %H:%M:%S.%f", "%H%M%S")
_EARLIEST, _LATEST_YEARS = 1949, 100
_TRUE: Final = frozenset(("1", "true", "y", "yes", "是", "√"))
_FALSE: Final = frozenset(("0", "false", "n", "no", "否", "2"))
_MISSING: Final = frozenset(("null", "none", "nan", "n/a", "-", "—", "/", "无"))
LONGEST_KEY: Final = 200
LONGEST_AREA: Final = 16  # a grid cell's code; the village's within it has 12


@dataclass(frozen=True, slots=True)
class Source:
    """From where rows come: the platform's own area, the run they belong to, and when they were read."""

    area: str
    run: UUID
    now: datetime


def mapped(feed: Feed, row: Row, source: Source) -> Record | BadRow:
    """The record that a row says, or the row with its faults."""
    faults = list(row.faults)
    blamed = {one.field for one in faults}
    content: dict[str, Any] = {}
    times: dict[str, datetime] = {}
    raw, shots = dict(row.values), list[Shot]()
    for one in feed.fields:
        name, given = _found(one, row.values)
        if name in blamed:
            continue
        try:
            if one.kind == "pictures":
                raw = without_data(raw, name)
                value, found = told_pictures(given, name)
                shots += found
            else:
                value = _value(one, given, times)
        except Wrong as wrong:
            faults.append(fault(name, wrong.zh, wrong.en))
            continue
        if value is not None or one.default:
            content[one.target] = one.default if value is None else value
        elif one.required:
            faults.append(fault(name, "必填项为空", "is needed and empty"))
    key = _named(feed.key, content)
    if not faults and (not key.strip("/") or len(key) > LONGEST_KEY):
        faults.append(fault(feed.key[0], "没有可用的编号", "no number that names the record"))
    area = _area(str(content.get(feed.area, "") or source.area) if feed.area else source.area)
    if not faults and not (area.isascii() and area.isdigit() and 2 <= len(area) <= LONGEST_AREA):
        faults.append(fault(feed.area, "行政区划代码有误", "is no code of an area"))
    if faults:
        return BadRow(feed.name, row.number, raw, tuple(faults), source.run)
    return Record(
        feed.name, key, content, raw, area, times.get(feed.at) if feed.at else None,
        _opening(feed, content, times), _moves(feed, content, times), source.run, row.number,
        _named(feed.subject, content), tuple(shots), str(content.get(feed.department, "")) if feed.department else "",
    )  # fmt: skip


def _area(code: str) -> str:
    """A code without the zeros that only fill it up: 371702000000 is the county 371702 (GB/T 2260, GB/T 10114)."""
    while 6 < len(code) <= 12 and code.endswith("000"):
        code = code[:-3]
    return code


def _named(names: tuple[str, ...], content: Mapping[str, Any]) -> str:
    return "/".join(str(content.get(name, "")) for name in names)


def _found(one: FieldMap, values: Mapping[str, Any]) -> tuple[str, Any]:
    """The first of the names that has a value, with it; else the first name that is there at all."""
    present = ""
    for name in one.names:
        if name in values:
            held: Any = values[name]
        elif "." in name:
            held = values
            for part in name.split("."):
                held = held.get(part) if isinstance(held, dict) else None
        else:
            continue
        if held is not None and held != "":
            return name, held
        present = present or name
    return present or one.names[0], None


def _value(one: FieldMap, given: Any, times: dict[str, datetime]) -> Any:
    if isinstance(given, str) and given.strip().lower() in _MISSING and one.kind != "text":
        given = None
    if given is None:
        return None
    if one.kind in ("date", "datetime"):
        at = _moment(one, given)
        times[one.target] = at
        return at.astimezone(CST).date().isoformat() if one.kind == "date" else at.isoformat()
    return _READ[one.kind](one, given)


def _text(one: FieldMap, given: Any) -> str:
    if isinstance(given, dict | list):
        raise Wrong("应为文字，不是对象或列表", "is an object or a list, not words")
    told = given.isoformat(" ") if isinstance(given, datetime) else str(given).strip()
    if one.pattern and not (isinstance(given, str) and re.fullmatch(one.pattern, told, re.ASCII)):
        raise Wrong("写法不对，编码须为文字", "is not written as it is to be; a code is a text, not a number")
    if len(told) > one.longest:
        raise Wrong(f"超过 {one.longest} 字", f"is longer than {one.longest} characters")
    if "\0" in told:
        raise Wrong("含空字符", "holds a null character")
    return told


def _code(one: FieldMap, given: Any) -> str:
    told = _text(one, int(given) if isinstance(given, float) and given.is_integer() else given)
    ours = one.codes.get(told)
    if ours is None:
        raise Wrong(f"代码 {told[:40]} 不在代码表内", f"the code {told[:40]} is not in its table")
    return ours


def _number(one: FieldMap, given: Any) -> float:
    told = given.replace(",", "").strip() if isinstance(given, str) else given
    try:
        value = float(told)
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if isinstance(given, bool) or not math.isfinite(value):
        raise Wrong("不是数字", "is no number")
    value *= one.scale
    if (one.low is not None and value < one.low) or (one.high is not None and value > one.high):
        raise Wrong(f"{value:g} 超出合理范围", f"{value:g} is out of range")
    return value


def _whole(one: FieldMap, given: Any) -> int:
    value = _number(one, given)
    if not value.is_integer():
        raise Wrong("不是整数", "is no whole number")
    return int(value)


def _flag(one: FieldMap, given: Any) -> bool:
    if isinstance(given, bool):
        return given
    told = _text(one, given).lower()
    if told not in _TRUE | _FALSE:
        raise Wrong("应为是或否", "is neither yes nor no")
    return told in _TRUE


def _phone(one: FieldMap, given: Any) -> str:
    told = _text(one, given)
    digits = re.sub(r"[-\s()（）]", "", told).removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 15):
        raise Wrong("不是电话号码", "is no telephone number")
    return told


_READ: Final[dict[str, Callable[[FieldMap, Any], Any]]] = {
    "text": _text, "code": _code, "number": _number, "whole": _whole, "flag": _flag, "phone": _phone,
}  # fmt: skip


def _moment(one: FieldMap, given: Any) -> datetime:
    """A time; without a zone it is China's. A day alone begins at midnight."""
    at = given if isinstance(given, datetime) else None
    if isinstance(given, date) and at is None:
        at = datetime.combine(given, time())
    if isinstance(given, str):
        at = _read_moment(given.strip(), one.formats)
    elif isinstance(given, int | float) and not isinstance(given, bool):
        at = _read_moment(f"{given:.0f}", one.formats)
    if at is None:
        raise Wrong(f"日期 {str(given)[:40]} 不存在或写法不明", f"{str(given)[:40]} is no date that exists")
    if not _EARLIEST <= at.year <= datetime(2000, 1, 1, tzinfo=UTC).year + _LATEST_YEARS:
        raise Wrong(f"年份 {at.year} 不合理", f"the year {at.year} cannot be")
    return (at if at.tzinfo else at.replace(tzinfo=CST)).astimezone(UTC)


def _read_moment(told: str, formats: tuple[str, ...]) -> datetime | None:
    if len(told) > 40:
        return None
    if len(told) == 13 and told.isascii() and told.isdigit():  # milliseconds since 1970
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(told))
    try:
        if len(told) >= 10 and told[4] == "-":
            return datetime.fromisoformat(told)
    except ValueError:
        pass
    for one in formats or (day + clock for day in _DAYS for clock in _CLOCKS):
        try:
            return datetime.strptime(told, one)  # noqa: DTZ007 - China's zone is added where it has none
        except ValueError:
            continue
    return None


def _holds(when: When, content: Mapping[str, Any], times: Mapping[str, datetime]) -> bool:
    value = content.get(when.field)
    if when.op == "is":
        return str(value) in when.values
    if when.op == "after":
        one, other = times.get(when.field), times.get(when.values[0])
        return one is not None and other is not None and one > other
    return (value is not None) is (when.op == "filled")


def _opening(feed: Feed, content: Mapping[str, Any], times: Mapping[str, datetime]) -> Opening | None:
    for one in feed.opens:
        if all(_holds(when, content, times) for when in one.when):
            due = times.get(one.due) if one.due else None
            if one.due and due is None:
                continue
            form = {name: content[held] for name, held in one.form.items() if held in content}
            own = one.own
            lon, lat = _place(own.lon, own.lat, content)
            return Opening(
                one.type, str(content.get(own.class_code, one.class_code)), _filled(one.title, content, times)[:200],
                _filled(one.text, content, times)[:5000], str(content.get(own.source, one.source)), form, due,
                str(content.get(own.address, ""))[:300], lon, lat, times.get(own.since), times.get(own.until),
            )  # fmt: skip
    return None


def _place(lon: str, lat: str, content: Mapping[str, Any]) -> tuple[float, float] | tuple[None, None]:
    """Longitude and latitude; neither without the other, and not the corner of the map that means "unknown"."""
    found = content.get(lon), content.get(lat)
    if not isinstance(found[0], int | float) or not isinstance(found[1], int | float):
        return None, None
    return (None, None) if found[0] == found[1] == 0.0 else (float(found[0]), float(found[1]))


def _filled(template: str, content: Mapping[str, Any], times: Mapping[str, datetime]) -> str:
    """A template with its places filled, once: what a value holds is never looked at again. Times are the county's."""

    def said(place: re.Match[str]) -> str:
        at = times.get(place[1])
        return str(content.get(place[1], "—")) if at is None else f"{at.astimezone(CST):%Y-%m-%d %H:%M}"

    return PLACE.sub(said, template)


def _moves(feed: Feed, content: Mapping[str, Any], times: Mapping[str, datetime]) -> tuple[Moving, ...]:
    return tuple(
        Moving(one.event, _filled(one.reason, content, times), one.answer, str(content.get(one.once, "")))
        for one in feed.moves
        if all(_holds(when, content, times) for when in one.when)
    )
