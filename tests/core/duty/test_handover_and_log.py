"""Is a desk handed over by two people, item by item, and does the log keep every word ever written?"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.duty import actions, queries
from mudan.core.duty.model import Handover, Line, Matter, corrected
from mudan.core.incidents import actions as incidents
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, actor_of, add_person, later, open_incident, raise_alarm
from tests.database import START, TOWN

pytestmark = pytest.mark.anyio
GOING = actor(Role.DUTY_OFFICER)
COMING = actor(Role.DUTY_OFFICER)
MATTERS = (
    Matter("alarms", "a1", Text("告警未确认", "alarm"), 1),
    Matter("incidents", "i1", Text("事件处置中", "incident"), 2),
)


async def drafted(work: Connection) -> Handover:
    """A hand-over with two matters."""
    return await actions.draft(work, GOING, START, MATTERS)


async def signed(work: Connection) -> Handover:
    """The same, signed by the side that goes."""
    handover = await drafted(work)
    return await actions.give(work, handover.id, "平稳", handover.version, GOING, later(60))


async def test_a_desk_is_handed_over_item_by_item_and_signed_by_both(work: Connection) -> None:
    handover = await drafted(work)
    assert (handover.since, handover.state) == (START - timedelta(hours=24), "draft")
    handover = await actions.add_item(work, handover.id, "打印机缺纸", handover.version)
    first, second, third = await queries.items(work, handover.id)
    handover = await actions.change_item(
        work, handover.id, first.id, handover.version, done=True, note="已确认", left_out=False
    )
    with pytest.raises(Invalid):
        await actions.change_item(
            work, handover.id, third.id, handover.version, done=False, note="", left_out=True
        )
    handover = await actions.change_item(
        work, handover.id, third.id, handover.version, done=False, note="不重要", left_out=True
    )
    handover = await actions.give(work, handover.id, "夜间平稳", handover.version, GOING, later(60))
    with pytest.raises(Conflict):
        await actions.take(work, handover.id, handover.version, COMING, later(90))
    handover = await actions.answer_item(
        work, handover.id, first.id, "accepted", "", handover.version, COMING
    )
    with pytest.raises(Invalid):
        await actions.answer_item(work, handover.id, second.id, "refused", "", handover.version, COMING)
    handover = await actions.answer_item(
        work, handover.id, second.id, "refused", "未说明进展", handover.version, COMING
    )
    with pytest.raises(NotAllowed):
        await actions.take(work, handover.id, handover.version, GOING, later(95))
    taken = await actions.take(work, handover.id, handover.version, COMING, later(100))
    assert (taken.state, taken.given_by_id, taken.taken_by_id) == ("taken", GOING.person, COMING.person)
    again = await actions.draft(work, COMING, later(9000), ())
    [item] = await queries.items(work, again.id)
    assert (again.since, item.subject, item.note) == (later(100), "i1", "上次交班未接：未说明进展")


async def test_a_signed_hand_over_is_not_changed_and_one_desk_has_one_at_a_time(work: Connection) -> None:
    handover = await signed(work)
    [item, _] = await queries.items(work, handover.id)
    changes: dict[str, Any] = {"done": True, "note": "", "left_out": False}
    with pytest.raises(Conflict):
        await actions.change_item(work, handover.id, item.id, handover.version, **changes)
    with pytest.raises(Conflict):
        await actions.add_item(work, handover.id, "又", handover.version)
    with pytest.raises(Conflict):
        await actions.draft(work, COMING, later(1), ())
    with pytest.raises(NotAllowed):
        await actions.answer_item(work, handover.id, item.id, "accepted", "", handover.version, GOING)
    with pytest.raises(NotFound):
        await actions.answer_item(work, handover.id, 0, "accepted", "", handover.version, COMING)
    with pytest.raises(Conflict):
        await actions.take(work, handover.id, 99, COMING, later(2))
    town = await actions.draft(work, actor(area=TOWN), later(3), ())
    assert town.area_code == TOWN
    with pytest.raises(Invalid):
        await actions.withdraw(work, handover.id, "", handover.version, GOING, later(4))
    ended = await actions.withdraw(work, handover.id, "换人", handover.version, GOING, later(4))
    assert ended.state == "withdrawn"
    with pytest.raises(Conflict):
        await actions.give(work, handover.id, "", ended.version, GOING, later(5))


async def test_the_database_itself_refuses_one_hand_for_both_sides(work: Connection) -> None:
    person = actor_of(await add_person(work, "one", Role.DUTY_OFFICER))
    handover = await signed(work)
    with pytest.raises(Exception, match="check"):
        await work.execute(
            "update duty_handover set given_by_id = %(who)s, taken_by_id = %(who)s where id = %(id)s",
            {"who": person.person, "id": handover.id},
        )


async def test_the_log_is_drafted_from_events_and_put_right_without_losing_a_word(work: Connection) -> None:
    incident = await open_incident(work, GOING, title="河堤渗水")
    await incidents.add_note(work, incident.id, "已派人", GOING, later(30.1234))
    alarm = await raise_alarm(work)
    await work.execute("update alarm set level = 1 where id = %s", (alarm,))
    await signed(work)
    await set_scope(work, GOING.scope.settings())

    async def lines() -> list[Line]:
        return await queries.log(work, 0, START - timedelta(hours=1), later(3600))

    drafted_lines = await lines()
    assert {line.noun for line in drafted_lines} == {"incidents", "alarms", "duty"}
    assert any(line.text.zh == f"【{incident.number}】已派人" for line in drafted_lines)
    noted = next(line for line in drafted_lines if "已派人" in line.text.zh)
    client = uuid4()
    for _ in range(2):
        await actions.write_note(work, GOING, later(50), client_id=client, text="气象局来电", at=later(45))
    more: dict[str, Any] = {
        "client_id": uuid4(),
        "text": "应为：已派水务局人员",
        "at": later(30.123),
        "corrects": noted.key,
    }
    with pytest.raises(Invalid):
        await actions.write_note(work, GOING, later(60), **more)
    await actions.write_note(work, GOING, later(60), **more, reason="记录不完整")
    read = {line.key: line for line in await lines()}
    assert len(read) == len(drafted_lines) + 2
    assert read[noted.key].text == noted.text
    correction = read[read[noted.key].corrected_by or ""]
    assert (correction.text.zh, correction.reason) == ("应为：已派水务局人员", "记录不完整")
    with pytest.raises(NotFound):
        await actions.write_note(
            work, GOING, later(70), **{**more, "client_id": uuid4(), "corrects": "note:0"}, reason="无"
        )
    with pytest.raises(Invalid):
        await actions.write_note(work, GOING, later(70), client_id=uuid4(), text="明天", at=later(9000))
    await set_scope(work, actor(area="371702102").scope.settings())
    assert await lines() == []


@given(st.permutations(range(6)))
def test_the_newest_correction_counts_in_whatever_order_lines_are_read(order: list[int]) -> None:
    def line(number: int, corrects: str | None) -> Line:
        at = later(number)
        return Line(f"n{number}", START, at, "note", "甲", Text("", ""), drafted=False, corrects=corrects)

    lines = [line(0, None), line(1, "n0"), line(2, "n0"), line(3, "n2"), line(4, None), line(5, "gone")]
    read = {one.key: one.corrected_by for one in corrected(lines[n] for n in order)}
    assert read == {"n0": "n2", "n1": None, "n2": "n3", "n3": None, "n4": None, "n5": None}
