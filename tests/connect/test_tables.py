"""Are the rows of a stranger's table found as they stand, whatever the file was written with or for?"""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from mudan.connect import tables, workbook
from mudan.connect.tables import rows
from mudan.primitives.errors import Invalid

TABLE = "编号,名称,日期\n0012,井盖“破损”,2026-05-04\n0013,路灯不亮,2026-05-05\n"
FOUND = [
    {"编号": "0012", "名称": "井盖“破损”", "日期": "2026-05-04"},
    {"编号": "0013", "名称": "路灯不亮", "日期": "2026-05-05"},
]


def values(data: bytes, name: str = "") -> list[dict[str, Any]]:
    """The values of all rows, none of which may have a fault."""
    found = list(rows(data, name))
    assert not [row.faults for row in found if row.faults]
    return [row.values for row in found]


def sheet(*lines: Sequence[Any]) -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    page = book.active
    assert page is not None
    for line in lines:
        page.append(list(line))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The same workbook with one part more or another one in its place."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_text_of_every_usual_encoding_is_understood(encoding: str) -> None:
    words = TABLE.replace("“", "(").replace("”", ")") if encoding == "gbk" else TABLE
    wanted = json.loads(json.dumps(FOUND).replace("\\u201c", "(").replace("\\u201d", ")"))
    assert values(words.encode(encoding)) == (wanted if encoding == "gbk" else FOUND)


@pytest.mark.parametrize("mark", [";", "\t"])
def test_other_marks_between_the_columns_are_found(mark: str) -> None:
    assert values(TABLE.replace(",", mark).encode()) == FOUND


def test_the_same_table_says_the_same_as_csv_json_ndjson_and_workbook() -> None:
    objects = json.dumps({"rows": FOUND}, ensure_ascii=False).encode()
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in FOUND).encode()
    book = sheet(list(FOUND[0]), *(list(one.values()) for one in FOUND))
    assert values(objects) == values(lines) == values(book) == values(TABLE.encode()) == FOUND


def test_rows_have_the_numbers_a_spreadsheet_shows() -> None:
    found = list(rows('编号,说明\n1,"两\n行"\n\n2,b\n'.encode()))
    assert [row.number for row in found] == [2, 4]
    assert found[0].values["说明"] == "两\n行"


def test_a_title_over_the_header_is_passed_over() -> None:
    book = sheet(["某县部件普查表"], ["编号", "名称"], ["1", "井盖"])
    found = list(rows(book))
    assert [(row.number, row.values) for row in found] == [(3, {"编号": "1", "名称": "井盖"})]


def test_a_short_or_long_line_is_a_fault_of_its_row_and_the_others_stay_good() -> None:
    found = list(rows(b"a,b\n1\n2,3\n4,5,6\n"))
    assert [bool(row.faults) for row in found] == [True, False, True]
    assert "2 columns" in found[0].faults[0].reason.en


def test_a_formula_is_a_fault_that_names_row_and_column() -> None:
    for data in (sheet(["编号", "金额"], ["1", "=SUM(A1:A2)"]), "编号,金额\n1,=1+1\n".encode()):
        (row,) = rows(data)
        assert (row.number, row.faults[0].field) == (2, "金额")
        assert "formula" in row.faults[0].reason.en


def test_a_zero_kept_in_front_by_a_spreadsheet_stays() -> None:
    assert values('编号,名称\n="0012",井盖\n'.encode())[0]["编号"] == "0012"


def test_dates_and_numbers_of_a_workbook_keep_their_kind() -> None:
    at = datetime.fromisoformat("2026-05-04T08:30")
    (row,) = rows(sheet(["a", "b", "c", "d"], [at, 370112.0, 1.5, True]))
    assert list(row.values.values()) == [at, 370112, 1.5, True]


def test_a_number_that_lost_its_digits_is_a_fault() -> None:
    (row,) = rows(sheet(["证件号", "b"], [370112200001011234, 1]))
    assert row.faults[0].field == "证件号"


