"""Do the clocks of a case begin, stop, pause and go on as it goes from stage to stage?"""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from mudan.core.cases.model.calendar import Calendar
from mudan.core.cases.model.clocks import used
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.running import Running, extended, in_time, moved, recomputed
from tests.core.cases.test_clocks import on

CALENDAR = Calendar()
STATES = [stage.name for stage in HOTLINE.stages]


def gone(*stages: tuple[str, datetime], class_code: str = "0202") -> dict[tuple[str, int], Running]:
    """The runs of a case that came to those stages then, by clock and number."""
    runs: dict[tuple[str, int], Running] = {}
    for state, at in stages:
        for run in moved(HOTLINE, class_code, list(runs.values()), state, at, CALENDAR):
            runs[run.name, run.run] = run
    return runs


def test_each_stage_has_its_clock_and_the_whole_case_has_one() -> None:
    runs = gone(("reported", on(12, 9)), ("filing", on(12, 10)), ("dispatching", on(12, 11)))
    assert sorted(runs) == [("dispatch", 1), ("file", 1), ("whole", 1)]
    file = runs["file", 1]  # bundled over three stages: it did not begin again
    assert (file.started_at, file.turns.due_at, file.ended_at) == (on(12, 9), on(12, 11), on(12, 11))
    assert runs["whole", 1].turns.due_at == on(2, 17, 30, month=11)
    assert runs["dispatch", 1].turns.due_at == on(12, 12)


def test_the_class_decides_how_long_it_may_take() -> None:
    at = on(12, 9)
    assert gone(("assigned", at), class_code="0201")["handle", 1].turns.due_at == on(13, 9)
    assert gone(("assigned", at), class_code="0101")["handle", 1].turns.due_at == on(12, 15)
    assert gone(("assigned", at))["handle", 1].turns.due_at == on(19, 17, 30)


def test_rework_goes_on_with_the_time_that_is_left_and_another_owner_begins_anew() -> None:
    runs = gone(
        ("assigned", on(12, 9)), ("handling", on(12, 10)), ("answered", on(12, 11)), ("checking", on(12, 14)),
        ("handling", on(12, 15)), class_code="0101",
    )  # fmt: skip
    handle = runs["handle", 1]
    assert handle.is_open
    assert used(handle.limit, handle.started_at, on(12, 15), handle.pauses, CALENDAR) == 2
    assert handle.turns.due_at == on(12, 17)
    other = moved(HOTLINE, "0101", list(runs.values()), "dispatching", on(12, 16), CALENDAR, anew=True)
    ended = next(run for run in other if run.name == "handle")
    assert ended.ended_at == on(12, 16)
    assert in_time(ended)
    again = moved(HOTLINE, "0101", [ended], "assigned", on(13, 9), CALENDAR)
    assert [(run.name, run.run, run.turns.due_at) for run in again if run.name == "handle"] == [
        ("handle", 2, on(13, 15))
    ]


def test_nothing_counts_while_a_case_is_on_account_and_its_time_goes_on_afterwards() -> None:
    runs = gone(
        ("assigned", on(12, 9)), ("handling", on(12, 9)), ("on_account", on(12, 10)), class_code="0101"
    )
    assert runs["handle", 1].turns.due_at is None
    assert runs["whole", 1].turns.due_at is None
    later = moved(HOTLINE, "0101", list(runs.values()), "handling", on(26, 9), CALENDAR)
    assert {run.name: run.turns.due_at for run in later}["handle"] == on(26, 12)


def test_a_closed_case_has_no_clock_left_and_says_whether_it_was_in_time() -> None:
    to_check = (
        ("assigned", on(12, 9)),
        ("handling", on(12, 9)),
        ("answered", on(12, 14)),
        ("checking", on(12, 15)),
    )
    quick = gone(*to_check, ("evaluating", on(12, 16)), class_code="0101")
    assert not [run for run in quick.values() if run.is_open]
    assert {name: in_time(run) for (name, _), run in quick.items()} == {
        "handle": True, "check": True, "whole": True,
    }  # fmt: skip
    slow = gone(
        ("assigned", on(12, 9)), ("answered", on(12, 15)), ("evaluating", on(14, 16)), class_code="0101"
    )
    assert in_time(slow["handle", 1]) is False
    assert in_time(slow["check", 1]) is False
    assert slow["handle", 1].colour(on(30)) == "overdue"
    reopened = moved(HOTLINE, "0101", list(slow.values()), "dispatching", on(15, 9), CALENDAR)
    assert ("whole", 2) in {(run.name, run.run) for run in reopened}


def test_granted_time_is_added_and_a_new_calendar_counts_open_clocks_anew_but_not_ended_ones() -> None:
    handle = gone(("assigned", on(12, 9)))["handle", 1]
    assert in_time(handle) is None
    assert extended(handle, Fraction(2), CALENDAR).turns.due_at == on(21, 17, 30)
    holiday = Calendar(holidays=frozenset({date(2026, 10, 14)}), version=7)
    moved_on = recomputed(handle, holiday)
    assert (moved_on.turns.due_at, moved_on.calendar_version) == (on(20, 17, 30), 7)
    closed = gone(("assigned", on(12, 9)), ("evaluating", on(13, 9)))["handle", 1]
    assert recomputed(closed, holiday) == closed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 300)), min_size=1, max_size=15))
def test_of_every_clock_at_most_one_run_is_open_and_none_where_nothing_is_awaited(
    steps: Sequence[tuple[str, int]],
) -> None:
    runs: dict[tuple[str, int], Running] = {}
    at = on(5, 9)
    for state, minutes in steps:
        at = at.fromtimestamp(at.timestamp() + minutes * 60, at.tzinfo)
        for run in moved(HOTLINE, "0101", list(runs.values()), state, at, CALENDAR):
            runs[run.name, run.run] = run
        still = [run for run in runs.values() if run.is_open]
        assert len(still) == len({run.name for run in still})
        if HOTLINE.stage(state).step == 7 or HOTLINE.stage(state).ended:
            assert still == []
        else:
            assert "whole" in {run.name for run in still}
        for run in runs.values():
            starts = [pause.start for pause in run.pauses]
            assert starts == sorted(starts)
            assert sum(pause.end is None for pause in run.pauses) <= 1
            assert run.is_open or all(pause.end is not None for pause in run.pauses)
