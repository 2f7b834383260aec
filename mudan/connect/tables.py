"""What are the rows of a table that a stranger made: CSV, NDJSON, JSON or XLSX, of whatever encoding?

The first row names the columns; rows are numbered as a spreadsheet shows them. A row is given as it is found, with the
faults of its values; only what spoils the whole table raises Invalid, which says where.

    rows(data, name) ─▶ by its first bytes ─┬ PK…        workbook.py (XLSX)
                                            ├ { or [     JSON: a list of objects, or one object a line
                                            └ else       CSV: , ; or tab; UTF-8, UTF-16 with mark, GB18030
"""

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NoReturn

from mudan.connect.cells import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Row,
    Value,
    header_of,
    letter,
    refuse,
    row_of,
    titled,
)
from mudan.core.records.model.faults import Fault, fault
from mudan.primitives.errors import Invalid

__all__ = ["MOST_BYTES", "MOST_ROWS", "Row", "Value", "decoded", "loaded", "rows"]

MOST_BYTES: Final = 64 << 20
MOST_ROWS: Final = 1_000_000
_LISTS: Final = ("rows", "records", "items", "data")


def rows(data: bytes, name: str = "") -> Iterator[Row]:
    """The rows of a table; `name` is its file's. Raises Invalid (field `file`) for what is no table or too much."""
    if len(data) > MOST_BYTES:
        refuse(f"the file is larger than {MOST_BYTES >> 20} MB")
    if not data.strip():
        refuse("the file is empty")
    if data.startswith(b"PK"):
        from mudan.connect.workbook import (
            sheet_rows,
        )  # the office library takes its time; only who needs it waits

        found = sheet_rows(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        refuse("this is an old .xls workbook; save it as .xlsx or CSV")
    else:
        words = decoded(data)
        start = words.lstrip()[:1]
        if start in ("{", "["):
            found = _lines(words) if start == "{" and not _one_object(words) else _listed(words)
        else:
            found = _separated(words, name)
    return _bounded(found)


def decoded(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else GB18030 (GBK, GB2312). Raises Invalid."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _strictly(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(data, "gb18030")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        refuse(f"line {line} is neither UTF-8 nor GB18030 text")


def _bounded(found: Iterable[Row]) -> Iterator[Row]:
    for count, row in enumerate(found, 1):
        if count > MOST_ROWS:
            refuse(f"there are more than {MOST_ROWS} rows")
        yield row


def _separated(words: str, name: str) -> Iterator[Row]:
    first = next((line for line in words.splitlines() if line.strip()), "")
    mark = "\t" if name.lower().endswith(".tsv") else max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=mark, strict=True)
    numbered = titled(enumerate(_read(reader), 1))
    head = next(numbered, None)
    if head is None:
        refuse("the first row names no column")
    names = header_of(head[1])
    for number, cells in numbered:
        if not cells:
            continue
        faults: list[Fault] = []
        if len(cells) < len(names):
            faults.append(
                fault("", f"只有 {len(cells)} 列，表头有 {len(names)} 列",
                      f"has {len(cells)} values for {len(names)} columns")
            )  # fmt: skip
        plain = [_plain(cell, names, place, faults) for place, cell in enumerate(cells)]
        row = row_of(names, number, plain, faults)
        if row is not None:
            yield row


def _read(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            refuse(f"row {number} is no CSV: {error}")
        yield cells


def _plain(cell: str, names: Sequence[str], place: int, faults: list[Fault]) -> str:
    """A cell's text; `="0012"` is how spreadsheets keep a zero in front, every other `=` is a formula."""
    if not cell.startswith("="):
        return cell
    if len(cell) >= 3 and cell[1] == '"' == cell[-1] and '"' not in cell[2:-1]:
        return cell[2:-1]
    where = names[place] if place < len(names) and names[place] else letter(place)
    faults.append(fault(where, "单元格是公式，请改为数值", "is a formula; put its value there"))
    return cell


def _one_object(words: str) -> bool:
    """Whether text that begins with { is one JSON object, which may go over several lines."""
    first = words.lstrip().split("\n", 1)[0]
    try:
        held = json.loads(first)
    except (ValueError, RecursionError):
        return True  # an object that does not end on its line
    return isinstance(held, dict) and any(isinstance(held.get(name), list) for name in _LISTS)


def _lines(words: str) -> Iterator[Row]:
    for number, line in enumerate(words.splitlines(), 1):
        if line.strip():
            try:
                yield _object(number, loaded(line))
            except Invalid as error:
                yield Row(number, {"": line[:LONGEST_CELL]}, (fault("", "不是有效的 JSON", error.reason),))


def _listed(words: str) -> Iterator[Row]:
    held = loaded(words)
    if isinstance(held, dict):
        held = next((held[name] for name in _LISTS if isinstance(held.get(name), list)), [held])
    if not isinstance(held, list):
        refuse("a list of objects is expected")
    for number, one in enumerate(held, 1):
        yield _object(number, one)


def _object(number: int, held: Any) -> Row:
    if not isinstance(held, dict):
        return Row(number, {"": str(held)[:200]}, (fault("", "不是对象", "is no object"),))
    if len(held) > MOST_COLUMNS:
        return Row(number, {}, (fault("", "字段太多", f"has more than {MOST_COLUMNS} fields"),))
    return row_of(list(held), number, list(held.values()), []) or Row(number, dict(held))


def loaded(words: str) -> Any:
    """JSON, strictly: no name twice, no NaN. Raises Invalid with the line and column."""
    try:
        return json.loads(words, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        refuse(f"line {error.lineno}, column {error.colno}: {error.msg}")
    except RecursionError:
        refuse("the JSON is nested too deeply")
    except ValueError as error:
        refuse(str(error)[:200])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the name {next(name for name in names if names.count(name) > 1)} stands twice")
    return held


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
