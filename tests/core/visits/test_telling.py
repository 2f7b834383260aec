"""Is a door that has not heard a notice told again, or visited, and does a receipt end it?"""

from datetime import date
from uuid import UUID, uuid4

import pytest

from mudan.core.calls import actions as calls
from mudan.core.calls.actions.running import Answer
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.core.visits import actions, queries
from mudan.core.visits.model.words import NewNotice
from mudan.primitives.errors import Conflict, NotFound
from mudan.storage.pool import SYSTEM, Connection, set_scope
from tests.core.calls.test_chain import started, tree
from tests.core.county import actor, later
from tests.core.households.doors import GRID, KEEPER, ids, knocker, registered, row
from tests.core.visits.knocking import entry
from tests.database import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio
TODAY = date(2026, 11, 23)


async def carried(work: Connection, doors: int = 3) -> tuple[NewNotice, list[UUID]]:
    """A notice for some doors of a grid."""
    made = await registered(work, *(row(n) for n in range(1, doors + 1)))
    new = NewNotice(uuid4(), TOWN, "停水", "明日停水", TODAY, TODAY)
    await actions.carry(work, KEEPER, later(0), new)
    return new, ids(made)


async def test_doors_that_have_not_heard_stand_first_and_say_who_tried(work: Connection) -> None:
    new, doors = await carried(work)
    await actions.enter(
        work, KEEPER, later(60), entry(60, household=doors[0], kind="notice", receipts=(new.id,))
    )
    await actions.enter(work, KEEPER, later(90), entry(household=doors[1], kind="notice", outcome="not_home"))
    found, total = await queries.doors(work, new.id)
    assert ([one.household for one in found], total) == ([doors[1], doors[2], doors[0]], 3)
    assert (found[0].tried, found[1].tried, found[2].told_at) == ("not_home", None, later(60))
    [grid] = await queries.told_by_grid(work, new.id)
    assert (grid.area_code, grid.asked, grid.told) == (GRID, 3, 1)


async def test_the_grid_is_told_again_of_doors_that_have_not_heard(work: Connection) -> None:
    new, doors = await carried(work)
    worker = await knocker(work)
    await actions.enter(work, KEEPER, later(60), entry(household=doors[0], kind="notice", receipts=(new.id,)))
    assert await actions.tell_again(work, KEEPER, later(120), new.id, doors) == 2
    told = [one for one in await notices.mine(work, worker) if one.subject == f"{new.id} {GRID}"]
    assert ["请再次告知：停水（2 户）" in one.title.zh for one in told] == [True]
    assert [one.reminded for one in (await queries.doors(work, new.id))[0]] == [1, 1, 0]
    with pytest.raises(Conflict):
        await actions.tell_again(work, KEEPER, later(150), new.id, doors[:1])


async def test_somebody_goes_by_once_and_the_receipt_ends_it(work: Connection) -> None:
    new, doors = await carried(work)
    assert await actions.go_by(work, KEEPER, later(60), new.id, doors[:2], TODAY) == 2
    assert await actions.go_by(work, KEEPER, later(90), new.id, doors[:2], TODAY) == 0
    found, _ = await queries.doors(work, new.id, told=False)
    assert sorted(one.visit_on is not None for one in found) == [False, True, True]
    visits, _ = await queries.page(work, queries.Wanted("today", kind="notice"), TODAY)
    assert ([one.words for one in visits], len(visits)) == (["明日停水"] * 2, 2)
    await actions.enter(
        work, KEEPER, later(120), entry(visit=visits[0].id, kind="notice", receipts=(new.id,))
    )
    assert (await queries.doors(work, new.id, told=True))[1] == 1


async def test_another_towns_doors_are_nobodys_here(work: Connection) -> None:
    new, doors = await carried(work)
    other = actor(Role.DUTY_OFFICER, area=OTHER_TOWN)
    await set_scope(work, other.scope.settings())
    with pytest.raises(NotFound):
        await actions.tell_again(work, other, later(60), new.id, doors)
    await set_scope(work, SYSTEM)


async def test_a_place_that_has_not_answered_a_call_is_told_to_its_grid(work: Connection) -> None:
    await tree(work)
    run = await started(work, mode="through")
    worker = await knocker(work)
    found = {one.name: one for one in await queries.called(work, 0, TOWN, later(-60))}
    village = found["东村"]
    assert (village.run, village.state, village.running) == (run.id, "calling", True)
    await actions.call_again(work, KEEPER, later(60), village.step)
    [told] = [one for one in await notices.mine(work, worker) if one.noun == "visits"]
    assert (told.subject, "请上门叫应：东村" in told.title.zh) == (str(village.step), True)
    [again] = [one for one in await queries.called(work, 0, TOWN, later(-60)) if one.step == village.step]
    assert (again.reminded, again.reminded_at) == (1, later(60))
    await calls.answer(work, run.id, village.step, Answer("村民甲", "visit", uuid4()), KEEPER, later(70))
    with pytest.raises(Conflict):
        await actions.call_again(work, KEEPER, later(80), village.step)
