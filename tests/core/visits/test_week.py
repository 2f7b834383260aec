"""Does every visit find a day, the longest overdue the earliest, and do the phones follow what was published?"""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.visits import actions, queries
from mudan.core.visits.model.week import MOST_A_DAY, Slot, Wish, days_of, monday, spread
from mudan.primitives.errors import Conflict, Invalid
from mudan.storage.pool import Connection
from tests.core.county import later
from tests.core.households.doors import GRID, KEEPER, household, registered, row
from tests.core.visits.knocking import due, entry
from tests.database import TOWN

MONDAY = date(2026, 11, 23)
DAYS = days_of(MONDAY)[:5]
DAY = 86400

wishes = st.lists(st.tuples(st.sampled_from(["A", "B"]), st.integers(-10, 6)), max_size=60).map(
    lambda given: [Wish(UUID(int=n), grid, MONDAY + timedelta(days=d)) for n, (grid, d) in enumerate(given)]
)


@given(wishes)
def test_every_visit_finds_one_of_the_days_and_none_late_without_need(given: list[Wish]) -> None:
    found = spread(given, DAYS, {})
    assert set(found) == {one.visit for one in given}
    assert set(found.values()) <= set(DAYS)
    for one in given:
        if one.due_on >= MONDAY:
            assert found[one.visit] <= max(one.due_on, MONDAY)


@given(wishes)
def test_who_is_overdue_longer_is_never_visited_later_in_the_same_grid(given: list[Wish]) -> None:
    found = spread(given, DAYS, {})
    late = sorted((one for one in given if one.due_on < MONDAY), key=lambda one: (one.due_on, str(one.visit)))
    for grid in ("A", "B"):
        days = [found[one.visit] for one in late if one.area_code == grid][: MOST_A_DAY * len(DAYS)]
        assert days == sorted(days)


def test_the_quietest_day_in_time_is_taken_and_without_days_nothing() -> None:
    one = Wish(UUID(int=1), "A", DAYS[2])
    assert spread([one], DAYS, {("A", DAYS[0]): 2, ("A", DAYS[1]): 1, ("A", DAYS[2]): 1}) == {
        one.visit: DAYS[1]
    }
    assert spread([one], [], {}) == {}
    assert monday(date(2026, 11, 29)) == MONDAY


@pytest.mark.anyio
async def test_the_phones_follow_a_plan_only_when_it_is_published(work: Connection) -> None:
    _, visit = await due(work, last_visit_on="2026-11-10")
    thursday = DAYS[3]
    await actions.draft(work, KEEPER, later(0), MONDAY, [Slot(visit.id, thursday, "doctor")])
    assert await queries.unpublished(work, MONDAY, MONDAY, TOWN) == 1
    assert (await queries.page(work, queries.Wanted("today"), MONDAY))[1] == 1
    assert await actions.publish(work, KEEPER, later(60), MONDAY, TOWN) == 1
    assert (await queries.page(work, queries.Wanted("today"), MONDAY))[1] == 0
    [shown], _ = await queries.page(work, queries.Wanted("today"), thursday)
    assert (shown.id, shown.planned_on, shown.post) == (visit.id, thursday, "doctor")
    assert (await queries.page(work, queries.Wanted("overdue"), MONDAY))[1] == 1
    with pytest.raises(Conflict):
        await actions.publish(work, KEEPER, later(90), MONDAY, TOWN)
    [told] = await queries.publications(work, MONDAY)
    assert (told.area_code, told.visits, told.published_by) == (TOWN, 1, KEEPER.name)


@pytest.mark.anyio
async def test_a_week_is_suggested_on_working_days_and_counted_for_grids(work: Connection) -> None:
    made = await registered(work, *(row(n, last_visit_on="2026-11-10") for n in range(1, 16)))
    await actions.plan_registered(work, KEEPER, later(0), made.households)
    assert await actions.suggest(work, KEEPER, later(0), MONDAY, TOWN) == 15
    [grid] = await queries.grids_of_week(work, MONDAY, MONDAY, TOWN)
    assert (grid.area_code, grid.overdue, grid.unplanned, grid.loads) == (GRID, 15, 0, (12, 3, 0, 0, 0, 0, 0))
    assert await actions.suggest(work, KEEPER, later(60), MONDAY, TOWN) == 0
    saturday = later(5 * DAY)
    with pytest.raises(Conflict, match="no working day"):
        await actions.suggest(work, KEEPER, saturday, MONDAY, TOWN)


@pytest.mark.anyio
async def test_a_plan_names_days_of_its_week_that_have_not_passed_and_posts_that_there_are(
    work: Connection,
) -> None:
    _, visit = await due(work, last_visit_on="2026-11-10")
    for slot, field in (
        (Slot(visit.id, MONDAY - timedelta(days=1)), "slots.0.on"),
        (Slot(visit.id, MONDAY + timedelta(days=7)), "slots.0.on"),
        (Slot(visit.id, DAYS[1], "mayor"), "slots.0.post"),
    ):
        with pytest.raises(Invalid) as caught:
            await actions.draft(work, KEEPER, later(0), MONDAY, [slot])
        assert caught.value.field == field
    with pytest.raises(Invalid) as caught:
        await actions.draft(work, KEEPER, later(0), DAYS[1], [Slot(visit.id, DAYS[1])])
    assert caught.value.field == "week"


@pytest.mark.anyio
async def test_what_was_planned_for_an_old_due_day_lapses_with_it(work: Connection) -> None:
    home = await household(work, last_visit_on="2026-11-10")
    made = await registered(work, row(last_visit_on="2026-11-10"))
    await actions.plan_registered(work, KEEPER, later(0), made.households)
    visit = await queries.planned_by_cadence(work, home.id)
    assert visit is not None
    await actions.draft(work, KEEPER, later(0), MONDAY, [Slot(visit.id, DAYS[3])])
    await actions.publish(work, KEEPER, later(1), MONDAY, TOWN)
    await actions.enter(work, KEEPER, later(60), entry(household=home.id, kind="safety"))
    after = await queries.planned_by_cadence(work, home.id)
    assert after is not None
    assert (after.due_on, after.planned_on, after.post) == (MONDAY + timedelta(days=7), None, "")
