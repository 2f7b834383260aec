"""Is a visit planned, made once, served to every record, and a household opened only for what it is for?"""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from mudan.core.calls import queries as calls
from mudan.core.cases import actions as case_actions
from mudan.core.cases import queries as cases
from mudan.core.households import actions as households
from mudan.core.households import queries as register
from mudan.core.households.model.opening import MOST_AN_HOUR, VIEW, NewOpening, Opening
from mudan.core.households.model.unusual import Asked
from mudan.core.people import queries as people
from mudan.core.people.model import Actor, Role
from mudan.core.visits import actions, queries
from mudan.core.visits.model.cadence import Cadence
from mudan.core.visits.model.words import CallAnswer, NewNotice, Plan, Problem
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.calls.test_chain import started, steps, tree
from tests.core.cases.desk import new_case
from tests.core.county import PLACE, actor, later, open_incident
from tests.core.households.doors import GRID, KEEPER, knocker
from tests.core.tasks.test_photos import picture
from tests.core.visits.knocking import due, entry, repairs
from tests.database import OTHER_TOWN, TOWN

__all__ = ["repairs"]
pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 23)
DAY = 86400


async def next_due(work: Connection, household: UUID) -> date | None:
    """The day of the household's next visit."""
    found = await queries.planned_by_cadence(work, household)
    return None if found is None else found.due_on


async def test_the_register_puts_the_next_visit_on_the_list(work: Connection) -> None:
    home, visit = await due(work, last_visit_on="2026-11-10")
    assert (visit.due_on, visit.origin, visit.household, visit.shown_as) == (
        date(2026, 11, 17),
        "cadence",
        home.id,
        "示*",
    )
    found, total = await queries.page(work, queries.Wanted("overdue", TOWN), TODAY)
    assert ([one.id for one in found], total) == ([visit.id], 1)
    assert (await queries.page(work, queries.Wanted("due", OTHER_TOWN), TODAY))[1] == 0


async def test_an_entry_is_kept_once_and_the_next_visit_follows_from_it(work: Connection) -> None:
    home, visit = await due(work, last_visit_on="2026-11-10")
    given = entry(60, visit=visit.id, note="精神好")
    made = await actions.enter(work, KEEPER, later(300), given)
    again = await actions.enter(work, KEEPER, later(900), given)
    assert made == again
    assert (made.state, made.outcome, made.done_at, made.recorded_at) == (
        "done",
        "met",
        later(60),
        later(300),
    )
    assert made.serves == ("visit_log", "care_list")
    assert await next_due(work, home.id) == TODAY + timedelta(days=7)


async def test_two_phones_make_the_same_visit_and_the_second_hears_who_was_first(work: Connection) -> None:
    _, visit = await due(work)
    await actions.enter(work, KEEPER, later(60), entry(visit=visit.id))
    with pytest.raises(Conflict, match=KEEPER.name):
        await actions.enter(work, actor(Role.DISPATCHER), later(90), entry(visit=visit.id))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("not_home", TODAY + timedelta(days=1)), ("refused", TODAY + timedelta(days=7)), ("moved", None)],
)
async def test_what_came_of_it_decides_when_somebody_goes_again(
    work: Connection, outcome: str, expected: date | None
) -> None:
    home, visit = await due(work, last_visit_on="2026-11-16")
    await actions.enter(work, KEEPER, later(60), entry(visit=visit.id, outcome=outcome))
    assert await next_due(work, home.id) == expected
    if outcome == "not_home":
        assert await queries.last_seen_on(work, home.id) == date(2026, 11, 16)


async def test_an_unplanned_visit_moves_the_planned_one(work: Connection) -> None:
    home, _ = await due(work, last_visit_on="2026-11-16")
    made = await actions.enter(
        work, KEEPER, later(60), entry(household=home.id, kind="safety", checks={"gas": "ok"})
    )
    assert (made.origin, made.serves) == ("grid", ("visit_log", "care_list", "safety_register"))
    assert await next_due(work, home.id) == TODAY + timedelta(days=7)
    assert (await queries.page(work, queries.Wanted("done", register="safety_register"), TODAY))[1] == 1


