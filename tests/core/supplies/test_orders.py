"""Do needs, orders and stock add up through every way an order can go?"""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.incidents import queries as incidents
from mudan.core.people.model import Actor, Role
from mudan.core.supplies import actions, queries
from mudan.core.supplies.actions import Movement, Offer, Word
from mudan.core.supplies.model.edxl import KINDS, Message, read, written
from mudan.core.supplies.model.orders import (
    BY_ASKER,
    BY_LENDER,
    CHART,
    ENDED,
    MESSAGES,
    STATE_WORDS,
    STATES,
    Order,
    granted,
    moved,
    next_verbs,
)
from mudan.core.supplies.model.stock import Lot, Need, Store, concerns, taken
from mudan.primitives.errors import Conflict, Invalid, MudanError, NotAllowed
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.county import actor, later, open_incident
from tests.database import COUNTY, START, TOWN, WATER

WHO = actor()
LIAISON = actor(Role.DEPARTMENT_LIAISON, COUNTY, WATER)
VERBS = sorted(BY_ASKER | BY_LENDER)


def test_the_chart_is_whole() -> None:
    assert set(STATES) == set(STATE_WORDS)
    assert {verb for _, verb in CHART} == BY_ASKER | BY_LENDER
    assert {verb for _, verb in CHART} | {"request", "offer"} == set(MESSAGES)
    assert not {state for state, _ in CHART} & ENDED
    assert all(next_verbs(_order(state=state)) for state in STATES if state not in ENDED)
    assert {kind for kind, _ in MESSAGES.values()} == KINDS
    assert len(KINDS) == 16


def _order(**more: Any) -> Order:
    plain = Order(
        id=uuid4(), space=0, area_code=COUNTY, department=None, to_department=None, need_id=None, number="R1",
        party="邻县", incoming=False, title="帐篷", material=None, asked=100.0, unit="顶", granted=0.0, returned=0.0,
        store_id=None, arrival_at=None, return_by=None, return_wanted=None,
        state="requested", originating="m", last_message="m", element="e",
        created_by="x", created_at=START, ended_at=None, version=1,
    )  # fmt: skip
    return replace(plain, **more)


@given(
    verbs=st.lists(st.tuples(st.sampled_from(VERBS), st.one_of(st.none(), st.floats(-5, 200))), max_size=20)
)
def test_no_words_lead_to_a_forbidden_state_or_grant_more_than_asked(
    verbs: list[tuple[str, float | None]],
) -> None:
    order = _order()
    for verb, quantity in verbs:
        before = order
        try:
            order = replace(order, granted=granted(order, verb, quantity), state=moved(order.state, verb))
        except MudanError:
            assert (before.state, verb) not in CHART or quantity is not None
            continue
        assert (before.state, verb) in CHART
        assert before.state not in ENDED
        assert 0 <= order.granted <= order.asked
        assert order.shortfall >= 0


@given(
    lots=st.lists(st.tuples(st.one_of(st.none(), st.integers(1, 28)), st.integers(0, 50)), max_size=8),
    wanted=st.integers(1, 200),
)
def test_what_expires_first_goes_first_and_what_has_expired_never(
    lots: list[tuple[int | None, int]], wanted: int
) -> None:
    today = date(2026, 11, 10)
    known = tuple(Lot(date(2026, 11, day) if day else None, float(much)) for day, much in lots)
    parts = taken(known, wanted, today)
    good = sum(lot.quantity for lot in known if lot.expires_on is None or lot.expires_on >= today)
    assert sum(part.quantity for part in parts) == min(wanted, good)
    days = [part.expires_on or date.max for part in parts]
    assert days == sorted(days)
    assert all(day >= today for day in days)


async def _store(work: Connection, code: str = "W1", **more: Any) -> Store:
    await actions.put_material(
        work,
        {
            "code": "tent",
            "name_zh": "帐篷",
            "name_en": "Tent",
            "unit_zh": "顶",
            "unit_en": "pcs",
            "category": "shelter",
        },
    )
    given = {
        "code": code, "name_zh": "示例库", "name_en": "Store", "area_code": COUNTY, "department": WATER, "address": "",
        "lon": None, "lat": None, "contact": "", "phone": "", "example": True, "minimums": {"tent": 20}, **more,
    }  # fmt: skip
    return await queries.store(work, await actions.put_store(work, given))


def _moved(kind: str, quantity: float, *, expires_on: date | None = None, at: float = 0) -> Movement:
    return Movement(uuid4(), later(at), kind, "tent", quantity, expires_on, "盘点")


