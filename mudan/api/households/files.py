"""How does a register that is looked at or taken in look on the wire? Never with a name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from mudan.api.households.sheet import Sheet
from mudan.api.households.wire import CareOut, care_out
from mudan.api.wire import Instant
from mudan.core.households.model.files import RegisterFile
from mudan.core.households.model.register import FIELD_TITLES, NEEDED, Fault
from mudan.core.households.model.words import masked
from mudan.primitives.text import Text

_SHOWN = 200  # faults of a look; the file itself tells all when it is taken in
_SAMPLE = 8


class RegisterWordOut(BaseModel):
    """A code with its words."""

    code: str
    title: Text


class RegisterFaultOut(BaseModel):
    """A row that was not taken: its number as the file shows it, the field, the reason."""

    row: int
    field: str
    title: Text
    reason: Text


class RegisterColumnOut(BaseModel):
    """A column as the file heads it, and the field it is understood as; none: it is passed over and not kept."""

    column: str
    field: str | None
    title: Text | None


class RegisterSampleOut(BaseModel):
    """A good row as lists will show it."""

    row: int
    address_code: str
    address: str
    area_code: str
    area_name: Text
    shown_as: str
    care: list[CareOut]


class RegisterLookOut(BaseModel):
    """What a file would bring. `missing`: needed columns that it has not; `faults`: the first of `bad` rows."""

    file_name: str
    columns: list[RegisterColumnOut]
    missing: list[Text]
    total: int
    good: int
    bad: int
    households: int
    faults: list[RegisterFaultOut]
    sample: list[RegisterSampleOut]
    as_of: Instant


class RegisterFileOut(BaseModel):
    """A register that was taken in, or is being: `done` of `total` rows were gone through."""

    id: UUID
    source: str
    file_name: str
    purpose: Literal["care", "safety", "service"]
    ground: Literal["consent", "duty", "emergency"]
    basis: str
    example: bool
    state: Literal["running", "done", "failed"]
    total: int
    done: int
    rows: int
    households: int
    planned: int
    bad: int
    began_at: Instant
    ended_at: Instant | None
    by: str


class RegisterOut(RegisterFileOut):
    """A register with its bad rows, and the columns that the centre does not keep."""

    faults: list[RegisterFaultOut]
    not_kept: list[str]
    as_of: Instant


class RegisterFilesOut(BaseModel):
    """Registers, the newest first, and the purposes and legal grounds one may name."""

    items: list[RegisterFileOut]
    purposes: list[RegisterWordOut]
    grounds: list[RegisterWordOut]
    most_rows: int
    as_of: Instant


class RegisterBadOut(BaseModel):
    """The rows that were not taken, as CSV with a byte order mark."""

    file_name: str
    text: str


def words_out(words: Mapping[str, Text]) -> list[RegisterWordOut]:
    """Codes with their words."""
    return [RegisterWordOut(code=code, title=title) for code, title in words.items()]


def _fault(row: int, field: str, reason: Text) -> RegisterFaultOut:
    title = FIELD_TITLES.get(field, Text(field, field))
    return RegisterFaultOut(row=row, field=field, title=title, reason=reason)


def look_out(sheet: Sheet, name: str, area_name: Callable[[str], Text], now: datetime) -> RegisterLookOut:
    """A file as it was looked at."""
    known = set(sheet.columns.values())
    columns = [
        RegisterColumnOut(column=column, field=field, title=None if field is None else FIELD_TITLES[field])
        for column, field in sheet.columns.items()
    ]
    sample = [
        RegisterSampleOut(
            row=one.number, address_code=one.address_code, address=one.address, area_code=one.area_code,
            area_name=area_name(one.area_code), shown_as=masked(one.resident.name) if one.resident else "",
            care=care_out(one.resident.care) if one.resident else [],
        )
        for one in sheet.good[:_SAMPLE]
    ]  # fmt: skip
    return RegisterLookOut(
        file_name=name, columns=columns, missing=[FIELD_TITLES[one] for one in NEEDED if one not in known],
        total=sheet.total, good=len(sheet.good), bad=len(_rows(sheet.faults)),
        households=len({one.address_code for one in sheet.good}),
        faults=[_fault(one.row, one.field, one.said) for one in sheet.faults[:_SHOWN]], sample=sample, as_of=now,
    )  # fmt: skip


def _rows(faults: list[Fault]) -> set[int]:
    return {one.row for one in faults}


def _row(one: RegisterFile) -> dict[str, Any]:
    given = {name: getattr(one, name) for name in RegisterFileOut.model_fields if hasattr(one, name)}
    return given | {"bad": len({each["row"] for each in one.faults})}


def file_row(one: RegisterFile) -> RegisterFileOut:
    """A register as the list shows it."""
    return RegisterFileOut.model_validate(_row(one))


def file_out(one: RegisterFile, now: datetime) -> RegisterOut:
    """A register with its bad rows."""
    faults = [_fault(each["row"], each["field"], Text(each["zh"], each["en"])) for each in one.faults]
    ordered = sorted(faults, key=lambda each: each.row)
    return RegisterOut.model_validate(
        _row(one) | {"faults": ordered, "not_kept": list(one.not_kept), "as_of": now}
    )