@pytest.mark.usefixtures("repairs")
async def test_what_was_found_becomes_a_case_of_its_own_once(work: Connection) -> None:
    home, visit = await due(work)
    given = entry(
        visit=visit.id, problems=(Problem("0201", "水管漏水"), Problem("0301", "换灯泡", solved=True))
    )
    made = await actions.enter(work, KEEPER, later(60), given)
    await actions.enter(work, KEEPER, later(90), given)
    items, total = await cases.page(work, KEEPER, cases.Wanted(type="repair"), later(90))
    assert (total, made.cases) == (1, (items[0].number,))
    assert (items[0].title, items[0].area_code, items[0].address) == (
        "水管漏水",
        home.area_code,
        home.address,
    )
    assert made.solved == ({"class_code": "0301", "title": "换灯泡"},)
    assert "repair_case" in made.serves
    [grid] = await queries.by_grid(work, TODAY, later(-DAY))
    assert (grid["area_code"], grid["done"], grid["solved"], grid["opened"], grid["open"]) == (
        GRID,
        1,
        1,
        1,
        1,
    )


async def test_a_class_that_is_not_there_keeps_nothing_of_the_entry(work: Connection, repairs: None) -> None:
    _, visit = await due(work)
    with pytest.raises(Invalid):
        async with work.transaction():
            await actions.enter(
                work, KEEPER, later(60), entry(visit=visit.id, problems=(Problem("7777", "x"),))
            )
    assert (await queries.one(work, visit.id)).state == "planned"


async def test_a_notice_is_told_once_at_each_door_and_counted(work: Connection) -> None:
    home, visit = await due(work)
    new = NewNotice(uuid4(), TOWN, "停水", "明日停水", TODAY, TODAY, ("lives_alone",))
    await actions.carry(work, KEEPER, later(0), new)
    await actions.carry(work, KEEPER, later(1), new)
    assert await queries.to_tell(work, [home.id], TODAY) == {home.id: [new.id]}
    made = await actions.enter(work, KEEPER, later(60), entry(visit=visit.id, receipts=(new.id,)))
    assert made.receipts == 1
    await actions.enter(work, KEEPER, later(70), entry(household=home.id, receipts=(new.id,)))
    [notice] = await queries.notices(work, TODAY)
    assert (notice.asked, notice.told) == (1, 1)
    assert await queries.to_tell(work, [home.id], TODAY) == {}
    with pytest.raises(NotFound):
        await actions.enter(work, KEEPER, later(80), entry(household=home.id, receipts=(uuid4(),)))
    with pytest.raises(NotFound):
        await actions.carry(work, actor(area=TOWN), later(0), replace(new, id=uuid4(), area_code=OTHER_TOWN))


async def test_an_answer_at_the_door_is_the_call_chains_answer(work: Connection) -> None:
    await tree(work)
    run = await started(work, mode="through")
    village = (await steps(work, run))["东村"]
    worker = actor(Role.FIELD_WORKER, TOWN)
    await set_scope(work, worker.scope.settings())
    given = entry(kind="notice", place="东村", answer=CallAnswer(run.id, village.id, "村主任"), note="已敲门")
    made = await actions.enter(work, worker, later(30), given)
    await actions.enter(work, worker, later(40), given)
    await set_scope(work, SYSTEM)
    assert made.serves == ("visit_log", "call_answer")
    answered = await calls.step(work, run.id, village.id)
    assert (answered.state, answered.answered_by, answered.answered_how) == ("answered", "村主任", "visit")
    elsewhere = actor(Role.FIELD_WORKER, OTHER_TOWN)
    town = (await steps(work, run))["沙土镇"]
    with pytest.raises(Conflict):
        await actions.enter(
            work,
            elsewhere,
            later(50),
            replace(given, client_id=uuid4(), answer=CallAnswer(run.id, town.id, "x")),
        )