async def _move(work: Connection, store: Store, *movements: Movement) -> Store:
    for movement in movements:
        store = await actions.move(work, store.id, movement, WHO, START)
    return store


@pytest.mark.anyio
async def test_stock_is_the_sum_of_what_went_in_out_and_was_counted(work: Connection) -> None:
    store = await _store(work)
    movement = _moved("in", 50)
    store = await _move(
        work, store, movement, movement, _moved("out", 12), _moved("count", 37), _moved("count", 37)
    )
    [tents] = store.stock
    assert (tents.quantity, tents.unit.zh, tents.counted_at) == (37, "顶", START)
    assert [row["quantity"] for row in await queries.movements(work, store.id)] == [0, -1, -12, 50]
    with pytest.raises(Conflict, match="only 37"):
        await _move(work, store, _moved("out", 38))
    for wrong in (_moved("in", 0), _moved("out", -1), _moved("count", -1), _moved("borrow", 1)):
        with pytest.raises(Invalid):
            await _move(work, store, wrong)


@pytest.mark.anyio
async def test_expired_lots_stay_until_written_off_and_are_said(work: Connection) -> None:
    old, soon = date(2026, 11, 1), date(2026, 12, 1)
    store = await _move(
        work,
        await _store(work),
        _moved("in", 5, expires_on=old),
        _moved("in", 6, expires_on=soon),
        _moved("in", 1),
    )
    assert concerns(store.stock[0], date(2026, 11, 23)) == ["below_minimum", "expired", "expires_soon"]
    with pytest.raises(Conflict, match="only 7"):
        await _move(work, store, _moved("out", 8))
    store = await _move(work, store, _moved("out", 7))
    assert store.stock[0].lots == (Lot(old, 5),)
    store = await _move(work, store, _moved("write_off", 5, expires_on=old))
    assert concerns(store.stock[0], date(2026, 11, 23)) == ["none"]


async def _asked(work: Connection, quantity: float = 100, **more: Any) -> tuple[Need, Order]:
    need = await actions.state_need(
        work, WHO, START, title="帐篷", quantity=quantity, unit="顶", material="tent", **more
    )
    order = await actions.ask(work, need.id, "水利局", WATER, None, WHO, START)
    return need, order


async def _say(
    work: Connection, order: Order, verb: str, who: Actor = WHO, at: float = 5, **word: Any
) -> Order:
    await set_scope(work, who.scope.settings())
    try:
        async with work.transaction():
            return await actions.say(work, order.id, verb, Word(**word), order.version, who, later(at))
    finally:
        await set_scope(work, SYSTEM)


@pytest.mark.anyio
async def test_a_department_grants_part_lends_from_its_store_and_gets_it_back(work: Connection) -> None:
    store = await _move(work, await _store(work), _moved("in", 80))
    incident = await open_incident(work)
    need, order = await _asked(work, incident_id=incident.id)
    order = await _say(work, order, "provide", LIAISON, quantity=60.0, reason="库存有限")
    assert (order.state, order.granted, order.shortfall) == ("provisional", 60, 40)
    need = await queries.need(work, need.id)
    assert (need.promised, need.there, need.shortfall) == (60, 0, 40)
    order = await _say(work, order, "requisition")
    order = await _say(work, order, "commit", LIAISON, store_id=store.id)
    assert (await queries.store(work, store.id)).stock[0].quantity == 20
    order = await _say(work, order, "report", LIAISON, status="已到现场")
    assert (await queries.need(work, need.id)).there == 60
    order = await _say(work, order, "ask_return", LIAISON)
    order = await _say(work, order, "agree_return")
    order = await _say(work, order, "release", quantity=55.0)
    assert (order.state, order.returned, order.ended_at) == ("released", 55, later(5))
    assert (await queries.store(work, store.id)).stock[0].quantity == 75
    verbs = [message["verb"] for message in await queries.messages(work, order.id)]
    assert verbs == [
        "request",
        "provide",
        "requisition",
        "commit",
        "report",
        "ask_return",
        "agree_return",
        "release",
    ]
    texts = [line.text_zh for line in await incidents.timeline(work, incident.id) if line.kind == "resource"]
    assert "水利局 部分或有条件同意，缺 40 顶" in texts[2]


