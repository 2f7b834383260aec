"""Is somebody always on duty, does a table come in as it goes out, and do two people change places rightly?"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.duty import actions, queries
from mudan.core.duty.actions import ContactChange, NewContact, NewShift
from mudan.core.duty.model import Position, Shift, gaps, overlaps, parsed, printed
from mudan.core.people.model import Actor, Role
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.county import actor, add_person, later
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
DESK = actor(Role.DUTY_OFFICER)
OTHER = actor(Role.DUTY_OFFICER)
OFFICER = Position("duty_officer", Text("值班员", "Duty officer"), 3, "duty_officer", 1, 2)
DAY = timedelta(days=1)


def shift(start_h: int, end_h: int, who: int = 1, position: str = "duty_officer") -> Shift:
    """Somebody on duty from hour to hour after the start."""
    name = f"{who}"
    return Shift(
        UUID(int=(start_h + 100) * 1000 + end_h * 10 + who), 0, COUNTY, None, position, UUID(int=who), name, "",
        START + timedelta(hours=start_h), START + timedelta(hours=end_h), "", "hand", 1,
    )  # fmt: skip


hours = st.tuples(st.integers(-5, 30), st.integers(1, 20), st.integers(1, 4)).map(
    lambda n: shift(n[0], n[0] + n[1], n[2])
)


@given(st.lists(hours, max_size=12))
def test_gaps_are_exactly_the_hours_with_too_few_or_too_many(shifts: list[Shift]) -> None:
    found = gaps(shifts, [OFFICER], START, START + DAY)
    for hour in range(24):
        at = START + timedelta(hours=hour, minutes=30)
        have = sum(one.starts_at <= at < one.ends_at for one in shifts)
        covering = [one for one in found if one.starts_at <= at < one.ends_at]
        assert len(covering) == (0 if 1 <= have <= 2 else 1)
        assert all(one.have == have for one in covering)


def test_nobody_is_in_two_places_and_tired_people_are_pointed_out() -> None:
    double, tired, rested = shift(0, 12), shift(8, 20), shift(30, 40)
    found = overlaps([rested, tired, double, shift(0, 24, who=2)])
    assert [(one.first, one.second, one.rest_s) for one in found] == [(double.id, tired.id, None)]
    assert overlaps([shift(0, 8), shift(10, 18)])[0].rest_s == 7200
    assert overlaps([shift(0, 8), shift(8, 16)]) == []


@given(st.lists(hours, max_size=8), st.text("张王李-=1\"',\n", min_size=1, max_size=6))
def test_a_table_comes_back_as_it_went_out(shifts: list[Shift], name: str) -> None:
    named = [Shift(**{**_plain(one), "name": f"N{name}".strip()}) for one in shifts]
    rows = parsed(printed(named), [OFFICER])
    assert [(row.position, row.name, row.starts_at, row.ends_at) for row in rows] == [
        (one.position, one.name, one.starts_at, one.ends_at) for one in named
    ]


def _plain(one: Shift) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Shift.__dataclass_fields__}


def test_a_table_says_in_which_line_it_is_wrong() -> None:
    head = "position,name,phone,starts,ends,note\n"
    good = "值班员,张,,2026-11-23 08:30,2026-11-24 08:30,\n"
    assert parsed(head + good + "\n,,,,,\n", [OFFICER])[0].position == "duty_officer"
    wrong = {
        "name,starts\n": "position", head + good + good.replace("值班员", "国王"): "line 3",
        head + good.replace("张", ""): "name", head + good.replace("11-24 08:30", "11-22 08:30"): "before",
        head + good.replace("2026-11-23 08:30", "明天"): "2026-11-23",
    }  # fmt: skip
    for text, why in wrong.items():
        with pytest.raises(Invalid, match=why):
            parsed(text, [OFFICER])
    assert printed([Shift(**{**_plain(shift(0, 1)), "note": "=cmd()"})]).count("'=cmd()") == 1


async def add(work: Connection, name: str, area: str = COUNTY, **more: Any) -> UUID:
    """An entry of the phone book."""
    given = {"phone": "000-1", **more}
    return (await actions.add_contact(work, DESK, NewContact(name, area, **given))).id


async def on(work: Connection, contact: UUID, position: str, area: str = COUNTY, hours: int = 24) -> Shift:
    """Somebody on duty from the start."""
    new = NewShift(position, contact, START, START + timedelta(hours=hours), area)
    return await actions.add_shift(work, DESK, new, START)


async def test_who_is_on_duty_is_told_for_a_place_the_nearest_desk_first(work: Connection) -> None:
    account = await add_person(work, "zhang", Role.DUTY_OFFICER)
    leader = await add(work, "领导")
    officer = await add(work, "张", person=account.id, channels=("app", "voice"))
    town = await add(work, "镇值班", TOWN)
    for contact, position, area in (
        (officer, "duty_officer", COUNTY), (leader, "leader_on_duty", COUNTY), (town, "duty_officer", TOWN),
    ):  # fmt: skip
        await on(work, contact, position, area)

    async def names(at: datetime = START, **more: Any) -> list[str]:
        return [one.name for one in await queries.on_duty(work, at, **more)]

    assert await names(area=TOWN) == ["镇值班", "领导", "张"]
    assert await names(area=OTHER_TOWN) == ["领导", "张"]
    assert await names(area=TOWN, position="duty_officer") == ["镇值班", "张"]
    assert await names() == ["领导", "张", "镇值班"]
    assert await names(START + DAY, area=TOWN) == []
    assert await names(space=7) == []
    [found] = await queries.on_duty(work, START, area=OTHER_TOWN, position="duty_officer")
    assert (found.person, found.channels, found.title.zh) == (account.id, ("app", "voice"), "值班员")


async def test_a_table_is_taken_over_whole_or_not_at_all_and_twice_adds_nothing(work: Connection) -> None:
    await add(work, "张")
    head = "position,name,phone,starts,ends,note\n"
    good = "值班员,张,000-1,2026-11-23 08:30,2026-11-24 08:30,白班\n"
    bad = "值班员,李,,2026-11-24 08:30,2026-11-25 08:30,\n"
    refused = await actions.import_roster(work, DESK, COUNTY, head + good + bad, START)
    assert (refused.added, refused.unknown) == (0, ("3: 李",))
    assert await queries.shifts(work, START, START + DAY) == []
    assert (await actions.import_roster(work, DESK, COUNTY, head + good, START)).added == 1
    again = await actions.import_roster(work, DESK, COUNTY, head + good, START)
    assert (again.added, again.known) == (0, 1)
    with pytest.raises(NotFound):
        await actions.import_roster(work, actor(area=TOWN), COUNTY, head + good, START)


async def test_a_shift_is_possible_and_is_taken_off_with_a_reason(work: Connection) -> None:
    contact = await add(work, "张")
    made = await on(work, contact, "duty_officer")
    with pytest.raises(Conflict):
        await on(work, contact, "duty_officer")
    with pytest.raises(Invalid):
        await on(work, contact, "king")
    with pytest.raises(Invalid):
        await on(work, contact, "duty_officer", hours=49)
    with pytest.raises(Invalid):
        await actions.void_shift(work, made.id, made.version, "", DESK, START)
    with pytest.raises(Conflict):
        await actions.void_shift(work, made.id, 9, "病", DESK, START)
    await actions.void_shift(work, made.id, made.version, "病", DESK, START)
    assert await queries.on_duty(work, START) == []
    assert (await on(work, contact, "duty_officer")).id != made.id


async def swap(work: Connection, asked_by: Actor = DESK, *, both: bool = False) -> tuple[Shift, Shift, Any]:
    """Two people on duty, of whom the one asks the other to step in."""
    first = await on(work, await add(work, "张"), "duty_officer")
    second = await on(work, await add(work, "李", phone="000-2"), "duty_chief")
    asked = await actions.ask_swap(
        work, first.id, second.contact, second.id if both else None, "孩子生病", asked_by, START
    )
    return first, second, asked


@pytest.mark.parametrize("both", [False, True])
async def test_two_people_change_places_when_a_third_agrees(work: Connection, both: bool) -> None:
    first, second, asked = await swap(work, both=both)
    with pytest.raises(Conflict):
        await actions.ask_swap(work, first.id, second.contact, None, "又", OTHER, START)
    with pytest.raises(NotAllowed):
        await actions.decide_swap(work, asked.id, "approved", asked.version, "", DESK, START)
    done = await actions.decide_swap(work, asked.id, "approved", asked.version, "", OTHER, later(5))
    assert (done.state, done.decided_by) == ("approved", OTHER.name)
    assert (await queries.shift(work, first.id)).name == "李"
    assert (await queries.shift(work, second.id)).name == ("张" if both else "李")
    with pytest.raises(Conflict):
        await actions.decide_swap(work, asked.id, "refused", done.version, "晚", OTHER, later(6))


async def test_a_swap_is_refused_with_a_reason_or_withdrawn_by_who_asked(work: Connection) -> None:
    first, _, asked = await swap(work)
    with pytest.raises(Invalid):
        await actions.decide_swap(work, asked.id, "refused", asked.version, " ", OTHER, START)
    with pytest.raises(NotAllowed):
        await actions.decide_swap(work, asked.id, "withdrawn", asked.version, "", OTHER, START)
    await actions.decide_swap(work, asked.id, "withdrawn", asked.version, "", DESK, START)
    assert (await queries.shift(work, first.id)).name == "张"
    assert await queries.swaps(work) == []
    late = await actions.ask_swap(
        work, first.id, (await add(work, "王", phone="3")), None, "有事", DESK, START
    )
    with pytest.raises(Conflict):
        await actions.decide_swap(work, late.id, "approved", late.version, "", OTHER, START + DAY)


async def test_the_phone_book_is_found_put_right_and_never_lost(work: Connection) -> None:
    with pytest.raises(Invalid):
        await add(work, "无号", phone="")
    with pytest.raises(Invalid):
        await add(work, "无账户", channels=("app",))
    await add(work, "张局长", post="水务局局长")
    with pytest.raises(Conflict):
        await add(work, "张局长")
    [found] = await queries.contacts(work, text="水务")
    change = ContactChange(found.name, "水务局副局长", "000-9", "", ("text",), None, found.version)
    changed = await actions.change_contact(work, found.id, change, START)
    assert changed is not None
    assert (changed.post, changed.phone, changed.channels) == ("水务局副局长", "000-9", ("text",))
    with pytest.raises(Conflict):
        await actions.change_contact(work, found.id, change, START)
    gone = ContactChange(found.name, "", "000-9", "", ("text",), None, changed.version, "调离")
    assert await actions.change_contact(work, found.id, gone, START) is None
    assert await queries.contacts(work, text="张") == []
    row = await (
        await work.execute("select void_reason from duty_contact where id = %s", (found.id,))
    ).fetchone()
    assert row == {"void_reason": "调离"}
