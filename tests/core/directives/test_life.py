"""Does a directive go from hand to hand as the chart says, with proof, a second pair of eyes, and one history?"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from mudan.core.directives import actions, queries
from mudan.core.directives.actions import NewEvidence, Step
from mudan.core.directives.model import Deadline, Directive, Order, Target
from mudan.core.incidents import queries as incidents
from mudan.core.notices import queries as notices
from mudan.core.people.model import Actor, Role
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, add_entity, later, open_incident
from tests.core.tasks.test_photos import picture
from tests.database import COUNTY, OTHER_TOWN, START, WATER

pytestmark = pytest.mark.anyio
DESK = actor(Role.DUTY_OFFICER)
OTHER_DESK = actor(Role.DUTY_OFFICER)
LIAISON = actor(Role.DEPARTMENT_LIAISON, department=WATER)
STRANGER = actor(Role.DEPARTMENT_LIAISON, department="fire")


def order(**more: Any) -> Order:
    """A directive for the water bureau, due half an hour after its receipt."""
    given: dict[str, Any] = {
        "title": "巡查堤防", "text": "每 2 km 一人", "source": "hand", "target": Target(department=WATER),
        "deadline": Deadline("after_receipt", within_s=1800), "area_code": COUNTY, "level": 2,
    }  # fmt: skip
    return Order(**(given | more))


async def step(
    work: Connection, directive: Directive, event: str, who: Actor, at: float = 0, **more: Any
) -> Directive:
    """One step of a directive, `at` seconds after the start."""
    known = await queries.one(work, directive.id)
    given = Step(event, known.version, uuid4(), **more)
    return await actions.move(work, directive.id, given, who, later(at))


async def submitted(work: Connection, **more: Any) -> Directive:
    """A directive that the water bureau has received and submitted."""
    made = await actions.issue(work, DESK, START, order(**more))
    await step(work, made, "receive", LIAISON, 60)
    return await step(work, made, "submit", LIAISON, 120)


async def test_a_directive_goes_its_way_and_says_so_in_the_incident(work: Connection) -> None:
    incident = await open_incident(work, DESK)
    made = await actions.issue(work, DESK, START, order(incident=incident.id, mandatory=True))
    assert (made.state, made.due_at, made.receive_by) == ("issued", None, later(600))
    [told] = await notices.of_subject(work, "directives", str(made.id))
    assert told.state == "open"
    received = await step(work, made, "receive", LIAISON, 60)
    assert (received.state, received.received_by, received.due_at) == ("received", LIAISON.name, later(1860))
    [told] = await notices.of_subject(work, "directives", str(made.id))
    assert told.state == "cancelled"
    await step(work, made, "start", LIAISON, 90)
    done = await step(work, made, "submit", LIAISON, 120)
    assert (done.state, done.submitted_by, done.next_at) == ("submitted", LIAISON.name, None)
    ended = await step(work, made, "verify", DESK, 180)
    assert (ended.state, ended.verified_by, ended.ended_at) == ("verified", DESK.name, later(180))
    kinds = [event.kind for event in await queries.history(work, made.id)]
    assert kinds == ["issue", "receive", "start", "submit", "verify"]
    lines = [
        line.detail["event"]
        for line in await incidents.timeline(work, incident.id)
        if line.kind == "directive"
    ]
    assert lines == kinds


async def test_a_step_sent_twice_counts_once_and_an_old_version_is_refused(work: Connection) -> None:
    made = await actions.issue(work, DESK, START, order())
    once = Step("receive", made.version, uuid4())
    first = await actions.move(work, made.id, once, LIAISON, later(5))
    again = await actions.move(work, made.id, once, LIAISON, later(50))
    assert again == first
    assert len(await queries.history(work, made.id)) == 2
    with pytest.raises(Conflict):
        await actions.move(work, made.id, Step("submit", made.version, uuid4()), LIAISON, later(60))


async def test_a_wrong_clock_neither_moves_the_deadline_back_nor_far_ahead(work: Connection) -> None:
    for device_at, due in ((later(-9000), later(1800)), (later(9000), later(1860)), (later(30), later(1830))):
        made = await actions.issue(work, DESK, START, order())
        received = await step(work, made, "receive", LIAISON, 60, device_at=device_at)
        assert received.due_at == due


async def test_only_those_it_is_for_do_it_and_the_desk_only_on_their_word(work: Connection) -> None:
    made = await actions.issue(work, DESK, START, order())
    with pytest.raises(NotAllowed):
        await step(work, made, "receive", STRANGER)
    with pytest.raises(Invalid):
        await step(work, made, "receive", DESK)
    received = await step(work, made, "receive", DESK, note="水务局王某电话签收")
    assert received.state == "received"
    assert (await queries.history(work, made.id))[-1].detail == {"on_behalf": True}


async def test_who_did_it_never_checks_it(work: Connection) -> None:
    made = await actions.issue(work, DESK, START, order())
    await step(work, made, "receive", LIAISON)
    await step(work, made, "submit", DESK, note="水务局电话报告")
    more: dict[str, Any]
    for event, more in (("verify", {}), ("return", {"reason": "再查"}), ("waive", {"reason": "免"})):
        with pytest.raises(NotAllowed):
            await step(work, made, event, DESK, 0, **more)
        with pytest.raises(NotAllowed):
            await step(work, made, event, LIAISON, 0, **more)
    assert (await step(work, made, "verify", OTHER_DESK)).state == "verified"


async def test_returned_work_needs_new_proof_and_may_get_a_new_deadline(work: Connection) -> None:
    made = await actions.issue(work, DESK, START, order(evidence=("photo", "text")))
    await step(work, made, "receive", LIAISON)
    with pytest.raises(Conflict, match="photo, text"):
        await step(work, made, "submit", LIAISON)
    await actions.add_evidence(
        work, made.id, NewEvidence(uuid4(), "text", START, text="已巡查"), LIAISON, later(10)
    )
    shot = NewEvidence(uuid4(), "photo", START, picture=picture())
    for _ in range(2):
        await actions.add_evidence(work, made.id, shot, LIAISON, later(11))
    assert [one.kind for one in await queries.evidence(work, made.id)] == ["text", "photo"]
    assert (await queries.picture(work, made.id, shot.id))[:2] == b"\xff\xd8"
    await step(work, made, "submit", LIAISON, 20)
    returned = await step(work, made, "return", DESK, 30, reason="照片不清", due_at=later(9000))
    assert (returned.state, returned.due_at, returned.ladder) == ("returned", later(9000), 0)
    with pytest.raises(Conflict, match="photo"):
        await step(work, made, "submit", LIAISON, 40)
    with pytest.raises(NotAllowed):
        await actions.add_evidence(
            work, made.id, NewEvidence(uuid4(), "text", START, text="我"), STRANGER, later(41)
        )


async def test_a_reading_is_the_instruments_own(work: Connection) -> None:
    station = await add_entity(work, "G1")
    quantity = await (
        await work.execute(
            "insert into quantity (name, unit, title_zh, title_en, decimals) values ('level_x', 'm', '', '', 2)"
            " returning id"
        )
    ).fetchone()
    assert quantity is not None
    await work.execute(
        "insert into observation_latest values (%s, %s, 0, 0, %s, %s, 3.5)",
        (station.key, quantity["id"], START, START),
    )
    made = await actions.issue(work, DESK, START, order(evidence=("telemetry",)))
    await step(work, made, "receive", LIAISON)
    wanted = {"urn": station.urn, "quantity": "level_x", "value": 99}
    await actions.add_evidence(
        work, made.id, NewEvidence(uuid4(), "telemetry", START, form=wanted), LIAISON, later(5)
    )
    [given] = await queries.evidence(work, made.id)
    assert (given.form["value"], given.form["unit"]) == (3.5, "m")
    wrong = NewEvidence(uuid4(), "telemetry", START, form={**wanted, "quantity": "taste"})
    with pytest.raises(NotFound):
        await actions.add_evidence(work, made.id, wrong, LIAISON, later(6))


async def test_what_waits_for_others_goes_out_when_they_are_done(work: Connection) -> None:
    first = await actions.issue(work, DESK, START, order())
    second = await actions.issue(work, DESK, START, order(title="二"))
    deadline = Deadline("after_trigger", within_s=600, trigger_at=START)
    waiting = await actions.issue(
        work, DESK, START, order(title="三", depends_on=(first.id, second.id), deadline=deadline)
    )
    assert (waiting.state, waiting.issued_at) == ("pending", None)
    bare = await actions.issue(work, DESK, START, order(title="四", depends_on=(first.id,)))
    with pytest.raises(NotAllowed):
        await step(work, bare, "issue", DESK)
    await step(work, first, "waive", OTHER_DESK, 100, reason="已由武警完成")
    assert (await queries.one(work, waiting.id)).state == "pending"
    await step(work, second, "waive", OTHER_DESK, 200, reason="不再需要")
    out = await queries.one(work, waiting.id)
    assert (out.state, out.issued_at, out.due_at) == ("issued", later(200), later(800))
    with pytest.raises(NotFound):
        await actions.issue(work, DESK, START, order(depends_on=(uuid4(),)))


async def test_an_origin_is_issued_once(work: Connection) -> None:
    first = await actions.issue(work, DESK, START, order(origin="response:1/task:a"))
    again = await actions.issue(work, DESK, later(5), order(origin="response:1/task:a"))
    assert again.id == first.id
    await actions.issue(work, DESK, START, order(origin="response:1/task:b"))
    assert len(await queries.of_origin(work, 0, "response:1/")) == 2


async def test_more_time_is_asked_for_and_granted_by_somebody_else(work: Connection) -> None:
    made = await actions.issue(work, DESK, START, order())
    await step(work, made, "receive", LIAISON)
    for until, reason in ((later(60), "迟"), (later(7200), " ")):
        with pytest.raises(Invalid):
            await actions.ask_extension(work, made.id, until, reason, LIAISON, START)
    await actions.ask_extension(work, made.id, later(7200), "路断", LIAISON, later(10))
    with pytest.raises(Conflict):
        await actions.ask_extension(work, made.id, later(7300), "路断", LIAISON, later(11))
    with pytest.raises(NotAllowed):
        await actions.decide_extension(work, made.id, grant=True, reason="", actor=LIAISON, now=later(12))
    granted = await actions.decide_extension(work, made.id, grant=True, reason="", actor=DESK, now=later(13))
    assert (granted.due_at, granted.ladder, granted.extension_asked) == (later(7200), 0, False)
    await actions.ask_extension(work, made.id, later(9000), "还要", LIAISON, later(14))
    refused = await actions.decide_extension(
        work, made.id, grant=False, reason="不行", actor=DESK, now=later(15)
    )
    assert refused.due_at == later(7200)
    assert [one.state for one in await queries.extensions(work, made.id)] == ["refused", "granted"]


async def test_the_close_guard_counts_what_is_mandatory(work: Connection) -> None:
    incident = await open_incident(work, DESK)
    made = await actions.issue(work, DESK, START, order(incident=incident.id, mandatory=True))
    await actions.issue(work, DESK, START, order(incident=incident.id))
    assert [one.id for one in await queries.open_mandatory(work, incident.id)] == [made.id]
    open_now = {(one.noun, one.mandatory) for one in await incidents.open_matters(work, incident.id)}
    assert {("directive", True), ("directive", False)} <= open_now
    await step(work, made, "waive", DESK, reason="上级接管")
    assert await queries.open_mandatory(work, incident.id) == []


async def test_a_board_shows_ones_own_by_the_next_deadline_and_nothing_foreign(work: Connection) -> None:
    slow = await actions.issue(work, DESK, START, order(level=4))
    quick = await actions.issue(work, DESK, START, order(level=1, title="急"))
    fire = await actions.issue(work, DESK, START, order(target=Target(department="fire")))
    person = await actions.issue(work, DESK, START, order(target=Target(role="leader"), area_code=OTHER_TOWN))
    wanted = queries.Wanted(whose="mine")

    async def seen(who: Actor, wish: queries.Wanted, at: float = 0) -> list[UUID]:
        await set_scope(work, who.scope.settings())
        return [one.id for one in (await queries.page(work, who, wish, later(at)))[0]]

    assert await seen(LIAISON, wanted) == [quick.id, slow.id]
    assert fire.id not in await seen(LIAISON, queries.Wanted())
    assert set(await seen(DESK, queries.Wanted())) == {slow.id, quick.id, fire.id, person.id}
    assert await seen(DESK, queries.Wanted(state="overdue"), at=400) == [quick.id]
    assert await seen(actor(Role.LEADER), wanted) == [person.id]
    assert await seen(DESK, queries.Wanted(text="急")) == [quick.id]


async def test_nothing_wrong_is_issued(work: Connection) -> None:
    incident = await open_incident(work, DESK)
    await work.execute("update incident set phase = 'closed' where id = %s", (incident.id,))
    wrong: list[tuple[Order, type[Exception]]] = [
        (order(target=Target(department="nobody")), Invalid),
        (order(target=Target(person=uuid4())), NotFound),
        (order(area_code="999"), NotFound),
        (order(incident=incident.id), Conflict),
    ]
    for one, error in wrong:
        with pytest.raises(error):
            await actions.issue(work, DESK, START, one)
    kept = await actions.issue(work, DESK, START, order(incident=incident.id, source="review"))
    assert kept.due_at is None
    assert kept.receive_by == START + timedelta(minutes=10)