@pytest.mark.anyio
async def test_each_side_says_what_is_its_own_and_nothing_goes_out_twice(work: Connection) -> None:
    store = await _move(work, await _store(work), _moved("in", 30))
    _, order = await _asked(work, 50)
    for verb in ("requisition", "recall"):
        with pytest.raises((NotAllowed, Conflict)):
            await _say(work, order, verb, LIAISON, reason="x")
    with pytest.raises(NotAllowed):
        await _say(work, order, "recall", LIAISON, reason="不要了")
    order = await _say(work, order, "accept", LIAISON)
    stale = order
    order = await _say(work, order, "requisition")
    with pytest.raises(Conflict, match="changed meanwhile"):
        await _say(work, stale, "requisition")
    with pytest.raises(Conflict, match="only 30"):
        await _say(work, order, "commit", LIAISON, store_id=store.id)
    order = await _say(work, order, "commit", LIAISON, store_id=store.id, quantity=30.0)
    assert (order.granted, order.shortfall) == (30, 20)
    assert (await queries.store(work, store.id)).stock[0].quantity == 0


@pytest.mark.anyio
async def test_a_declined_or_recalled_order_leaves_the_whole_need_open(work: Connection) -> None:
    await _store(work)
    need, order = await _asked(work, 10)
    with pytest.raises(Invalid):
        await _say(work, order, "decline")
    await _say(work, order, "decline", reason="无货")
    second = await actions.ask(work, need.id, "邻县", None, 10, WHO, START)
    await _say(work, second, "recall", reason="已自筹")
    need = await queries.need(work, need.id)
    assert (need.promised, need.shortfall) == (0, 10)
    gone = await actions.withdraw_need(work, need.id, "水退了", WHO, START)
    assert gone.shortfall == 0
    with pytest.raises(Conflict):
        await actions.ask(work, need.id, "邻县", None, None, WHO, START)


def _answer(order: Order, kind: str, number: str, **more: Any) -> Message:
    given: dict[str, Any] = {
        "kind": kind, "id": number, "sent_at": later(60), "originating": order.originating,
        "preceding": order.last_message, "sender": "邻县指挥中心", "element": order.element, "name": order.title,
        **more,
    }  # fmt: skip
    return Message(**given)


async def _receive(work: Connection, message: Message, who: Actor = WHO) -> Order:
    xml = written(message)
    return await actions.receive(work, read(xml), xml.decode(), who, later(70))


@pytest.mark.anyio
async def test_a_neighbour_answers_by_message_once_and_only_for_its_side(work: Connection) -> None:
    await _store(work)
    need = await actions.state_need(work, WHO, START, title="帐篷", quantity=40, unit="顶")
    order = await actions.ask(work, need.id, "邻县", None, None, WHO, START)
    answer = _answer(
        order, "ResponseToRequestResource", "n-1", response="Provisional", reason="先给一半", quantity=20.0
    )
    first = await _receive(work, answer)
    assert (first.state, first.granted, first.last_message) == ("provisional", 20, "n-1")
    assert await _receive(work, answer) == first
    with pytest.raises(NotAllowed):
        await _receive(work, _answer(order, "RequisitionResource", "n-2", quantity=20.0))
    with pytest.raises(Conflict):
        await _receive(
            work, _answer(replace(order, originating="nowhere"), "CommitResource", "n-3", response="Accept")
        )
    with pytest.raises(Conflict, match="exercise"):
        await _receive(work, _answer(order, "CommitResource", "n-4", response="Accept", exercise=True))
    order = await _say(work, first, "requisition")
    order = await _receive(work, _answer(order, "CommitResource", "n-5", response="Accept", quantity=20.0))
    order = await _receive(work, _answer(order, "ReportResourceDeploymentStatus", "n-6", status="en route"))
    assert (order.state, (await queries.need(work, need.id)).there) == ("deployed", 20)
    assert (await queries.message_xml(work, order.id, "n-5")).startswith("<?xml")


