"""Does who reports without an account hold their case by a code, hear of it with consent, rate it and reopen it?"""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Entry, Filled
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.told import told
from mudan.core.cases.model.words import Case
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, set_scope
from tests.core.cases.desk import DESK, OTHER_DESK, WALKER, WATER_DESK, reported, step
from tests.core.county import PLACE, later
from tests.database import START, TOWN, WATER

pytestmark = pytest.mark.anyio


def entry(**more: Any) -> Entry:
    """A broken manhole, told on the web."""
    given: dict[str, Any] = {
        "id": uuid4(), "type": "hotline", "class_code": "0201", "area_code": TOWN, "text": "井盖破了",
        "address": "桥头路口", "lon": PLACE[0], "lat": PLACE[1], "name": "张三", "phone": "13800000000", **more,
    }  # fmt: skip
    return Entry(**given)


async def closed(work: Connection, case: Case) -> Case:
    """The case, verified, handled, checked and closed by those whose work it is."""
    await step(work, case, "accept", at=60)
    await step(work, case, "verify", at=90)
    await step(work, case, "confirm", OTHER_DESK, 120)
    await step(work, case, "open", at=150)
    await step(work, case, "dispatch", at=180, owner=WATER)
    await step(work, case, "sign", WATER_DESK, 240)
    await step(work, case, "answer", WATER_DESK, 300, note="已换井盖，问张三 13800000000")
    await step(work, case, "check", at=360)
    return await step(work, case, "pass", OTHER_DESK, 420, reason="现场看过")


async def test_a_report_gets_a_number_and_a_code_and_twice_is_once(work: Connection) -> None:
    sent = entry()
    first = await actions.take_in(work, sent, START)
    again = await actions.take_in(work, sent, later(5))
    assert (first[:2], first.new, again.new) == (again[:2], True, False)
    assert (first.case.title, first.case.situation.source) == ("井盖缺损 桥头路口", "public")
    [reporter] = await queries.reporters(work, first.case.id)
    assert (reporter.channel, reporter.name, reporter.wants_word) == ("web", "张三", False)
    with pytest.raises(Conflict):
        await actions.take_in(work, replace(sent, text="另一件事"), later(9))
    slip, case = await actions.opened(work, first.case.number, first.code.lower().replace("-", " "))
    assert (slip.joined, case.id) == (False, first.case.id)
    kept = await (await work.execute("select * from case_slip")).fetchall()
    assert first.code not in str(kept)
    assert first.code.replace("-", "") not in str(kept)
    assert str(sent.id) not in str(kept) + str(
        await (await work.execute("select * from case_file")).fetchall()
    )


async def test_a_wrong_number_and_a_wrong_code_look_the_same(work: Connection) -> None:
    one, other = await actions.take_in(work, entry(), START), await actions.take_in(work, entry(), START)
    said = set()
    for number, code in (
        (one.case.number, "AAAA-BBBB-CCCC"), ("RX20990101-0001", one.code), (one.case.number, other.code), ("", ""),
    ):  # fmt: skip
        with pytest.raises(NotFound) as refused:
            await actions.opened(work, number, code)
        said.add(refused.value.reason)
    assert len(said) == 1


async def test_who_tells_of_the_same_joins_with_a_code_of_their_own(work: Connection) -> None:
    case = await reported(work)
    sent = entry(name="李四")
    first = await actions.join(work, case.id, sent, later(60))
    again = await actions.join(work, case.id, sent, later(61))
    assert (first.code, first.case.id) == (again.code, case.id)
    assert [one.name for one in await queries.reporters(work, case.id)] == ["李四"]
    slip, _ = await actions.opened(work, case.number, first.code)
    assert slip.joined
    other = await reported(work)
    with pytest.raises(Conflict):
        await actions.join(work, other.id, sent, later(70))


async def test_closed_is_not_fixed_its_reporter_rates_and_reopens_while_that_may_be(work: Connection) -> None:
    made = await actions.take_in(work, entry(), START)
    case = await closed(work, made.case)
    shown = told(
        case, type_named("hotline"), await queries.clocks(work, case.id), await queries.history(work, case.id),
        Text("沙土镇", ""), ["张三"], later(430),
    )  # fmt: skip
    assert (shown.closed, shown.can, shown.answer) == (True, ("rate", "reopen"), "已换井盖，问＊＊ ＊＊")
    assert [one.step for one in shown.stages] == [1, 2, 1, 2, 3, 4, 4, 5, 6, 7]
    once = uuid4()
    for _ in range(2):
        case = await actions.rate(
            work, await queries.one(work, case.id), "not", once, later(500), solved=False
        )
    assert case.situation.answer == "not"
    with pytest.raises(Invalid):
        await actions.reopen(work, case, "  ", uuid4(), later(510))
    case = await actions.reopen(work, case, "又松了", uuid4(), later(520))
    assert (case.state, case.situation.reopened) == ("dispatching", 1)
    with pytest.raises(Conflict):
        await actions.reopen(work, case, "再开", uuid4(), later(530))
    kinds = [one.kind for one in await queries.history(work, case.id)]
    assert kinds.count("rate") == 1
    assert kinds[-1] == "reopen"


