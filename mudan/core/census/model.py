"""What is a census: a file of things of one sort, row by row, and what is wrong with a row?

file ─▶ rows ─▶ checked(census, row) ─▶ Surveyed       kept, and shown before anything is written
                        └─────────────▶ Fault …        listed by row and field, to be put right and given again

reading ─▶ preview ─▶ running ─▶ done
     └─▶ failed   └─▶ dropped
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from mudan.core.entities.model import GONE
from mudan.core.records.model.faults import Fault, fault
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

STATES: Final = ("reading", "preview", "running", "done", "failed", "dropped")
URN: Final = re.compile(r"urn:ngsi-ld:[A-Za-z][A-Za-z0-9_]*:[A-Za-z0-9_.:\-]{1,120}")
AREA: Final = re.compile(r"[0-9A-Za-z]{6,24}")
MOST_PROPERTIES: Final = 60
LONGEST_WORD: Final = 2_000  # of one property
LONGEST_PLACE: Final = 200_000  # characters of one shape


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file. `number` counts from 1 as people count; `place` is GeoJSON in WGS-84 where there is one."""

    number: int
    values: Mapping[str, Any]
    place: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A thing that a good row names, ready to be an entity."""

    urn: str
    name: Text
    area_code: str
    device: str | None = None
    lon: float | None = None
    lat: float | None = None
    place: Mapping[str, Any] | None = None
    properties: Mapping[str, float | int | str | bool] = field(default_factory=dict)


class Amiss(Invalid):
    """A value of a row that cannot be used, in words for whoever must mend it."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(en, field=field)
        self.fault = fault(field, zh, en)


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a file may have, known by its name, its title in either language, and other names."""

    name: str
    title: Text
    required: bool = False
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Census:
    """A sort of file that a platform takes in. `surveyed` reads one row by its columns' names; it raises Amiss.

    `named` gives the URN that even a bad row is about, where it can be read: such a thing is not held to be gone.
    """

    name: str
    title: Text
    entity_type: str
    columns: tuple[Column, ...]
    surveyed: Callable[[Row], Surveyed]
    named: Callable[[Row], str | None]
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey:
    """One file, from its reading to its end. `whole`: what it does not name within `area_code` is gone."""

    id: UUID
    space: int
    platform: str
    census: str
    entity_type: str
    file_name: str
    digest: str
    area_code: str
    whole: bool
    state: str
    total: int
    good: int
    bad: int
    added: int
    changed: int
    same: int
    gone: int
    done: int
    fault: str
    created_at: datetime
    created_by: str
    ended_at: datetime | None


class BadRow(NamedTuple):
    """A row that was not taken: its number, what is wrong with it, and what it said."""

    number: int
    faults: tuple[Fault, ...]
    values: dict[str, Any]


class Checked(NamedTuple):
    """What became of a row: a thing, or faults (and the URN, where it could be read all the same)."""

    row: Row
    thing: Surveyed | None
    faults: tuple[Fault, ...]
    urn: str | None


def renamed(census: Census, row: Row) -> Row:
    """The row by the columns' own names; a word without a column stays as it is."""
    names = _names(census.columns)
    values: dict[str, Any] = {}
    for name, value in row.values.items():
        values.setdefault(names.get(str(name).strip().casefold(), str(name)), value)
    return Row(row.number, values, row.place)


@lru_cache(maxsize=16)
def _names(columns: tuple[Column, ...]) -> Mapping[str, str]:
    """The columns by every word they are known by."""
    names: dict[str, str] = {}
    for column in columns:
        known = (column.name, column.title.zh, column.title.en, *column.others)
        names |= {name.casefold(): column.name for name in known}
    return names


def checked(census: Census, row: Row) -> Checked:
    """Read a row. Every fault that can be seen is told, not only the first."""
    known = renamed(census, row)
    missing = tuple(
        fault(column.name, "必填", "this is needed")
        for column in census.columns
        if column.required and str(known.values.get(column.name) or "").strip() == ""
    )
    urn = census.named(known)
    if missing:
        return Checked(known, None, missing, urn)
    try:
        thing = census.surveyed(known)
    except Amiss as error:
        return Checked(known, None, (error.fault,), urn)
    faults = tuple(_faults(census, thing))
    return Checked(known, None if faults else thing, faults, thing.urn)


def _faults(census: Census, thing: Surveyed) -> list[Fault]:
    """What no entity may be, whatever the platform says of it."""
    found = []
    if not URN.fullmatch(thing.urn) or thing.urn.split(":")[2] != census.entity_type:
        found.append(fault("", "编号不能用作名称", "the number cannot be part of a name"))
    if not AREA.fullmatch(thing.area_code):
        found.append(fault("area_code", "区划应为行政区划代码", "the area is a division code"))
    if not thing.name.zh.strip() or len(thing.name.zh) > 200 or len(thing.name.en) > 200:
        found.append(fault("name", "名称为 1 至 200 字", "a name has 1 to 200 characters"))
    if thing.lon is not None and not (
        -180 <= thing.lon <= 180 and thing.lat is not None and -90 <= thing.lat <= 90
    ):
        found.append(fault("place", "坐标不在地球上", "the place is not on the globe"))
    if len(thing.properties) > MOST_PROPERTIES:
        found.append(fault("", "字段太多", "there are too many fields"))
    if thing.place is not None and len(json.dumps(thing.place)) > LONGEST_PLACE:
        found.append(fault("place", "图形的点太多", "the shape has too many points"))
    for name, value in thing.properties.items():
        if isinstance(value, str) and (len(value) > LONGEST_WORD or "\0" in value):
            found.append(
                fault(name, "内容太长或含有非法字符", "this is too long, or holds what no text holds")
            )
    return found


def entity_row(census: Census, platform: str, thing: Surveyed) -> dict[str, Any]:
    """The thing as `entities.actions.put_many` takes it."""
    place = thing.place
    if place is None and thing.lon is not None:
        place = {"type": "Point", "coordinates": [thing.lon, thing.lat]}
    return {
        "urn": thing.urn, "type": census.entity_type, "platform": platform, "device": thing.device,
        "name_zh": thing.name.zh, "name_en": thing.name.en or thing.name.zh, "area_code": thing.area_code,
        "lon": thing.lon, "lat": thing.lat, "place": None if place is None else dict(place),
        "properties": dict(thing.properties), "owned": [*census.properties, GONE],
    }  # fmt: skip