@pytest.mark.anyio
async def test_a_neighbour_asks_us_and_is_lent_from_our_store(work: Connection) -> None:
    store = await _move(work, await _store(work), _moved("in", 30))
    ask = Message(
        kind="RequestResource", id="x-1", sent_at=START, originating="x-1", sender="邻县指挥中心", element="x-e",
        name="帐篷", quantity=25.0, unit="顶",
    )  # fmt: skip
    order = await _receive(work, ask)
    assert (order.incoming, order.party, order.material, order.asked) == (True, "邻县指挥中心", "tent", 25)
    assert await _receive(work, ask) == order
    order = await _say(work, order, "accept", quantity=10.0)
    order = await _receive(work, _answer(order, "RequisitionResource", "x-2", quantity=10.0))
    order = await _say(work, order, "commit", store_id=store.id)
    assert (await queries.store(work, store.id)).stock[0].quantity == 20
    reply = read((await queries.message_xml(work, order.id, order.last_message)).encode())
    assert (reply.kind, reply.element, reply.originating, reply.quantity) == (
        "CommitResource",
        "x-e",
        "x-1",
        10,
    )
    order = await _receive(work, _answer(order, "ReleaseResource", "x-3", quantity=10.0))
    assert (order.state, (await queries.store(work, store.id)).stock[0].quantity) == ("released", 30)


@pytest.mark.anyio
async def test_a_neighbour_offers_is_taken_up_extended_and_sent_home(work: Connection) -> None:
    offer = Message(
        kind="OfferUnsolicitedResource", id="o-1", sent_at=START, originating="o-1", sender="邻县指挥中心",
        element="o-e", name="冲锋舟", quantity=4.0, unit="艘",
    )  # fmt: skip
    order = await _receive(work, offer)
    assert (order.state, order.incoming, order.asked, order.shortfall) == ("offered", False, 4, 0)
    assert await _receive(work, offer) == order
    order = await _say(work, order, "requisition")
    order = await _receive(work, _answer(order, "CommitResource", "o-2", response="Accept", quantity=4.0))
    order = await _receive(work, _answer(order, "ReportResourceDeploymentStatus", "o-3", status="on scene"))
    for wrong in (None, later(-1)):
        with pytest.raises(Invalid):
            await _say(work, order, "ask_extension", reason="水未退", return_by=wrong)
    order = await _say(work, order, "ask_extension", reason="水未退", return_by=later(86_400))
    assert (order.state, order.return_wanted, order.return_by) == ("extension_asked", later(86_400), None)
    longer = _answer(order, "ResponseToRequestExtendedDeploymentDuration", "o-4", response="Accept")
    order = await _receive(work, longer)
    assert (order.state, order.return_by) == ("deployed", later(86_400))
    order = await _say(work, order, "ask_status")
    order = await _say(work, order, "demobilise")
    sent = read((await queries.message_xml(work, order.id, order.last_message)).encode())
    assert (order.state, sent.kind, sent.status) == ("returning", "ReleaseResource", "demobilised")
    assert (await _say(work, order, "release", quantity=4.0)).state == "released"


@pytest.mark.anyio
async def test_either_side_asks_and_a_price_is_quoted_without_moving_the_order(work: Connection) -> None:
    need = await actions.state_need(work, WHO, START, title="帐篷", quantity=40, unit="顶")
    order = await actions.ask(work, need.id, "邻县", None, None, WHO, START)
    with pytest.raises(Conflict, match="nothing was asked"):
        await _say(work, order, "give_information", reason="十二人")
    with pytest.raises(Invalid):
        await _say(work, order, "ask_information")
    order = await _say(work, order, "ask_information", reason="几人用的？")
    sent = read((await queries.message_xml(work, order.id, order.last_message)).encode())
    assert (sent.kind, sent.said, order.asker_question, order.state) == (
        "RequestInformation", "几人用的？", "几人用的？", "requested",
    )  # fmt: skip
    answer = _answer(order, "ResponseToRequestInformation", "q-1", response="Accept", reason="十二人")
    order = await _receive(work, answer)
    assert (order.asker_question, await _receive(work, answer)) == ("", order)
    order = await _receive(work, _answer(order, "RequestInformation", "q-2", description="送到哪里？"))
    assert order.lender_question == "送到哪里？"
    order = await _say(work, order, "clarify", reason="高安镇中学")
    assert order.lender_question == ""
    said = [(one["verb"], one["reason"]) for one in await queries.messages(work, order.id)]
    assert said[1:] == [
        ("ask_information", "几人用的？"), ("give_information", "十二人"), ("query", "送到哪里？"),
        ("clarify", "高安镇中学"),
    ]  # fmt: skip


