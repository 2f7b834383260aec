"""What is a row, a header and a cell of a stranger's table, whatever file it came in?"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, NoReturn

from mudan.core.records.model.faults import Fault, fault
from mudan.primitives.errors import Invalid

MOST_COLUMNS: Final = 300
LONGEST_CELL: Final = 32_767  # what a spreadsheet's cell holds

Value = str | int | float | bool | date | datetime | time | list[Any] | dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it (a line of NDJSON, a place in a JSON list), values by column."""

    number: int
    values: dict[str, Value]
    faults: tuple[Fault, ...] = ()


def refuse(reason: str) -> NoReturn:
    """The whole table cannot be read."""
    raise Invalid(reason, field="file")


def header_of(cells: Sequence[Any]) -> list[str]:
    """The names of the columns. An unnamed column is named by its letter. Raises Invalid for two of one name."""
    names = [("" if cell is None else str(cell)).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        refuse("the first row names no column")
    if len(names) > MOST_COLUMNS:
        refuse(f"there are more than {MOST_COLUMNS} columns")
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        if name and name in seen:
            refuse(f"columns {letter(seen[name])} and {letter(place)} are both named {name[:60]}")
        seen[name] = place
    return names


def letter(place: int) -> str:
    """The letters over a column, from 0: A … Z, AA …"""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


def titled(numbered: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows from the header on: empty rows and a title in one cell above it are passed over."""
    above: list[tuple[int, Sequence[Any]]] = []
    for number, row in numbered:
        filled = sum(cell not in (None, "") for cell in row)
        if filled >= 2 or (filled and len(above) >= 5):
            return itertools.chain([(number, row)], numbered)
        if filled:
            above.append((number, row))
    return iter(above)


def row_of(names: Sequence[str], number: int, cells: Sequence[Value], faults: list[Fault]) -> Row | None:
    """A row of cells under its names; None when it is empty."""
    values: dict[str, Value] = {}
    for place, name in enumerate(names):
        cell = cells[place] if place < len(cells) else None
        if isinstance(cell, str):
            cell = cell.strip()
            if len(cell) > LONGEST_CELL or "\0" in cell:
                faults.append(
                    fault(name or letter(place), "内容过长或含空字符", "too long, or holds a null character")
                )
                cell = cell[:LONGEST_CELL].replace("\0", "")
        if name:
            values[name] = None if cell == "" else cell
        elif cell not in (None, ""):
            faults.append(
                fault(
                    letter(place), "此列没有表头（可能是合并单元格）", "no header over this (merged cells?)"
                )
            )
    if any(cell not in (None, "") for cell in cells[len(names) :]):
        faults.append(fault("", "比表头多出若干列", "has more values than there are columns"))
    if not faults and all(value is None for value in values.values()):
        return None
    return Row(number, values, tuple(faults))
