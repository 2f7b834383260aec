"""Does a case go from the report to the reporter's word, with its clocks, its history and its walls?"""

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Step
from mudan.core.cases.model.calendar import Calendar
from mudan.core.cases.model.matrix import MatrixRule
from mudan.core.cases.model.running import in_time
from mudan.core.cases.model.words import Reporter
from mudan.core.cases.queries import Wanted
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.storage.pool import Connection, set_scope
from tests.core.cases.desk import (
    DESK,
    FIRE_DESK,
    LEADER,
    OTHER_DESK,
    WALKER,
    WATER_DESK,
    at_work,
    elsewhere,
    new_case,
    reported,
    step,
    to_check,
)
from tests.core.county import PLACE, actor, actor_of, add_person, later, raise_alarm
from tests.database import FIRE, OTHER_TOWN, START, TOWN, WATER

pytestmark = pytest.mark.anyio


async def test_a_case_goes_its_whole_way_and_says_so(work: Connection) -> None:
    case = await to_check(work)
    assert (case.number, case.state, case.rule) == ("RX20261123-0001", "checking", None)
    failed = await step(work, case, "fail", OTHER_DESK, 2100, reason="井圈松动")
    assert (failed.state, failed.situation.reworked, failed.situation.owner) == ("handling", 1, WATER)
    await step(work, case, "answer", WATER_DESK, 2400)
    await step(work, case, "check", at=2700)
    closed = await step(work, case, "pass", OTHER_DESK, 3000, reason="现场查看合格")
    assert (closed.state, closed.closed_at, closed.ended_at) == ("evaluating", later(3000), None)
    await step(work, case, "call_back", OTHER_DESK, 3300, answer="satisfied")
    done = await step(work, case, "finish", OTHER_DESK, 3600)
    assert (done.state, done.ended_at, done.next_due_at, done.lamp) == (
        "archived",
        later(3600),
        None,
        "green",
    )
    kinds = [event.kind for event in await queries.history(work, case.id)]
    assert kinds == [
        "report", "accept", "open", "dispatch", "sign", "answer", "check", "fail", "answer", "check", "pass",
        "call_back", "finish",
    ]  # fmt: skip
    runs = await queries.clocks(work, case.id)
    assert [(run.name, run.run) for run in runs] == [
        ("file", 1), ("whole", 1), ("dispatch", 1), ("handle", 1), ("check", 1), ("check", 2),
    ]  # fmt: skip
    assert all(in_time(run) for run in runs)


async def test_numbers_count_by_type_and_day_and_a_repeat_is_the_same_case(work: Connection) -> None:
    first = new_case()
    one = await actions.report(work, DESK, START, first)
    assert (await actions.report(work, DESK, later(5), first)).number == one.number
    assert (await reported(work)).number == "RX20261123-0002"
    assert (await reported(work, at=86_400)).number == "RX20261124-0001"
    with pytest.raises(Conflict, match="id"):
        await actions.report(work, DESK, START, new_case(id=first.id, title="别的"))


async def test_a_step_counts_once_and_an_old_version_is_refused(work: Connection) -> None:
    case = await reported(work)
    once = Step("accept", case.version, uuid4())
    assert (await actions.move(work, case.id, once, DESK, later(60))).state == "filing"
    assert (await actions.move(work, case.id, once, DESK, later(70))).state == "filing"
    with pytest.raises(Conflict, match="meanwhile"):
        await actions.move(work, case.id, Step("open", case.version, uuid4()), DESK, later(80))
    assert len(await queries.history(work, case.id)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"class_code": "7777"}, {"type": "nothing"}, {"area_code": "99"}, {"form": {"colour": "red"}},
        {"form": {"wish": "sing"}}, {"title": " "}, {"source": "rumour"}, {"lon": None}, {"source": "alarm"},
        {"alarm": uuid4(), "source": "alarm"},
    ],
)  # fmt: skip
async def test_what_cannot_be_a_case_is_refused(work: Connection, wrong: dict[str, Any]) -> None:
    with pytest.raises((Invalid, NotFound)):
        await reported(work, **wrong)


async def test_an_alarm_opens_a_case_that_keeps_the_link(work: Connection) -> None:
    alarm = await raise_alarm(work)
    assert (await reported(work, alarm=alarm, source="alarm")).alarm_id == alarm