@pytest.mark.anyio
async def test_a_price_is_asked_for_and_kept_until_things_are_taken(work: Connection) -> None:
    need = await actions.state_need(work, WHO, START, title="帐篷", quantity=40, unit="顶")
    order = await actions.ask(work, need.id, "邻县", None, None, WHO, START)
    early = _answer(order, "ResponseToRequestQuote", "p-1", response="Accept", price=9.0, currency="CNY")
    with pytest.raises(Conflict, match="nothing was asked"):
        await _receive(work, early)
    order = await _say(work, order, "ask_quote")
    sent = read((await queries.message_xml(work, order.id, order.last_message)).encode())
    assert (sent.kind, sent.quantity, order.price_wanted) == ("RequestQuote", 40, True)
    with pytest.raises(Invalid, match="CNY"):
        await _receive(work, replace(early, currency="USD"))
    with pytest.raises(Invalid, match="price"):
        await _receive(work, replace(early, price=None))
    order = await _receive(work, replace(early, price=4800.0))
    assert (order.price_wanted, order.price, order.state) == (False, 4800, "requested")
    order = await _say(work, order, "accept")
    order = await _say(work, order, "requisition")
    with pytest.raises(Conflict):
        await _say(work, order, "ask_quote")


@pytest.mark.anyio
async def test_a_neighbour_asks_our_price_and_we_quote_one_or_none(work: Connection) -> None:
    ask = Message(
        kind="RequestResource", id="x-1", sent_at=START, originating="x-1", sender="邻县", element="x-e", name="泵",
        quantity=2.0, unit="台",
    )  # fmt: skip
    order = await _receive(work, ask)
    order = await _receive(work, _answer(order, "RequestQuote", "x-2", quantity=2.0))
    assert order.price_wanted
    order = await _say(work, order, "quote", price=300.0)
    reply = read((await queries.message_xml(work, order.id, order.last_message)).encode())
    assert (reply.kind, reply.response, reply.price, reply.currency) == (
        "ResponseToRequestQuote", "Accept", 300, "CNY",
    )  # fmt: skip
    order = await _receive(work, _answer(order, "RequestQuote", "x-3", quantity=2.0))
    order = await _say(work, order, "refuse_quote", reason="无偿支援")
    assert (order.price_wanted, order.price) == (False, 300)


@pytest.mark.anyio
async def test_an_offer_is_taken_back_or_let_pass_and_a_department_offers_to_its_county(
    work: Connection,
) -> None:
    await _store(work)
    need, _ = await _asked(work, 10)
    ours = await actions.offer(work, Offer("沙袋", 500, "只", "邻县", ours=True), WHO, START)
    gone = await _receive(work, _answer(ours, "ReleaseResource", "p-1"))
    assert (ours.incoming, gone.state, gone.granted) == (True, "released", 0)
    theirs = await actions.offer(work, Offer("帐篷", 6, "顶", "水利局", need_id=need.id), LIAISON, START)
    assert (theirs.to_department, theirs.incoming) == (WATER, False)
    with pytest.raises(NotAllowed):
        await actions.offer(work, Offer("帐篷", 6, "顶", "邻县", ours=True), LIAISON, START)
    order = await _say(work, theirs, "requisition")
    order = await _say(work, order, "commit", LIAISON, quantity=6.0)
    assert (await queries.need(work, need.id)).promised == 6
    back = await actions.offer(work, Offer("泵", 1, "台", "水利局"), LIAISON, START)
    assert (await _say(work, back, "withdraw", LIAISON, reason="另有用处")).state == "recalled"


async def _shelter(work: Connection) -> Any:
    given = {
        "code": "S1", "name_zh": "示例中学", "name_en": "School", "area_code": TOWN, "department": None, "address": "",
        "lon": None, "lat": None, "contact": "", "phone": "", "example": True, "capacity": 100,
        "services": ["water", "meals"],
    }  # fmt: skip
    return await queries.shelter(work, await actions.put_shelter(work, given))


@pytest.mark.anyio
async def test_a_shelter_is_as_full_as_the_last_count_in_time_says(work: Connection) -> None:
    shelter = await _shelter(work)

    async def report(kind: str, people: int | None, at: float) -> Any:
        return await actions.report_shelter(
            work, shelter.id, kind, people, "", uuid4(), later(at), WHO, later(1000)
        )

    assert (await report("opened", 0, 10)).state == "open"
    assert (await report("occupancy", 130, 300)).occupancy == 130
    late = await report("occupancy", 60, 200)
    assert (late.occupancy, late.occupancy_at) == (130, later(300))
    with pytest.raises(Conflict, match="130 people"):
        await report("closed", None, 400)
    closed = await report("closed", 0, 500)
    assert (closed.state, closed.occupancy) == ("closed", 0)
    with pytest.raises(Invalid):
        await report("occupancy", None, 600)
