"""Does a case go to another system once, is every answer written, and can nobody outside make our marks?"""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.cases import queries as cases
from mudan.core.cases.model.georeport import masked
from mudan.core.cases.model.words import Case
from mudan.core.referrals import actions, queries
from mudan.core.referrals.actions import Wish
from mudan.core.referrals.model import (
    CLOSED_LOOKED_FOR,
    MARK,
    MOST_LOOKS,
    STATES,
    Recipient,
    ReferralOutcome,
    Seen,
    description_of,
    mark_of,
    may_become,
    next_look,
)
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, set_scope
from tests.core.cases.desk import DESK, elsewhere, reported
from tests.core.county import actor, later
from tests.database import OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
CITY = Recipient(
    Text("邻市", "the next city"), {"0201": "pothole", "hotline.03": "park"}, frozenset({"citizen"})
)


async def referred(work: Connection, case: Case, **more: Any) -> UUID:
    """A case in line for the next city."""
    return await actions.refer(work, case.id, Wish("citizen", uuid4(), **more), CITY, DESK, later(60))


async def took(work: Connection, referral: UUID, state: str, at: float = 100, **more: Any) -> dict[str, Any]:
    """The referral after an outcome."""
    outcome = ReferralOutcome(referral, state, **more)
    await actions.take(work, "citizen", [outcome], later(at))
    return await queries.one(work, referral)


@given(st.uuids(), st.binary(min_size=16, max_size=64), st.integers(1, 99_999_999))
def test_a_mark_survives_the_mask_and_any_cutting_of_the_words(
    referral: UUID, key: bytes, number: int
) -> None:
    mark = mark_of(f"RX20261123-{number:04d}", key, referral)
    assert re.fullmatch(MARK, mark)
    told = description_of("井盖", "字" * 5000, "请处理", mark)
    assert len(told) <= 4000
    found = re.search(MARK, masked(told))
    assert found is not None
    assert found[0] == mark
    assert mark != mark_of(f"RX20261123-{number:04d}", key + b"x", referral)


@given(st.sampled_from(STATES), st.integers(0, MOST_LOOKS))
def test_what_is_under_way_is_always_looked_at_again_and_what_has_ended_never(state: str, looks: int) -> None:
    at = next_look(state, looks, None, START)
    assert (at is None) == (state in ("refused", "withdrawn"))
    assert at is None or START < at <= START + timedelta(hours=6)
    assert next_look("closed", 0, START - CLOSED_LOOKED_FOR - timedelta(1), START) is None


def test_nothing_leaves_an_end_and_no_late_word_takes_a_number_back() -> None:
    assert not any(may_become(end, new) for end in ("refused", "withdrawn") for new in STATES)
    for late in ("waiting", "sending", "unsure", "held", "refused", "sent"):
        assert not may_become("accepted", late)


def test_a_class_is_their_service_by_type_by_itself_or_by_its_larger_class() -> None:
    assert CITY.service_of("hotline", "0201") == "pothole"
    assert CITY.service_of("hotline", "0307") == "park"
    assert CITY.service_of("urban", "0307") is None


async def test_a_case_goes_out_without_who_reported_it_and_with_its_mark(work: Connection) -> None:
    case = await reported(work, text="王某 13800001234 反映", address="人民路 1 号")
    first = await referred(work, case, note="请核实，电话 0530-1234567")
    (due,) = await queries.due(work, "citizen", later(61), 9)
    assert due.id == first
    assert due.report.service_code == "pothole"
    assert "13800001234" not in due.report.description
    assert "1234567" not in due.report.description
    assert due.mark in due.report.description
    assert (due.report.lon, due.report.lat) == (case.lon, case.lat)
    assert [line.text.zh for line in await cases.history(work, case.id)][-1] == "转送邻市"
    assert await queries.due(work, "hall", later(61), 9) == []


async def test_the_same_wish_again_is_one_and_a_second_waits_for_the_end_of_the_first(
    work: Connection,
) -> None:
    case = await reported(work)
    wish = Wish("citizen", uuid4())
    first = await actions.refer(work, case.id, wish, CITY, DESK, later(60))
    assert await actions.refer(work, case.id, wish, CITY, DESK, later(61)) == first
    with pytest.raises(Conflict, match="already"):
        await referred(work, case)
    await took(work, first, "sending")
    await took(work, first, "refused", reason="没有这条路")
    second = await referred(work, case)
    with pytest.raises(Conflict):
        await actions.again(work, case.id, first, DESK, later(200))
    assert {row["id"] for row in await queries.of_case(work, case.id)} == {first, second}