async def test_only_the_owner_the_partners_and_who_was_sent_see_a_case_beside_the_desk(
    work: Connection,
) -> None:
    walker = actor_of(await add_person(work, "walker", Role.FIELD_WORKER, OTHER_TOWN))
    case = await at_work(work)
    secret = await reported(work, title="未派遣")

    async def seen(who: Any) -> set[str]:
        await set_scope(work, who.scope.settings())
        items, total = await queries.page(work, who, Wanted(), START)
        assert len(items) == total
        lines = await (await work.execute("select distinct case_id from case_event")).fetchall()
        assert {line["case_id"] for line in lines} == {one.id for one in items}
        return {one.title for one in items}

    assert await seen(DESK) == {"井盖破损", "未派遣"}
    assert await seen(WATER_DESK) == {"井盖破损"}
    assert await seen(FIRE_DESK) == set()
    assert await seen(actor(Role.DISPATCHER, OTHER_TOWN)) == set()
    assert await seen(walker) == set()
    await set_scope(work, DESK.scope.settings())
    await step(work, case, "join", DESK, 1300, partners=frozenset({FIRE}))
    await step(work, secret, "verify", DESK, 1300, person=walker.person)
    assert await seen(FIRE_DESK) == {"井盖破损"}
    assert await seen(walker) == {"未派遣"}
    assert (await step(work, secret, "confirm", walker, 1400)).situation.verified
    with pytest.raises(NotFound):
        await queries.one(work, secret.id)


async def test_an_exercise_has_cases_of_its_own_and_faster_clocks(work: Connection) -> None:
    await work.execute("insert into space (id, name, scale) values (7, 'drill', 6)")
    case = await reported(work, elsewhere(DESK, 7))
    assert (case.space, case.number) == (7, "RX20261123-0001")
    assert (await reported(work)).number == "RX20261123-0001"
    [file] = [run for run in await queries.clocks(work, case.id) if run.name == "file"]
    assert file.limit.amount == Fraction(1, 3)
    await set_scope(work, DESK.scope.settings())
    items, _ = await queries.page(work, DESK, Wanted(), START)
    assert case.id not in {one.id for one in items}


async def test_the_matrix_advises_the_owner_and_a_return_teaches_it(work: Connection) -> None:
    rules = [
        MatrixRule("井盖", "0201", "", WATER, date(2026, 1, 1)),
        MatrixRule("其他", "", "", FIRE, date(2026, 1, 1)),
    ]
    assert await actions.publish_matrix(work, "hotline", rules, 0, "首版", OTHER_DESK, START) > 0
    case = await reported(work)
    await step(work, case, "accept")
    await step(work, case, "open")
    sent = await step(work, case, "dispatch", owner=WATER)
    assert sent.rule == "井盖"
    back = await step(work, case, "return", WATER_DESK, reason="非本部门管理")
    assert (back.rule, back.situation.owner, back.situation.returned) == (None, None, 1)
    other = await step(work, case, "dispatch", owner=FIRE)
    assert other.rule is None
    [record] = await queries.record(work, 0, "hotline", START)
    assert (record.rule, record.sent, record.returned, record.share) == ("井盖", 1, 1, 1.0)


async def test_a_matrix_that_is_wrong_names_the_row_and_changes_nothing(work: Connection) -> None:
    good = MatrixRule("a", "0201", "", WATER, date(2026, 1, 1))
    first = await actions.publish_matrix(work, "hotline", [good], 0, "", OTHER_DESK, START)
    for wrong in (
        MatrixRule("b", "7777", "", WATER, date(2026, 1, 1)),
        MatrixRule("b", "01", "", "nobody", date(2026, 1, 1)),
        MatrixRule("b", "0201", "", FIRE, date(2026, 1, 1)),
    ):
        with pytest.raises(Invalid, match="row 2"):
            await actions.publish_matrix(work, "hotline", [good, wrong], first, "", OTHER_DESK, START)
    with pytest.raises(Conflict):
        await actions.publish_matrix(work, "hotline", [good], 0, "", OTHER_DESK, START)
    assert await queries.rules(work, 0, "hotline") == (first, [good])
    assert [one.version for one in await queries.matrices(work, 0, "hotline")] == [first]


async def test_several_reporters_stand_behind_one_case(work: Connection) -> None:
    main = await reported(
        work, reporter=Reporter(uuid4(), START, "phone", "张三", "13800000000", wants_word=True)
    )
    again = Reporter(uuid4(), later(60), "web", "李四")
    await actions.add_reporter(work, main.id, again, actions.author_of(DESK), later(60))
    await actions.add_reporter(work, main.id, again, actions.author_of(DESK), later(61))
    other = await reported(work, source="public", reporter=Reporter(uuid4(), later(90), "app", "王五"))
    with pytest.raises(Invalid, match="joins another"):
        await step(work, other, "merge", main=other.id)
    merged = await step(work, other, "merge", main=main.id)
    assert (merged.state, merged.main_number) == ("merged", main.number)
    assert [one.name for one in await queries.reporters(work, main.id)] == ["张三", "李四", "王五"]
    assert [one.number for one in await queries.merged_into(work, main.id)] == [merged.number]
    assert (await queries.history(work, main.id))[-1].kind == "merged_in"
    with pytest.raises(Conflict, match="merged into this"):
        await step(work, main, "merge", main=(await reported(work)).id)


