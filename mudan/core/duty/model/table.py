"""How does a week's roster look as a table (CSV) that people fill in with a spreadsheet?

    position,name,phone,starts,ends,note
    duty_officer,示例·张某,0000-000001,2026-11-23 08:30,2026-11-24 08:30,

Times are Asia/Shanghai. A position may be named by its code or by its Chinese title.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mudan.core.duty.model.roster import Position, Shift
from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid

COLUMNS: Final = ("position", "name", "phone", "starts", "ends", "note")
MOST_ROWS: Final = 2000
_TIME: Final = "%Y-%m-%d %H:%M"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `line` is its number in the file, the header being 1."""

    line: int
    position: str
    name: str
    phone: str
    starts_at: datetime
    ends_at: datetime
    note: str


def parsed(text: str, positions: Iterable[Position]) -> list[Row]:
    """The rows of a table. Raises Invalid that names the line, with nothing taken over."""
    codes = {key: one.code for one in positions for key in (one.code, one.title.zh)}
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [name for name in COLUMNS[:5] if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid(f"the table lacks the columns {', '.join(missing)}", field="text")
    rows: list[Row] = []
    for line, row in enumerate(reader, start=2):
        if not any((value or "").strip() for value in row.values() if isinstance(value, str)):
            continue
        if len(rows) >= MOST_ROWS:
            raise Invalid(f"a table has at most {MOST_ROWS} rows", field="text")
        rows.append(_row(line, {name: (row.get(name) or "").strip() for name in COLUMNS}, codes))
    return rows


def _row(line: int, row: dict[str, str], codes: dict[str, str]) -> Row:
    position = codes.get(row["position"])
    if position is None:
        raise Invalid(f"line {line}: there is no position {row['position']!r}", field="text")
    if not row["name"]:
        raise Invalid(f"line {line}: the name is missing", field="text")
    starts, ends = _moment(line, row["starts"]), _moment(line, row["ends"])
    if not starts < ends:
        raise Invalid(f"line {line}: the shift ends before it starts", field="text")
    plain = {name: row[name].removeprefix("'") for name in ("name", "phone", "note")}
    return Row(line, position, plain["name"], plain["phone"], starts, ends, plain["note"])


def _moment(line: int, text: str) -> datetime:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=CST)
    except ValueError:
        raise Invalid(f"line {line}: {text!r} is not a time like 2026-11-23 08:30", field="text") from None


def printed(shifts: Iterable[Shift]) -> str:
    """The table of shifts, as `parsed` reads it, with a mark so that spreadsheets read the Chinese."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for one in shifts:
        times = [at.astimezone(CST).strftime(_TIME) for at in (one.starts_at, one.ends_at)]
        table.writerow([one.position, _plain(one.name), _plain(one.phone), *times, _plain(one.note)])
    return "\ufeff" + out.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
