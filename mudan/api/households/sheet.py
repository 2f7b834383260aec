"""Which columns of somebody's file are a register's, which of its rows are good, and what is wrong with the others?"""

import csv
import hashlib
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from mudan.api.wire import plain_cell
from mudan.connect import tables
from mudan.core.households.model import register as registers
from mudan.core.households.model.register import FIELDS, MOST_ROWS, OUTSIDE, TITLES, Fault, RegisterRow
from mudan.core.records.model.faults import Fault as CellFault
from mudan.primitives.errors import Invalid


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as it was read. `columns`: as the file heads them, each with its field or None (not kept).

    Rows and faults bear the numbers that a spreadsheet shows.
    """

    digest: str
    columns: dict[str, str | None]
    total: int
    good: list[RegisterRow]
    faults: list[Fault]
    values: dict[int, Mapping[str, Any]]

    @property
    def not_kept(self) -> list[str]:
        """The columns that the centre does not keep."""
        return sorted(title for title, field in self.columns.items() if field is None)


def read(data: bytes, name: str, area: str) -> Sheet:
    """A register from CSV, JSON or XLSX; rows outside `area` are faults. Raises Invalid (field `file` or `rows`)."""
    found = list(islice(tables.rows(data, name), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise Invalid(f"at most {MOST_ROWS} rows at a time", field="rows")
    columns: dict[str, str | None] = {}
    given: list[dict[str, Any]] = []
    numbers: list[int] = []
    spoilt: list[Fault] = []
    for row in found:
        columns |= {title: _field(title) for title in row.values}
        if row.faults:
            spoilt += [_cell(row.number, one) for one in row.faults]
            continue
        given.append(registers.titled(row.values)[0])
        numbers.append(row.number)
    if not any(columns.values()):
        raise Invalid("no column of a register is among these", field="file")
    taken, faults = registers.read(given)
    rows = [replace(one, number=numbers[one.number - 1]) for one in taken]
    spoilt += [replace(one, row=numbers[one.row - 1]) for one in faults]
    spoilt += [Fault(one.number, "area_code", OUTSIDE) for one in rows if not one.area_code.startswith(area)]
    return Sheet(
        hashlib.sha256(data).hexdigest(), columns, len(found),
        [one for one in rows if one.area_code.startswith(area)], sorted(spoilt, key=lambda one: one.row),
        {row.number: row.values for row in found},
    )  # fmt: skip


def _field(title: str) -> str | None:
    name = TITLES.get(title.strip(), title.strip())
    return name if name in FIELDS else None


def _cell(row: int, one: CellFault) -> Fault:
    return Fault(row, _field(one.field) or one.field, one.reason.en, one.reason.zh)


def bad_csv(sheet: Sheet, faults: Collection[Mapping[str, Any]]) -> str:
    """The rows that were not taken, with what is wrong, to be put right and given again; no column that is not kept."""
    names = [title for title, field in sheet.columns.items() if field is not None]
    by_row: dict[int, list[Mapping[str, Any]]] = {}
    for one in faults:
        by_row.setdefault(int(one["row"]), []).append(one)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["行号 row", "问题字段 field", "原因 reason", *(plain_cell(name) for name in names)])
    for number, wrong in sorted(by_row.items()):
        values = sheet.values.get(number, {})
        said = "; ".join(f"{one['zh']} ({one['en']})" for one in wrong)
        cells = [
            number,
            "; ".join(str(one["field"]) for one in wrong),
            said,
            *(values.get(n, "") for n in names),
        ]
        table.writerow([plain_cell(cell) for cell in cells])
    return out.getvalue()
