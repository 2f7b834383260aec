"""What are the rows of an XLSX workbook's first sheet, and what may such a file not do to us?

It is a zip of XML: bounds on entries, sizes and ratios are kept before anything is unpacked, XML with a document type
is refused, and so are macros. Formulas and errors are faults of their cells.
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mudan.connect.cells import MOST_COLUMNS, Row, Value, header_of, letter, refuse, row_of, titled
from mudan.core.records.model.faults import Fault, fault

MOST_ROWS: Final = 1_000_000
MOST_ENTRIES: Final = 2_000
MOST_UNPACKED: Final = 512 << 20
MOST_RATIO: Final = 200  # real sheets stay well under 50; a bomb begins at 1,000
SMALL: Final = 1 << 20  # an entry below this is no bomb whatever its ratio
CHUNK: Final = 1 << 20
EXACT: Final = 10**15  # from here on a spreadsheet's number has lost its last digits
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, KeyError, ValueError, TypeError, IndexError,
    AttributeError, EOFError, OSError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


def sheet_rows(data: bytes) -> Iterator[Row]:
    """The rows of the first visible sheet. Raises Invalid for what is no workbook or a dangerous one."""
    _examine(data)
    numbered = titled(_cells(data))
    head = next(numbered, None)
    if head is None:
        refuse("the first sheet is empty")
    names = header_of([_value(cell, "", []) for cell in head[1]])
    over = [name or letter(place) for place, name in enumerate(names)]
    over += [letter(place) for place in range(len(names), MOST_COLUMNS + 1)]
    for number, cells in numbered:
        faults: list[Fault] = []
        values = [_value(cell, where, faults) for cell, where in zip(cells, over, strict=False)]
        row = row_of(names, number, values, faults)
        if row is not None:
            yield row


def _examine(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _keep_bounds(entries)
            for entry in entries:
                name = entry.filename.lower()
                if "vbaproject" in name or "/activex/" in name:
                    refuse("the workbook holds macros; save it as .xlsx without them")
                if name.endswith((".xml", ".rels", ".vml")):
                    _no_document_type(archive, entry)
    except _BROKEN as error:
        refuse(f"this is no XLSX workbook: {error}"[:200])


def _keep_bounds(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        refuse(f"the workbook has more than {MOST_ENTRIES} parts")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        refuse(f"the workbook unpacks to more than {MOST_UNPACKED >> 20} MB")
    for entry in entries:
        if entry.flag_bits & 1:
            refuse("the workbook is encrypted")
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            refuse("the workbook unpacks to many times its size")


def _no_document_type(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Entities are declared in document types, and no office program writes one."""
    with archive.open(entry) as part:
        tail = b""
        while chunk := part.read(CHUNK):
            found = tail + chunk
            if not tail and (found[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in found[:4]):
                refuse("a part of the workbook is not UTF-8")
            if b"<!DOCTYPE" in found or b"<!ENTITY" in found:
                refuse("a part of the workbook has a document type, which is not taken")
            tail = found[-16:]


def _cells(data: bytes) -> Iterator[tuple[Any, ...]]:
    """The cells of the first visible sheet, row by row; what breaks on the way is named by its row."""
    number = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are no matter here
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
            if sheet is None:
                refuse("the workbook has no visible sheet")
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(), 1):
                if number > MOST_ROWS + 10:
                    refuse(f"there are more than {MOST_ROWS} rows")
                yield row[: MOST_COLUMNS + 1]
    except _BROKEN as error:
        refuse(f"the sheet cannot be read after row {number}: {error}"[:200])


def _value(cell: Any, where: str, faults: list[Fault]) -> Value:
    """What stands in a cell. Whole numbers are whole; a formula or an error is a fault."""
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return None
    if kind == "f":
        faults.append(fault(where, "单元格是公式，请改为数值", "is a formula; put its value there"))
        return str(value)[:200]
    if kind == "e":
        faults.append(fault(where, f"单元格是错误值 {value}", f"is the error {value}"))
        return str(value)[:200]
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EXACT:
        faults.append(
            fault(where, "数字超过 15 位已失真，请把该列设为文本", "has lost digits; make the column text")
        )
        return str(value)
    return value if isinstance(value, str | int | float | bool | date | datetime | time) else str(value)[:200]
