"""Is every row of a register either taken or named with its field, and is nobody's name in a list?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.households import actions, queries
from mudan.core.households.model.register import FIELDS, by_address, read, row_of
from mudan.core.households.model.words import CARE, masked
from mudan.core.people.model import Role
from mudan.primitives.errors import Invalid
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.county import actor, later
from tests.core.households.doors import GRID, KEEPER, household, ids, registered, row
from tests.database import FIRE, OTHER_TOWN, TOWN, WATER

names = st.text("王李欧阳 Ａaé·", max_size=8)


@given(names)
def test_a_masked_name_tells_its_first_character_and_not_even_its_length(name: str) -> None:
    bare, shown = name.strip(), masked(name)
    assert len(shown) <= 2
    assert shown in ("", "*", bare[:1] + "*")
    assert len(bare) != 1 or shown == "*"


WORDS = (
    "",
    "独居",
    "=1",
    "x",
    "107.4",
    "371702101001",
    "2026-11-23",
    "1900",
    "home",
    "13900000001",
    "a\tb",
    "好" * 201,
)
anything = st.one_of(st.none(), st.sampled_from(WORDS), st.floats(), st.booleans(), st.lists(st.integers()))


@given(st.lists(st.dictionaries(st.sampled_from([*FIELDS, "身份证"]), anything), max_size=8))
def test_any_rows_are_taken_or_named_each_once(rows: list[dict[str, Any]]) -> None:
    good, faults = read(rows)
    assert sorted([one.number for one in good] + [one.row for one in faults]) == list(range(1, len(rows) + 1))
    assert all(one.reason for one in faults)


@given(st.lists(st.integers(0, 3), max_size=20))
def test_rows_of_an_address_stand_together_and_none_is_lost(codes: list[int]) -> None:
    rows = [row_of(row(code), number) for number, code in enumerate(codes)]
    groups = by_address(rows)
    assert sorted(one.number for group in groups for one in group) == list(range(len(codes)))
    assert len({group[0].address_code for group in groups}) == len(groups)
    assert all(len({one.address_code for one in group}) == 1 for group in groups)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("address", ""), ("area_code", "镇"), ("kind", "castle"), ("lon", "abc"), ("lat", "91"), ("phone", "12"),
        ("born", "18"), ("care", "wealthy"), ("last_visit_on", "2026-13-01"), ("keep_until", "soon"),
        ("note", "=HYPERLINK(1)"), ("name", "x" * 201), ("phone", "+cmd"), ("lon", ""), ("note", True),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(field: str, wrong: Any) -> None:
    with pytest.raises(Invalid) as caught:
        row_of(row(**{field: wrong}))
    assert caught.value.field == field


def test_a_register_may_not_bring_what_the_centre_does_not_keep() -> None:
    with pytest.raises(Invalid, match="no such field") as caught:
        row_of(row(identity_card="123"))
    assert caught.value.field == "identity_card"


def test_care_is_read_by_title_or_word_and_separated_as_people_write_it() -> None:
    found = row_of(row(care="独居、80 岁以上；chronic"))
    assert found.resident is not None
    assert found.resident.care == ("aged_80", "chronic", "lives_alone")


@pytest.mark.anyio
async def test_good_rows_are_kept_and_bad_ones_told_with_their_numbers(work: Connection) -> None:
    made = await registered(
        work, row(1), row(1, name="示例乙", phone="", care="残疾"), row(2, care="富有"),
        row(3, area_code=OTHER_TOWN + "001"), row(1, address="另一地址"), who=actor(area=TOWN),
    )  # fmt: skip
    assert (made.rows, [(one.row, one.field) for one in made.faults]) == (
        2, [(3, "care"), (4, "area_code"), (5, "address_code")],
    )  # fmt: skip
    one = await queries.one(work, ids(made)[0])
    assert (one.shown_as, one.people, one.care) == ("示*", 2, ("disabled", "lives_alone"))


@pytest.mark.anyio
async def test_a_register_read_again_replaces_who_lives_there(work: Connection) -> None:
    first = await household(work)
    again = await registered(work, row(1, name="李四", care=""), at=60)
    assert ids(again) == [first.id]
    one = await queries.one(work, first.id)
    assert (one.shown_as, one.care, one.version) == ("李*", (), 2)


@pytest.mark.anyio
async def test_another_departments_address_is_not_overwritten(work: Connection) -> None:
    await registered(work, row(), who=actor(Role.DEPARTMENT_LIAISON, department=WATER))
    fire = actor(Role.DEPARTMENT_LIAISON, department=FIRE)
    await set_scope(work, fire.scope.settings())
    made = await registered(work, row(name="别人"), who=fire)
    await set_scope(work, SYSTEM)
    assert (made.rows, [(one.row, one.field) for one in made.faults]) == (0, [(1, "area_code")])


@pytest.mark.anyio
async def test_nobody_reads_a_person_without_an_opening_not_even_the_centre(work: Connection) -> None:
    await household(work)
    for scope in (SYSTEM, KEEPER.scope.settings()):
        await set_scope(work, scope)
        found = await (await work.execute("select count(*) as n from household_person")).fetchone()
        assert found == {"n": 0}


@pytest.mark.anyio
async def test_lists_cannot_be_asked_for_a_name_and_find_addresses(work: Connection) -> None:
    await registered(work, row(1), row(2, care=""))
    for text, expected in (("示例甲1", 0), ("1390000", 0), ("示例路1号", 1), ("SL-", 2)):
        found, total = await queries.page(work, queries.Wanted(text=text))
        assert (len(found), total) == (expected, expected)
    assert (await queries.page(work, queries.Wanted(care="lives_alone")))[1] == 1
    assert (await queries.page(work, queries.Wanted(looked_after=True, area=GRID)))[1] == 1
    assert set(CARE) >= {"lives_alone"}


@pytest.mark.anyio
async def test_a_household_whose_time_is_over_is_forgotten_and_its_address_stays(work: Connection) -> None:
    one = await household(work, keep_until="2026-11-24")
    assert await actions.forget_lapsed(work, later(0)) == 0
    assert await actions.forget_lapsed(work, later(2 * 86400)) == 1
    assert await actions.forget_lapsed(work, later(2 * 86400)) == 0
    after = await queries.one(work, one.id)
    assert (after.shown_as, after.people, after.care, after.address) == ("", 0, (), one.address)
    await work.execute("select set_config('mudan.register', %s, true)", (str(one.id),))
    assert await (await work.execute("select count(*) as n from household_person")).fetchone() == {"n": 0}
