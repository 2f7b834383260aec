"""Does a row become a thing or a fault that names its field, whatever stands in it?"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.census.model import Census, Row, checked
from mudan.platforms.urban_management.census import CENSUSES, COMPONENTS, GRIDS, RESPONSIBILITIES
from mudan.platforms.urban_management.model.classes import COMPONENTS as CLASSES

GRID = "500231001001003"
POINT = {"type": "Point", "coordinates": [107.35, 30.33]}
RING = [[107.0, 30.0], [107.1, 30.0], [107.1, 30.1], [107.0, 30.0]]
GOOD: dict[str, Any] = {"code": "5002310102000017", "class_code": "0102", "grid": GRID}

_codes = st.text("0123456789ABCXYZ-", min_size=4, max_size=32)
_classes = st.sampled_from([code for code, _ in CLASSES if len(code) == 4])
_grids = st.builds(
    lambda head, rest: f"{head}{rest}", st.integers(1, 8), st.text("0123456789", min_size=13, max_size=15)
)
_words = st.text(st.characters(exclude_characters="\0", categories=("L", "N", "P", "S", "Zs")), max_size=60)
_anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=80), st.dates(), st.datetimes(),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)  # fmt: skip
_places = st.one_of(
    st.none(),
    st.just(POINT),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["Point", "Polygon", "MultiPolygon", "Line"]), "coordinates": _anything}
    ),
    st.dictionaries(st.text(max_size=8), _anything, max_size=4),
)  # fmt: skip


@settings(deadline=None)
@given(
    code=_codes,
    class_code=_classes,
    grid=_grids,
    name=_words,
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
)
def test_a_good_row_is_a_component_in_its_grid(
    code: str, class_code: str, grid: str, name: str, lon: float, lat: float
) -> None:
    row = Row(1, {"ObjID": code, "小类": class_code, "BGID": grid, "名称": name, "经度": lon, "纬度": lat})
    found = checked(COMPONENTS, row)
    assert found.thing is not None, found.faults
    assert found.thing.urn == f"urn:ngsi-ld:Component:{code}"
    assert (found.thing.area_code, found.thing.device) == (grid, code)
    assert (found.thing.lon, found.thing.lat) == (lon, lat)
    assert found.thing.name.zh.strip()


@settings(deadline=None, max_examples=300)
@given(
    census=st.sampled_from(CENSUSES),
    values=st.dictionaries(
        st.sampled_from([column.name for census in CENSUSES for column in census.columns]),
        _anything,
        max_size=14,
    ),
    place=_places,
)
def test_whatever_stands_in_a_row_it_is_taken_or_told(
    census: Census, values: dict[str, Any], place: dict[str, Any] | None
) -> None:
    found = checked(census, Row(7, values, place))
    assert (found.thing is None) == bool(found.faults)
    for one in found.faults:
        assert one.reason.zh
        assert one.reason.en


@settings(deadline=None)
@given(field=st.sampled_from(sorted(GOOD)), spoilt=st.sampled_from(["", None, " ", "?", 1e20, "99"]))
def test_a_spoilt_field_is_named(field: str, spoilt: Any) -> None:
    found = checked(COMPONENTS, Row(1, GOOD | {field: spoilt}, POINT))
    assert [one.field for one in found.faults] == [field]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"state": "好的"}, "state"), ({"surveyed_on": "2026-02-30"}, "surveyed_on"),
        ({"class_code": "01"}, "class_code"), ({"class_code": "0998"}, "class_code"),
        ({"grid": "5002310010010"}, "grid"),
    ],
)  # fmt: skip
def test_what_breaks_the_tables_is_told_by_its_field(more: dict[str, Any], field: str) -> None:
    assert [one.field for one in checked(COMPONENTS, Row(1, GOOD | more, POINT)).faults] == [field]


def test_a_number_that_a_spreadsheet_has_rounded_is_refused() -> None:
    found = checked(COMPONENTS, Row(1, GOOD | {"code": 5002310102000017}, POINT))
    assert "text" in found.faults[0].reason.en


def test_days_are_read_as_a_spreadsheet_and_as_people_write_them() -> None:
    for written in (date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01", "2026/03/01"):
        thing = checked(COMPONENTS, Row(1, GOOD | {"surveyed_on": written}, POINT)).thing
        assert thing is not None
        assert thing.properties["surveyed_on"] == "2026-03-01"


def test_a_component_without_a_place_is_told_which_of_the_two_is_missing() -> None:
    assert checked(COMPONENTS, Row(1, GOOD | {"lon": 107.3})).faults[0].field == "lat"


def test_a_grid_cell_keeps_its_shape_and_is_named_by_its_code() -> None:
    thing = checked(GRIDS, Row(1, {"BGCode": GRID}, {"type": "MultiPolygon", "coordinates": [[RING]]})).thing
    assert thing is not None
    assert thing.area_code == thing.device == GRID
    assert thing.place == {"type": "MultiPolygon", "coordinates": [[RING]]}
    assert 107.0 < (thing.lon or 0) < 107.1


@pytest.mark.parametrize(
    "place",
    [
        None,
        POINT,
        {"type": "Polygon", "coordinates": [RING[:3]]},
        {"type": "Polygon", "coordinates": [[[999, 1]] * 4]},
    ],
)
def test_a_grid_without_a_proper_shape_is_refused(place: dict[str, Any] | None) -> None:
    assert checked(GRIDS, Row(1, {"code": GRID}, place)).faults[0].field == "place"


def test_a_responsibility_grid_names_a_post_and_needs_no_shape() -> None:
    row = Row(1, {"编号": "ZR-01-7", "区划": "500231001", "岗位": "东片采集岗"})
    thing = checked(RESPONSIBILITIES, row).thing
    assert thing is not None
    assert dict(thing.properties) == {"post": "东片采集岗"}