def test_a_value_under_a_merged_header_is_a_fault_that_names_the_column() -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["编号", "位置", None, "名称"])
    page.append([1, 116.1, 36.2, "井盖"])
    page.merge_cells("B1:C1")
    (row,) = rows(saved(book))
    assert row.faults[0].field == "C"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"a,a\n1,2\n", "both named a"),
        (b'a,b\n1,"2\n', "no CSV"),
        (b"a,b\n1,\xff\xff\n", "line 2"),
        (b'{"a": 1', "line 1"),
        (b'[{"a": NaN}]', "no number"),
        (b'[{"a": 1, "a": 2}]', "stands twice"),
        (b"[" * 100_000, "nested"),
        (b"PK\x03\x04 and then nothing", "no XLSX"),
        (b"\xd0\xcf\x11\xe0 old", ".xlsx"),
    ],
)
def test_what_spoils_the_whole_table_is_said(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as caught:
        list(rows(data))
    assert caught.value.field == "file"


def test_a_bad_line_of_ndjson_is_a_fault_of_that_line() -> None:
    found = list(rows(b'{"a": 1}\n{"a": \n7\n{"a": 2}\n'))
    assert [(row.number, bool(row.faults)) for row in found] == [(1, False), (2, True), (3, True), (4, False)]


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'


def by_hand(lines: str) -> bytes:
    """A workbook whose sheet has a header a, b and these rows as XML."""
    return with_part(sheet(["a"]), "xl/worksheets/sheet1.xml", (SHEET % (HEAD + lines)).encode())


def test_a_sheet_as_other_programs_write_it_is_read_as_they_mean_it() -> None:
    pieces = "<r><t>井</t></r><r><t>盖</t></r><rPh sb='0' eb='1'><t>jing</t></rPh>"
    found = list(
        rows(
            by_hand(
                '<row><c t="str"><v>first</v></c><!-- no cell --><c><v>3.0</v></c></row>'
                f'<row r="9"><c r="B9" t="inlineStr"><is>{pieces}</is></c></row>'
                '<row r="10"><c r="B10"><v>1</v></c><c r="A10" t="b"><v>1</v></c></row>'
                '<row r="11"><c r="A11" t="e"><v>#N/A</v></c><c r="B11" t="n"/></row>'
                '<row r="12"><c r="A12"><v>NaN</v></c><c r="B12"><v>1,5</v></c></row>'
                f'<row r="13"><c r="A13"><v>{"9" * 5000}</v></c><c r="B13"><v>-2.50</v></c></row>'
            )
        )
    )
    assert [(row.number, row.values) for row in found] == [
        (2, {"a": "first", "b": 3}),
        (9, {"a": None, "b": "井盖"}),
        (10, {"a": True, "b": 1}),
        (11, {"a": "#N/A", "b": None}),
        (12, {"a": "NaN", "b": "1,5"}),
        (13, {"a": "9" * 200, "b": -2.5}),
    ]
    assert [len(row.faults) for row in found] == [0, 0, 0, 1, 2, 1]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('<row r="3"/><row r="2"/>', "row 2 stands behind row 3"),
        ('<row><c t="s"><v>999</v></c></row>', "cannot be read after row 1"),
        ('<row><c r="A2"><v>1</v></row>', "mismatched tag"),
        ('<row><c r="?2"><v>1</v></c></row>', "cannot be read after row 1"),
    ],
)
def test_a_broken_sheet_is_refused_with_the_row_it_broke_at(lines: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        list(rows(by_hand(lines)))


def test_a_workbook_that_explodes_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(sheet(["a", "b"]), "xl/worksheets/sheet1.xml", b" " * (8 << 20))
    with pytest.raises(Invalid, match="many times its size"):
        list(rows(bomb))


def test_a_workbook_of_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ENTRIES", 3)
    with pytest.raises(Invalid, match="more than 3 parts"):
        list(rows(sheet(["a", "b"])))


def test_a_workbook_with_a_document_type_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><sst>&a;</sst>'
    with pytest.raises(Invalid, match="document type"):
        list(rows(with_part(sheet(["a", "b"]), "xl/sharedStrings.xml", bomb)))


def test_a_workbook_with_macros_is_refused() -> None:
    with pytest.raises(Invalid, match="macros"):
        list(rows(with_part(sheet(["a", "b"]), "xl/vbaProject.bin", b"x")))


def test_more_rows_or_bytes_than_are_taken_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    with pytest.raises(Invalid, match="more than 1 rows"):
        list(rows(TABLE.encode()))
    monkeypatch.setattr(tables, "MOST_BYTES", 10)
    with pytest.raises(Invalid, match="larger"):
        list(rows(TABLE.encode()))


def refused_for(data: bytes) -> str:
    """The field that is blamed; empty when the table could be read."""
    try:
        list(rows(data))
    except Invalid as error:
        return error.field
    return ""


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_one_clear_error(data: bytes) -> None:
    assert refused_for(data) in ("", "file")


BOOK = sheet(["编号", "名称"], [1, "井盖"], [2, "路灯"])


@given(st.data())
def test_a_spoilt_workbook_gives_rows_or_one_clear_error(data: st.DataObject) -> None:
    spoilt = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(4, len(BOOK) - 1))] = data.draw(st.integers(0, 255))
    assert refused_for(bytes(spoilt)) in ("", "file")