async def test_what_may_not_go_is_refused_with_the_reason(work: Connection) -> None:
    unplaced = await reported(work, lon=None, lat=None)
    other = await reported(work, class_code="0101")
    with pytest.raises(Invalid, match="place"):
        await referred(work, unplaced)
    with pytest.raises(Invalid, match="no service"):
        await referred(work, other)
    with pytest.raises(NotFound):
        await actions.refer(work, uuid4(), Wish("citizen", uuid4()), CITY, DESK, later(1))
    again = Recipient(CITY.title, CITY.services, frozenset({"hotline"}))
    case = await reported(work)
    with pytest.raises(Conflict, match="not sent back"):
        await actions.refer(work, case.id, Wish("citizen", uuid4()), again, DESK, later(1))


async def test_every_answer_is_a_receipt_and_the_desk_hears_of_what_it_must_look_at(work: Connection) -> None:
    case = await reported(work)
    first = await referred(work, case)
    sending = await took(work, first, "sending", 100)
    assert (sending["attempts"], sending["attempted_at"]) == (1, later(100))
    lost = await took(work, first, "unsure", 110, reason="timed out")
    assert (lost["next_at"], lost["reason"]) == (later(170), "timed out")
    there = await took(work, first, "accepted", 170, number="N7")
    assert (there["number"], there["sent_at"], there["accepted_at"]) == ("N7", later(100), later(170))
    seen = Seen("已派单", "市政", later(200), later(9000))
    looked = await took(work, first, "accepted", 470, number="N7", seen=seen)
    assert (looked["notes"], looked["agency"], looked["seen_at"]) == ("已派单", "市政", later(470))
    done = await took(work, first, "closed", 900, number="N7", seen=seen)
    assert done["closed_at"] == later(900)
    reopened = await took(work, first, "accepted", 999, number="N7", seen=seen)
    assert reopened["closed_at"] is None
    late = await took(work, first, "unsure", 1000)
    assert late["state"] == "accepted"
    told = [line.text.zh for line in await cases.history(work, case.id) if line.kind == "referral"]
    assert told == [
        "转送邻市", "对方已受理，编号 N7", "对方已办结（N7）：请核查后再结案", "对方重新办理（N7）",
    ]  # fmt: skip
    calls = await (
        await work.execute("select title from notice where subject = %s", (str(case.id),))
    ).fetchall()
    assert any("对方已办结（N7）" in row["title"]["zh"] for row in calls)
    assert (await cases.one(work, case.id)).state == "reported"


async def test_a_human_decides_where_nobody_can_tell_whether_they_have_it(work: Connection) -> None:
    case = await reported(work)
    first = await referred(work, case)
    await took(work, first, "sending")
    with pytest.raises(Conflict):
        await actions.withdraw(work, case.id, first, DESK, later(101))
    await took(work, first, "unsure")
    held = await took(work, first, "held", reason="not in their list")
    assert held["next_at"] is not None  # their list is looked at all the same
    with pytest.raises(NotFound):
        await actions.again(work, (await reported(work)).id, first, DESK, later(200))
    await actions.again(work, case.id, first, DESK, later(200))
    (due,) = await queries.due(work, "citizen", later(200), 9)
    assert (due.state, due.attempted_at) == (
        "waiting",
        later(100),
    )  # so it is searched for before it goes out
    await actions.withdraw(work, case.id, first, DESK, later(201))
    assert await queries.due(work, "citizen", later(9999), 9) == []


async def test_another_platform_changes_nothing_and_an_exercise_sends_nothing(work: Connection) -> None:
    case = await reported(work)
    first = await referred(work, case)
    await actions.take(work, "hall", [ReferralOutcome(first, "accepted", number="X")], later(99))
    assert (await queries.one(work, first))["state"] == "waiting"
    await work.execute("insert into space (id, name, scale) values (7, 'drill', 1)")
    drill = await reported(work, elsewhere(DESK, 7))
    with pytest.raises(Conflict, match="exercise"):
        await actions.refer(work, drill.id, Wish("citizen", uuid4()), CITY, elsewhere(DESK, 7), later(1))


async def test_our_own_cases_are_known_in_their_list_and_a_copied_mark_hides_nothing(
    work: Connection,
) -> None:
    case = await reported(work)
    first = await referred(work, case)
    mark = (await queries.one(work, first))["mark"]
    found = [("N7", mark), ("N8", ""), ("N9", "RX20261123-0001/r0000000000")]
    assert await queries.ours(work, "citizen", found) == {"N7"}
    await took(work, first, "sending")
    await took(work, first, "accepted", number="N7")
    assert await queries.ours(work, "citizen", [("N7", ""), ("N10", mark)]) == {"N7"}
    assert await queries.ours(work, "citizen", []) == set()


async def test_a_referral_is_seen_by_who_sees_its_case(work: Connection) -> None:
    case = await reported(work)
    await referred(work, case)
    await set_scope(work, actor(area=TOWN).scope.settings())
    assert len(await queries.of_case(work, case.id)) == 1
    await set_scope(work, actor(area=OTHER_TOWN).scope.settings())
    assert await queries.of_case(work, case.id) == []
