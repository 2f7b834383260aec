"""Does every row become a record or a list of faults that name row and field?"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.connect.cells import Row
from mudan.connect.feeds import CaseFields, Feed, FieldMap, Moves, Opens, When, feed_faults
from mudan.connect.mapping import Source, mapped
from mudan.core.records.model.words import BadRow, Record
from mudan.primitives.text import Text

WORD = Text("词", "word")
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
SOURCE = Source("371702", uuid4(), NOW)
FEED = Feed(
    "visits",
    WORD,
    key=("number",),
    at="changed_at",
    area="area",
    fields=(
        FieldMap("number", WORD, ("编号", "no"), required=True, longest=20),
        FieldMap("grade", WORD, ("评价",), kind="code", codes={"1": "good", "5": "bad"}),
        FieldMap("length_m", WORD, ("长度",), kind="number", unit="m", scale=0.01, low=0.0, high=100.0),
        FieldMap("count", WORD, ("数量",), kind="whole"),
        FieldMap("day", WORD, ("日期",), kind="date"),
        FieldMap("changed_at", WORD, ("更新时间",), kind="datetime"),
        FieldMap("due_at", WORD, ("期限",), kind="datetime"),
        FieldMap("urgent", WORD, ("紧急",), kind="flag"),
        FieldMap("phone", WORD, ("电话",), kind="phone", personal=True),
        FieldMap("area", WORD, ("区划", "where.area")),
        FieldMap("note", WORD, ("说明",)),
    ),
    opens=(
        Opens((When("grade", "is", ("bad",)),), "hotline", "99", "差评：{note}", "{number} {missing}"),
        Opens(
            (When("due_at", "filled"), When("day", "empty")), "hotline", "99", "超期 {number}", due="due_at"
        ),
    ),
    moves=(Moves((When("grade", "is", ("good",)),), "void", "好了"),),
)


def read(**values: object) -> Record | BadRow:
    """A row of these values, mapped."""
    return mapped(FEED, Row(7, {"编号": "A1", **values}), SOURCE)  # type: ignore[dict-item]  # whatever a stranger sends


def record(**values: object) -> Record:
    """The record of a good row."""
    found = read(**values)
    assert isinstance(found, Record), found
    return found


def test_values_become_ours_and_the_row_stays_as_it_came() -> None:
    found = record(
        评价="5", 长度="1,250", 数量=3.0, 日期="20260504", 更新时间="2026-05-04 08:30:00", 紧急="是",
        电话="0530-1234567", 区划="371702101", 说明="灯不亮", 别的="留着",
    )  # fmt: skip
    assert found.content == {
        "number": "A1", "grade": "bad", "length_m": 12.5, "count": 3, "day": "2026-05-04",
        "changed_at": "2026-05-04T00:30:00+00:00", "urgent": True, "phone": "0530-1234567", "area": "371702101",
        "note": "灯不亮",
    }  # fmt: skip
    assert (found.source_id, found.area_code, found.row) == ("A1", "371702101", 7)
    assert found.source_at == datetime(2026, 5, 4, 0, 30, tzinfo=UTC)
    assert found.raw["别的"] == "留着"


@pytest.mark.parametrize(
    "told",
    ["2026-05-04", "2026/05/04", "20260504", "2026年05月04日", "2026-05-04T00:00:00+08:00", "20260504T000000",
     "20260504000000", 20260504, "1777824000000", datetime.fromisoformat("2026-05-04T00:00:00")],
)  # fmt: skip
def test_a_day_is_read_however_it_is_usually_written(told: object) -> None:
    assert record(日期=told).content["day"] == "2026-05-04"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("评价", "9", "not in its table"),
        ("日期", "2026-02-30", "no date that exists"),
        ("日期", "0001-01-01", "year 1"),
        ("日期", True, "no date"),
        ("长度", "abc", "no number"),
        ("长度", "1e999", "no number"),
        ("长度", "999999", "out of range"),
        ("数量", "1.5", "no whole number"),
        ("紧急", "也许", "neither yes nor no"),
        ("电话", "'; drop table record; --", "no telephone"),
        ("编号", None, "needed"),
        ("编号", "x" * 21, "longer than 20"),
        ("区划", "三七一七", "no code of an area"),
        ("说明", {"a": 1}, "object"),
    ],
)
def test_a_bad_value_is_a_fault_that_names_row_and_field(field: str, value: object, words: str) -> None:
    found = read(**{field: value})
    assert isinstance(found, BadRow)
    assert found.row == 7
    assert [(one.field, words in one.reason.en) for one in found.faults] in (
        [(field, True)],
        [("area", True)],
    )


def test_all_faults_of_a_row_are_told_at_once() -> None:
    found = read(评价="9", 长度="x", 日期="昨天")
    assert isinstance(found, BadRow)
    assert [one.field for one in found.faults] == ["评价", "长度", "日期"]


def test_a_record_that_its_declaration_names_opens_a_case_with_its_words_only() -> None:
    opens = record(评价="5", 说明="{number} {x.__class__} %s").opens
    assert opens is not None
    assert (opens.title, opens.text) == ("差评：{number} {x.__class__} %s", "A1 —")
    assert record(评价="1").opens is None
    assert [one.event for one in record(评价="1").moves] == ["void"]


def test_what_is_due_opens_its_case_only_then() -> None:
    opens = record(期限="2026-12-01 17:00:00").opens
    assert opens is not None
    assert opens.at == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert record(期限="2026-12-01", 日期="2026-11-30").opens is None


def test_an_object_within_an_object_is_reached_by_a_dotted_name() -> None:
    found = mapped(FEED, Row(1, {"no": 5, "where": {"area": "371702"}}), SOURCE)
    assert isinstance(found, Record)
    assert (found.source_id, found.content["area"]) == ("5", "371702")


def test_a_wrong_declaration_is_told_in_plain_words() -> None:
    types = {"hotline": frozenset({"99"})}
    told = " ".join(feed_faults(FEED, types))
    assert "no field 'missing'" in told
    wrong = replace(
        FEED, key=(), fields=(*FEED.fields, FieldMap("Grade", WORD, (), kind="colour")), name="Visits",
        opens=(Opens((When("grade", "like", ()),), "nothing", "1", "x"),),
    )  # fmt: skip
    told = " ".join(feed_faults(wrong, types))
    for words in (
        "lower-case",
        "names a record",
        "unknown kind",
        "called nothing",
        "no question",
        "'nothing'",
    ):
        assert words in told


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.sampled_from([name for one in FEED.fields for name in one.names]) | st.text(max_size=5), _ANY
    )
)
def test_every_row_is_mapped_or_told_why_not(values: dict[str, object]) -> None:
    found = mapped(FEED, Row(3, values), SOURCE)  # type: ignore[arg-type]  # whatever a stranger sends
    if isinstance(found, BadRow):
        assert found.faults
        assert found.row == 3
    else:
        assert found.source_id
        assert found.hash


OWN = Feed(
    "cases",
    WORD,
    key=("number",),
    fields=(
        FieldMap("number", WORD, ("no",), required=True, pattern=r"\d{1,19}"),
        FieldMap("code", WORD, ("code",), required=True),
        FieldMap("stage", WORD, ("stage",), "code", codes={"1": "filed"}, default="reported"),
        FieldMap("at", WORD, ("at",), "datetime"),
        FieldMap("until", WORD, ("until",), "datetime"),
        FieldMap("lon", WORD, ("lon",), "number"),
        FieldMap("lat", WORD, ("lat",), "number"),
        FieldMap("photos", WORD, ("photos",), "pictures"),
    ),
    opens=(
        Opens(
            (),
            "hotline",
            "",
            "{number}",
            own=CaseFields("code", lon="lon", lat="lat", since="at", until="until"),
        ),
    ),
    moves=(Moves((When("stage", "is", ("filed",)),), "open", "{number} 已立案", once="at"),),
)
TOLD = {
    "no": "007",
    "code": "0102",
    "at": "2026-11-18T08:00:00+08:00",
    "until": "2026-11-19",
    "lon": 107.3,
    "lat": 30.3,
}


def own(**values: object) -> Record | BadRow:
    """A row of the feed whose cases have class, place and times of their own."""
    return mapped(OWN, Row(1, {**TOLD, **values}), SOURCE)  # type: ignore[dict-item]  # whatever a stranger sends


def test_a_case_has_the_class_place_and_times_that_its_record_tells() -> None:
    found = own(stage="1")
    assert isinstance(found, Record)
    assert found.opens is not None
    told = found.opens
    assert (told.class_code, told.lon, told.lat) == ("0102", 107.3, 30.3)
    assert (told.since, told.until) == (
        datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 18, 16, tzinfo=UTC),
    )  # fmt: skip
    assert [(one.event, one.reason, one.mark) for one in found.moves] == [
        ("open", "007 已立案", "2026-11-18T00:00:00+00:00")
    ]


def test_where_the_source_says_nothing_its_declared_word_counts() -> None:
    found = own()
    assert isinstance(found, Record)
    assert (found.content["stage"], found.moves) == ("reported", ())


@pytest.mark.parametrize("number", [7, "7a", "1" * 20, ""])
def test_a_code_that_is_not_written_as_it_is_to_be_is_refused(number: object) -> None:
    found = own(no=number)
    assert isinstance(found, BadRow)
    assert [one.field for one in found.faults] == ["no"]


def test_the_bytes_of_a_picture_go_to_the_case_and_not_into_the_row() -> None:
    near: dict[str, object] = {"role": "near", "data": "AAAA", "lon": 107.3, "lat": 30.3}
    shown = [near, {"role": "far", "ref": "b.jpg"}]
    found = own(photos=shown)
    assert isinstance(found, Record)
    (shot,) = found.pictures
    assert (shot.role, shot.data, shot.field) == ("near", b"\0\0\0", "photos")
    assert found.content["photos"][0]["hash"] == shot.hash[:32]
    assert found.raw["photos"][0] == {"role": "near", "lon": 107.3, "lat": 30.3, "data_length": 4}
    other = own(photos=[near | {"data": "AAAB"}, shown[1]])
    assert isinstance(other, Record)
    assert other.hash != found.hash


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["role", "ref", "data", "lon", "lat", "taken_at", "x"]),
            st.none() | st.text(max_size=8) | st.floats() | st.booleans() | st.just("near") | st.just("AAAA"),
            max_size=6,
        )
        | st.none() | st.text(max_size=3),
        max_size=4,
    )
)  # fmt: skip
def test_whatever_a_list_of_pictures_holds_the_row_is_taken_or_told(photos: list[object]) -> None:
    found = own(photos=photos)
    if isinstance(found, BadRow):
        assert [one.field for one in found.faults] == ["photos"]
