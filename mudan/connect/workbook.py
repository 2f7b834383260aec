"""What are the rows of an XLSX workbook's first sheet, and what may such a file not do to us?

It is a zip of XML: bounds on entries, sizes and ratios are kept before anything is unpacked, XML with a document type
is refused, and so are macros. Formulas and errors are faults of their cells.
"""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mudan.connect import sheet
from mudan.connect.cells import MOST_COLUMNS, Row, Value, header_of, letter, refuse, row_of, titled
from mudan.connect.sheet import Book, Cell, Odd
from mudan.core.records.model.faults import Fault, fault

MOST_ROWS: Final = 1_000_000
MOST_ENTRIES: Final = 2_000
MOST_UNPACKED: Final = 512 << 20
MOST_RATIO: Final = 200  # real sheets stay well under 50; a bomb begins at 1,000
SMALL: Final = 1 << 20  # an entry below this is no bomb whatever its ratio
CHUNK: Final = 1 << 20
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, KeyError, ValueError, TypeError, IndexError,
    AttributeError, EOFError, etree.LxmlError, OSError, NotImplementedError, RuntimeError, OverflowError,
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


def _cells(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """The cells of the first visible sheet, row by row; what breaks on the way is named by its row."""
    number = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that are no matter here
            held = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            page = next((one for one in held.worksheets if one.sheet_state == "visible"), None)
            if page is None:
                refuse("the workbook has no visible sheet")
            source, book = _opened(held, page)
            with source:
                for count, (number, row) in enumerate(sheet.cells(source, book), 1):
                    if count > MOST_ROWS + 10:
                        refuse(f"there are more than {MOST_ROWS} rows")
                    yield number, row
    except _BROKEN as error:
        refuse(f"the sheet cannot be read after row {number}: {error}"[:200])


def _opened(held: Any, page: Any) -> tuple[IO[bytes], Book]:
    """A sheet's XML and what its cells refer to."""
    dates, spans = frozenset(held._date_formats), frozenset(held._timedelta_formats)
    return page._get_source(), Book(page._shared_strings, dates, spans, held.epoch)


def _value(cell: Cell, where: str, faults: list[Fault]) -> Value:
    """What stands in a cell; a formula, an error and a number that lost its last digits are faults."""
    if not isinstance(cell, Odd):
        return cell
    match cell.kind:
        case "formula":
            told = fault(where, "单元格是公式，请改为数值", "is a formula; put its value there")
        case "error":
            told = fault(where, f"单元格是错误值 {cell.text}", f"is the error {cell.text}")
        case "lossy":
            told = fault(
                where, "数字超过 15 位已失真，请把该列设为文本", "has lost digits; make the column text"
            )
    faults.append(told)
    return cell.text
