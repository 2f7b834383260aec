"""What stands in the cells of one sheet of a workbook? Its XML is read row by row, and no row is kept.

The office library knows the book – its sheets, texts and which styles are dates; made for reading anything, it builds
objects for each cell, which for a large table is most of the time an import takes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from math import isnan
from typing import IO, Final, Literal

from lxml import etree
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601

from mudan.connect.cells import MOST_COLUMNS

EXACT: Final = 10**15  # from here on a spreadsheet's number has lost its last digits


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that holds no value to be taken: a formula, an error, a number that lost its last digits."""

    kind: Literal["formula", "error", "lossy"]
    text: str


Cell = str | int | float | bool | date | datetime | time | Odd | None


@dataclass(frozen=True, slots=True)
class Book:
    """What a sheet's cells refer to: texts by number, the styles that make a number a date or a span, day nought."""

    texts: Sequence[str]
    dates: frozenset[int]
    spans: frozenset[int]
    epoch: datetime


def cells(source: IO[bytes], book: Book) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of a sheet that hold anything, with their numbers, which rise. Raises what a broken sheet provokes."""
    last = 0
    for _, row in etree.iterparse(
        source, tag="{*}row", resolve_entities=False, no_network=True, load_dtd=False,
        remove_comments=True, remove_pis=True,
    ):  # fmt: skip
        number = int(row.get("r") or last + 1)
        if number <= last:
            raise ValueError(f"row {number} stands behind row {last}")
        last = number
        yield number, _row(row, book)
        row.clear()
        above = row.getparent()
        if above is not None:
            del above[: above.index(row)]


def _row(row: etree._Element, book: Book) -> list[Cell]:
    found: list[Cell] = []
    for element in row:
        where = element.get("r")
        column = _column(where.rstrip("0123456789")) if where else len(found)
        if column > MOST_COLUMNS:
            break
        if column >= len(found):
            found.extend([None] * (column - len(found)))
            found.append(_cell(element, book))
        else:
            found[column] = _cell(element, book)
    return found


@lru_cache(maxsize=2 * MOST_COLUMNS)
def _column(letters: str) -> int:
    return column_index_from_string(letters) - 1


def _cell(element: etree._Element, book: Book) -> Cell:
    text = inline = None
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "v":
            text = child.text
        elif name == "f":
            return Odd("formula", f"={child.text or ''}"[:200])
        elif name == "is":
            inline = _inline(child)
    kind = element.get("t", "n")
    if kind == "inlineStr":
        return inline
    return _typed(kind, text, element.get("s"), book) if text else None


def _inline(element: etree._Element) -> str:
    """The text of a cell in one piece or several; how it is pronounced stands beside it and is none of it."""
    pieces = element.iterfind("{*}t") if element.find("{*}r") is None else element.iterfind("{*}r/{*}t")
    return "".join(piece.text or "" for piece in pieces)


def _typed(kind: str, text: str, style: str | None, book: Book) -> Cell:
    if kind == "s":
        return book.texts[int(text)]
    if kind == "n":
        return _number(text, int(style) if style else None, book)
    if kind == "b":
        return bool(int(text))
    if kind == "d":
        return _instant(text)
    return Odd("error", text[:200]) if kind == "e" else text


def _number(text: str, style: int | None, book: Book) -> Cell:
    """A number as it is meant: a date by its style, whole ones whole."""
    try:
        number = float(text)
    except ValueError:
        return Odd("error", text[:200])
    if isnan(number):
        return Odd("error", text[:200])
    if style in book.dates:
        return _dated(number, style in book.spans, book)
    if abs(number) >= EXACT:
        return Odd("lossy", text[:200])
    return int(number) if number.is_integer() else number


def _dated(number: float, span: bool, book: Book) -> Cell:
    try:
        found = from_excel(number, book.epoch, timedelta=span)
    except (OverflowError, ValueError):
        return Odd("error", "#VALUE!")
    return found if isinstance(found, date | time) else str(found)[:200]


def _instant(text: str) -> date | time:
    found: date | time = from_ISO8601(text)  # type: ignore[no-untyped-call]  # the library's own
    return found
