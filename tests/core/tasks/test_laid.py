"""Does a task end in the same place whatever the order and repetition in which its reports come in?"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.tasks import actions, queries
from mudan.core.tasks.actions import FieldEvent
from mudan.core.tasks.model import CHART, ENDED, EVENTS, FORWARD, Report, believed, laid
from mudan.storage.pool import Connection
from tests.core.county import actor, add_crew, add_unit, later, open_incident
from tests.database import COUNTY, START

WHO = actor()
STARTS = ("offered", "planned")
_REPORTS = st.lists(
    st.builds(
        Report,
        st.sampled_from(EVENTS),
        st.integers(0, 600).map(later),
        st.uuids(version=4),
        st.integers(1, 99),
    ),
    max_size=14,
    unique_by=(lambda one: one.client_id, lambda one: one.came),
)


@given(start=st.sampled_from(STARTS), reports=_REPORTS, data=st.data())
def test_any_order_and_any_repetition_ends_in_the_same_place(
    start: str, reports: list[Report], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(reports), max_size=6)) if reports else []
    shuffled = data.draw(st.permutations(reports + again))
    assert laid(start, shuffled) == laid(start, reports)


@given(start=st.sampled_from(STARTS), reports=_REPORTS)
def test_no_path_leads_to_a_forbidden_state(start: str, reports: list[Report]) -> None:
    stand = laid(start, reports)
    state = start
    counted = [one for one in reports if one.client_id not in stand.left_out]
    for one in sorted(counted, key=lambda one: (one.at, EVENTS.index(one.event), one.came)):
        assert (state, one.event) in CHART
        state = CHART[state, one.event]
    assert state == stand.state
    assert (stand.ended_at is not None) == (state in ENDED)


@given(reports=_REPORTS)
def test_a_task_never_goes_back_and_nothing_counts_after_its_end(reports: list[Report]) -> None:
    stand = laid("offered", reports)
    ways = [FORWARD.index(state) for state in stand.stamps if state in FORWARD]
    assert ways == sorted(ways)
    times = list(stand.stamps.values())
    assert times == sorted(times)
    assert sum(state in ENDED for state in stand.stamps) <= 1


def test_a_report_from_before_the_end_counts_and_one_from_after_it_does_not() -> None:
    accepted, cancelled = (
        Report("accept", later(1), uuid4(), 1),
        Report("cancel", later(100), uuid4(), 2, "误报"),
    )
    early, late = Report("complete", later(90), uuid4(), 3), Report("complete", later(110), uuid4(), 3)
    assert laid("offered", [accepted, cancelled, early]).state == "completed"
    stand = laid("offered", [accepted, cancelled, late])
    assert (stand.state, stand.reason, stand.left_out) == ("cancelled", "误报", frozenset({late.client_id}))


def test_of_two_equal_reports_of_one_moment_the_first_that_came_counts() -> None:
    for first, second in ((UUID(int=1), UUID(int=2)), (UUID(int=2), UUID(int=1))):
        twins = [Report("accept", later(1), second, 8), Report("accept", later(1), first, 7)]
        assert laid("offered", twins).left_out == {second}


def test_a_clock_that_is_wrong_still_says_how_long_ago() -> None:
    wrong = timedelta(hours=8)
    assert believed(later(10) + wrong, later(100), later(100) + wrong) == later(10)
    assert believed(later(10), later(100), later(100) + timedelta(seconds=60)) == later(10)


_STEPS = ("accept", "depart", "stage", "arrive", "work", "transport", "deliver", "complete", "fail")


@pytest.mark.anyio
@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(
    events=st.lists(
        st.tuples(st.sampled_from(_STEPS), st.integers(0, 50)), min_size=1, max_size=6, unique=True
    ),
    data=st.data(),
)
async def test_phones_may_send_in_any_order_and_twice(
    work: Connection, events: list[tuple[str, int]], data: st.DataObject
) -> None:
    reports = [FieldEvent(name, uuid4(), later(at), reason="坏了") for name, at in events]
    ends = []
    for order in (reports, data.draw(st.permutations(reports + reports))):
        async with work.transaction(force_rollback=True):
            unit, incident = await add_unit(work), await open_incident(work)
            crew = await add_crew(work, unit, area=COUNTY)
            task = await actions.assign(work, incident.id, unit.id, "去", WHO, START)
            second = await actions.assign(
                work, (await open_incident(work, title="另一处")).id, unit.id, "再去", WHO, START
            )
            for report in order:
                await actions.hear(work, task.id, report, crew, later(55))
            done = await queries.one(work, task.id)
            assert await queries.one(work, second.id) == second
            ends.append((done.state, {k: v for k, v in done.stamps.items() if k != "offered"}, done.ended_at))
    assert ends[0] == ends[1]