async def test_a_new_cadence_reckons_every_next_visit_anew(work: Connection) -> None:
    home, _ = await due(work, last_visit_on="2026-11-16")
    other, _ = await due(work, number=2, care="慢性病", last_visit_on="2026-11-16")
    assert await actions.publish_cadence(work, Cadence({"lives_alone": 3}), "示例", KEEPER, later(0)) > 0
    assert await next_due(work, home.id) == date(2026, 11, 19)
    assert await next_due(work, other.id) is None
    now = (await queries.cadence(work, 0)).version
    with pytest.raises(Conflict):
        await actions.publish_cadence(work, Cadence(), "旧", KEEPER, later(1))
    await actions.publish_cadence(work, Cadence({"chronic": 30}, version=now), "示例", KEEPER, later(2))
    assert await next_due(work, home.id) is None
    assert await next_due(work, other.id) == date(2026, 12, 16)


async def test_a_visit_is_planned_by_hand_and_taken_off_with_a_reason(work: Connection) -> None:
    new = Plan(uuid4(), "dispute", TODAY, place="示例小区门口", words="调解")
    made = await actions.plan(work, KEEPER, later(0), new)
    assert await actions.plan(work, KEEPER, later(5), new) == made
    with pytest.raises(Conflict):
        await actions.plan(work, KEEPER, later(5), replace(new, place="别处"))
    with pytest.raises(Invalid):
        await actions.cancel(work, made.id, " ", KEEPER)
    assert (await actions.cancel(work, made.id, "已和解", KEEPER)).state == "cancelled"
    with pytest.raises(Conflict, match="taken off"):
        await actions.enter(work, KEEPER, later(60), entry(visit=made.id, kind="dispute", mediation="和解"))


async def test_a_picture_is_kept_once_and_only_of_a_visit_that_was_made(work: Connection) -> None:
    _, visit = await due(work)
    photo = uuid4()
    with pytest.raises(Conflict):
        await actions.add_photo(work, visit.id, photo, picture(), later(0), KEEPER, later(0))
    await actions.enter(work, KEEPER, later(60), entry(visit=visit.id))
    for _ in range(2):
        made = await actions.add_photo(work, visit.id, photo, picture(), later(0), KEEPER, later(70))
    assert made.photos == (photo,)
    assert (await queries.picture(work, visit.id, photo))[:2] == b"\xff\xd8"


def opening(household: UUID, subject: UUID | None, purpose: str = "visit", reason: str = "") -> NewOpening:
    """A wish to open a household."""
    return NewOpening(uuid4(), household, purpose, subject, reason)


async def audited(work: Connection, who: Actor) -> list[dict[str, object]]:
    """What the trail says of households and this person."""
    lines = await people.audit_after(work, 0, 1000)
    return [line.detail for line in lines if line.actor_id == who.person and line.action == "household.open"]


async def test_a_household_is_opened_for_a_visit_lapses_and_stands_in_the_trail(work: Connection) -> None:
    home, visit = await due(work)
    worker = await knocker(work)
    new = opening(home.id, visit.id)
    other = await knocker(work, login="other")
    await set_scope(work, worker.scope.settings())
    made, residents = await actions.open_household(work, worker, later(0), new)
    assert [(one.name, one.phone) for one in residents] == [("示例甲1", "13900000001")]
    assert await actions.open_household(work, worker, later(9), new) == (made, residents)
    last = later(VIEW.total_seconds() - 1)
    assert await households.read_again(work, new.id, worker, last) == residents
    with pytest.raises(NotAllowed, match="lapsed"):
        await households.read_again(work, new.id, worker, made.ends_at)
    with pytest.raises(NotFound):
        await households.read_again(work, new.id, other, later(1))
    await set_scope(work, SYSTEM)
    [line] = await audited(work, worker)
    assert line["purpose"] == "visit"
    assert str(visit.id) in str(line["subject"])