async def test_what_lies_near_is_found_with_closed_ones_and_not_in_another_space(work: Connection) -> None:
    near = await reported(work, lat=PLACE[1] + 0.0003)
    await reported(work, lat=PLACE[1] + 0.01)
    closed = await to_check(work)
    await step(work, closed, "pass", OTHER_DESK, reason="合格")
    found = await queries.near(work, 0, "hotline", *PLACE, 50, START)
    assert {one.id: one.ended for one in found} == {near.id: False, closed.id: True}
    assert await queries.near(work, 7, "hotline", *PLACE, 50, START) == []


async def test_the_verifier_is_never_the_handler_whoever_asks_the_database(work: Connection) -> None:
    by_desk = await reported(work)
    said: dict[str, Any] = {"note": "电话"}
    ways: list[tuple[str, dict[str, Any]]] = [
        ("accept", {}), ("open", {}), ("dispatch", {"owner": WATER}), ("sign", said), ("answer", said), ("check", {}),
    ]  # fmt: skip
    for event, more in ways:
        await step(work, by_desk, event, DESK, **more)
    with pytest.raises(NotAllowed, match="does not check"):
        await step(work, by_desk, "pass", DESK)
    assert (await step(work, by_desk, "pass", OTHER_DESK, reason="合格")).state == "evaluating"


async def test_more_time_is_asked_for_granted_by_another_and_moves_the_deadline(work: Connection) -> None:
    case = await at_work(work, class_code="0202")
    before = (await queries.one(work, case.id)).next_due_at
    with pytest.raises(Invalid, match="how much"):
        await step(work, case, "ask_extension", WATER_DESK, reason="待料")
    await step(work, case, "ask_extension", WATER_DESK, reason="待料", more=2)
    granted = await step(work, case, "grant_extension", OTHER_DESK)
    assert before is not None
    assert granted.next_due_at is not None
    assert (granted.next_due_at - before).days == 2
    assert granted.situation.extended == 1


async def test_notices_go_to_whom_it_concerns_and_end_when_the_case_moves_on(work: Connection) -> None:
    case = await reported(work)
    [told] = await notices.of_subject(work, "cases", str(case.id))
    assert told.state == "open"
    await step(work, case, "accept", at=10)
    await step(work, case, "open", at=20)
    await step(work, case, "dispatch", at=30, owner=WATER)
    states = [one.state for one in await notices.of_subject(work, "cases", str(case.id))]
    assert sorted(states) == ["cancelled", "open"]


async def test_a_calendar_is_published_over_the_one_that_was_looked_at(work: Connection) -> None:
    assert (await queries.calendar(work, 0)).version == 0
    first = await actions.publish_calendar(work, Calendar(), 0, "2026 年", OTHER_DESK, START)
    with pytest.raises(Conflict):
        await actions.publish_calendar(work, Calendar(), 0, "", OTHER_DESK, START)
    assert (await queries.calendar(work, 7)).version == first
    assert [one.note for one in await queries.calendars(work, 0)] == ["2026 年"]


async def test_heads_force_a_case_to_close_with_a_reason_and_the_reporter_reopens_it(
    work: Connection,
) -> None:
    case = await at_work(work)
    with pytest.raises(NotAllowed):
        await step(work, case, "force_close", DESK, reason="拆迁")
    closed = await step(work, case, "force_close", LEADER, reason="拆迁", at=1500)
    assert (closed.situation.forced, closed.closed_at) == (True, later(1500))
    again = await step(work, case, "reopen", OTHER_DESK, reason="市民再次反映", at=1800)
    assert (again.state, again.closed_at, again.situation.owner, again.situation.reopened) == (
        "dispatching", None, None, 1,
    )  # fmt: skip
    await set_scope(work, WALKER.scope.settings())
    with pytest.raises(NotFound):
        await queries.one(work, case.id)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), 3), (Wanted(state="overdue"), 0), (Wanted(state="all"), 4), (Wanted(state="handling"), 1),
        (Wanted(class_code="02"), 2), (Wanted(type="other"), 0), (Wanted(text="噪"), 1), (Wanted(area=OTHER_TOWN), 1),
        (Wanted(department=WATER), 1), (Wanted(whose="mine"), 3), (Wanted(lamp="red"), 0), (Wanted(limit=1), 3),
    ],
)  # fmt: skip
async def test_the_board_shows_what_is_asked_for(work: Connection, wanted: Wanted, found: int) -> None:
    await at_work(work)
    await reported(work, class_code="03", title="噪声", area_code=OTHER_TOWN)
    await reported(work, class_code="0202")
    refused = await reported(work, class_code="99", area_code=TOWN)
    await step(work, refused, "refuse", reason="非本县")
    items, total = await queries.page(work, DESK, wanted, later(1300))
    assert total == found
    assert len(items) == min(found, wanted.limit)