async def test_a_reporter_reopens_neither_after_the_time_nor_for_ever(work: Connection) -> None:
    made = await actions.take_in(work, entry(), START)
    case = await closed(work, made.case)
    with pytest.raises(Conflict):
        await actions.reopen(work, case, "又坏了", uuid4(), later(40 * 86_400))
    await work.execute("update case_file set reopened = 3 where id = %s", (case.id,))
    with pytest.raises(Conflict):
        await actions.reopen(work, await queries.one(work, case.id), "又坏了", uuid4(), later(500))


async def letters(work: Connection) -> list[tuple[str, str]]:
    """(number, Chinese title) of what waits in the outbox for reporters."""
    rows = await (
        await work.execute(
            "select d.addresses, d.state, n.title from notice_delivery d join notice n on n.id = d.notice_id"
            " where n.noun = 'slips' order by n.created_at"
        )
    ).fetchall()
    assert all(row["state"] == "queued" for row in rows)
    return [(row["addresses"][0]["number"], row["title"]["zh"]) for row in rows]


async def test_only_who_agreed_is_told_of_each_stage_until_they_take_it_back(work: Connection) -> None:
    silent = await actions.take_in(work, entry(), START)
    await step(work, silent.case, "accept", at=10)
    assert await letters(work) == []
    made = await actions.take_in(work, entry(contact="138-0000 1111", consents=True), START)
    joined = await actions.join(work, made.case.id, entry(contact="li@example.org", consents=True), later(20))
    await step(work, made.case, "accept", at=60)
    assert await letters(work) == [("13800001111", f"您反映的 {made.case.number}：已受理，准备立案")]
    slip, case = await actions.opened(work, made.case.number, made.code)
    assert (slip.channel, (await actions.opened(work, case.number, joined.code))[0].channel) == (
        "text",
        "mail",
    )
    for _ in range(2):
        await actions.end_messages(work, slip, case, uuid4(), later(70))
    assert [one.kind for one in await queries.history(work, case.id)].count("withdrawn") == 1
    await step(work, made.case, "verify", at=80)
    assert len(await letters(work)) == 1
    assert (await actions.opened(work, made.case.number, made.code))[0].contact == ""
    with pytest.raises(Invalid, match="where to tell"):
        await actions.take_in(work, entry(phone="", consents=True), later(90))


async def test_who_reported_a_case_that_was_merged_follows_and_hears_of_the_main_one(
    work: Connection,
) -> None:
    main = await reported(work)
    made = await actions.take_in(work, entry(contact="13800001111", consents=True), START)
    await step(work, made.case, "merge", at=10, main=main.id)
    assert (await actions.opened(work, made.case.number, made.code))[1].id == main.id
    await step(work, main, "accept", at=20)
    numbers = [title for _, title in await letters(work)]
    assert numbers == [
        f"您反映的 {made.case.number}：已并入同一问题的案件",
        f"您反映的 {made.case.number}：已受理，准备立案",
    ]


async def test_words_are_added_within_bounds_and_once(work: Connection) -> None:
    made = await actions.take_in(work, entry(), START)
    once = uuid4()
    for _ in range(2):
        await actions.say(work, made.case, "在路口东北角", once, later(5))
    lines = [one for one in await queries.history(work, made.case.id) if one.kind == "words"]
    assert [one.text.zh for one in lines] == ["反映人补充：在路口东北角"]
    for words in (" ", "字" * 1001):
        with pytest.raises(Invalid):
            await actions.say(work, made.case, words, uuid4(), later(6))
    for _ in range(19):
        await actions.say(work, made.case, "还在", uuid4(), later(7))
    with pytest.raises(Conflict):
        await actions.say(work, made.case, "还在", uuid4(), later(8))


async def test_an_answer_given_at_once_ends_a_case_and_may_be_doubted(work: Connection) -> None:
    made = await actions.take_in(work, entry(class_code="99"), START)
    case = await step(work, made.case, "answer_now", at=5, reason="办理时间为工作日 9 点")
    assert (case.state, case.ended_at) == ("replied", later(5))
    shown = told(
        case, type_named("hotline"), (), await queries.history(work, case.id), Text("", ""), (), later(6)
    )
    assert (shown.answer, shown.can) == ("办理时间为工作日 9 点", ("review",))
    assert (await actions.reopen(work, case, "没有说清", uuid4(), later(7))).state == "filing"


async def test_the_burden_of_a_form_is_a_sum_and_a_caller_a_count(work: Connection) -> None:
    for filled in (Filled("intake", 5, 40), Filled("intake", 7, 99_999, avoided=True), Filled("other", 1, 1)):
        await actions.weigh(work, 0, "water", filled, START)
    [sums] = await queries.burdens(work, 0, START.date())
    assert (sums.entries, sums.fields, sums.seconds, sums.avoided) == (2, 12, 3640, 1)
    made = await actions.take_in(work, entry(), START)
    await actions.join(work, (await reported(work)).id, entry(), START)
    await step(work, made.case, "refuse", at=5, reason="不属实")
    known = await queries.callers(work, ["13800000000"])
    assert (known.count, known.open, known.last_at) == (2, 1, START)
    assert await queries.callers(work, [""]) == queries.Callers(0, 0, None)


async def test_the_walls_keep_slips_from_everybody_signed_in(work: Connection) -> None:
    await actions.take_in(work, entry(contact="13800001111", consents=True), START)
    for who in (DESK, WALKER):
        await set_scope(work, who.scope.settings())
        for statement in ("select 1 from case_slip", "select 1 from case_slip_key"):
            assert await (await work.execute(statement.encode())).fetchall() == []