@pytest.mark.usefixtures("repairs")
async def test_a_household_is_not_opened_for_something_that_is_about_another(work: Connection) -> None:
    home, _ = await due(work)
    _, other_visit = await due(work, number=2)
    worker = await knocker(work)
    near, far = {"lon": home.lon, "lat": home.lat}, {"lon": PLACE[0] + 1, "lat": PLACE[1]}
    about = await case_actions.report(work, KEEPER, later(0), new_case(type="repair", **near))
    distant = await case_actions.report(work, KEEPER, later(0), new_case(type="repair", **far))
    incident = await open_incident(work)
    remote = await open_incident(work, lon=PLACE[0] + 1)
    for wrong, purpose in ((other_visit.id, "visit"), (distant.id, "repair"), (remote.id, "emergency")):
        with pytest.raises(Invalid) as caught:
            await actions.open_household(work, worker, later(1), opening(home.id, wrong, purpose))
        assert caught.value.field == "subject_id"
    with pytest.raises(NotFound):
        await actions.open_household(work, worker, later(1), opening(home.id, uuid4()))
    assert await audited(work, worker) == []
    for right, purpose, number in (
        (about.id, "repair", about.number),
        (incident.id, "emergency", incident.number),
    ):
        made, _ = await actions.open_household(work, worker, later(1), opening(home.id, right, purpose))
        assert made.subject_number == number


async def test_a_visit_that_was_made_opens_its_household_for_a_day(work: Connection) -> None:
    home, visit = await due(work)
    worker = await knocker(work)
    await actions.enter(work, KEEPER, later(0), entry(visit=visit.id))
    await actions.open_household(work, worker, later(DAY - 1), opening(home.id, visit.id))
    with pytest.raises(Invalid):
        await actions.open_household(work, worker, later(DAY + 1), opening(home.id, visit.id))


async def looked(work: Connection, verdict: str | None = None) -> list[Opening]:
    """The openings of the day as the auditor sees them."""
    found, _ = await register.looked_at(work, Asked(later(-DAY), later(DAY), None, verdict), later(60))
    return [one.opening for one in found]


async def test_broken_glass_needs_a_reason_and_waits_for_the_auditor(work: Connection) -> None:
    home, visit = await due(work)
    worker, auditor = await knocker(work), await knocker(work, Role.AUDITOR, "auditor")
    for purpose, reason in (("visit", "很急很急很急"), ("emergency", "急")):
        with pytest.raises(Invalid):
            opening(home.id, None, purpose, reason)
    new = opening(home.id, None, "emergency", "邻居听到呼救，无人应门")
    await actions.open_household(work, worker, later(0), new)
    usual = opening(home.id, visit.id)
    await actions.open_household(work, worker, later(1), usual)
    assert [one.id for one in await looked(work, "none")] == [new.id, usual.id]
    assert [one.break_glass for one in await looked(work)] == [True, False]
    with pytest.raises(NotAllowed):
        await households.review(work, new.id, "fit", "", worker, later(60))
    with pytest.raises(Invalid):
        await households.review(work, new.id, "unfit", "", auditor, later(60))
    seen = await households.review(work, new.id, "fit", "属实", auditor, later(60))
    assert (seen.verdict, seen.reviewed_by) == ("fit", auditor.name)
    with pytest.raises(Conflict):
        await households.review(work, new.id, "unfit", "x", auditor, later(61))
    assert [one.id for one in await looked(work, "none")] == [usual.id]


async def test_a_register_is_not_read_household_by_household(work: Connection) -> None:
    home, visit = await due(work)
    worker = await knocker(work)
    for number in range(MOST_AN_HOUR):
        await actions.open_household(work, worker, later(number), opening(home.id, visit.id))
    with pytest.raises(TooMany):
        await actions.open_household(work, worker, later(60), opening(home.id, visit.id))
    await actions.open_household(work, worker, later(3700), opening(home.id, visit.id))


async def test_who_sees_another_town_sees_neither_its_households_nor_its_visits(work: Connection) -> None:
    home, visit = await due(work)
    await set_scope(work, actor(Role.FIELD_WORKER, OTHER_TOWN).scope.settings())
    assert (await register.page(work, register.Wanted()))[1] == 0
    assert (await queries.page(work, queries.Wanted("all"), TODAY))[1] == 0
    for ask in (register.one(work, home.id), queries.one(work, visit.id)):
        with pytest.raises(NotFound):
            await ask
