"""Can any row of deeds take an incident where the chart forbids, and does saying a thing twice do it once?"""

from hypothesis import given
from hypothesis import strategies as st

from mudan.core.incidents.model import ENDED, PHASES, advanced, is_open, moved, next_phases
from mudan.primitives.errors import Conflict

TASK_STATES = ("offered", "accepted", "declined", "expired", "en_route", "staging", "on_scene", "working",
               "transporting", "at_destination", "completed", "cancelled", "handed_over", "failed")  # fmt: skip
DEEDS = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(PHASES)),
    st.tuples(st.sampled_from(["close", "reopen", "merge", "void"]), st.just("")),
    st.tuples(st.just("undo"), st.sampled_from(PHASES)),
    st.tuples(st.just("task"), st.sampled_from(TASK_STATES)),
)


def _after(phase: str, deed: tuple[str, str]) -> str:
    """The phase after a deed; a refused one changes nothing."""
    if deed[0] == "task":
        return advanced(phase, deed[1])
    try:
        return moved(phase, *deed)
    except Conflict:
        return phase


@given(st.lists(DEEDS, max_size=40))
def test_no_row_of_deeds_leaves_the_chart(deeds: list[tuple[str, str]]) -> None:
    phase = "accepted"
    for deed in deeds:
        after = _after(phase, deed)
        assert after in PHASES
        if after != phase and not is_open(phase):
            assert deed[0] in ("reopen", "undo"), "what has ended comes back by a deed of its own only"
        if after != phase and after == "closed":
            assert deed[0] == "close"
        if after != phase and after == "void":
            assert deed[0] == "void"
        if after != phase and after == "reopened":
            assert deed[0] == "reopen" or deed == ("undo", "reopened"), (
                "a merge is undone to where it came from"
            )
            assert phase in ENDED
        if deed[0] == "set" and after != phase:
            assert after in next_phases(phase)
        phase = after


@given(st.sampled_from(PHASES), DEEDS)
def test_a_deed_said_twice_is_done_once(phase: str, deed: tuple[str, str]) -> None:
    once = _after(phase, deed)
    assert _after(once, deed) == once or deed[0] == "set", "going to and fro by hand is two deeds"
    if deed[0] == "set" and once != phase:
        assert _after(once, deed) == once, "no phase leads to itself"


@given(st.sampled_from(PHASES), st.lists(st.sampled_from(TASK_STATES), max_size=12))
def test_tasks_never_end_nor_reopen_an_incident(phase: str, states: list[str]) -> None:
    now = phase
    for state in states:
        now = advanced(now, state)
    assert is_open(now) is is_open(phase)
    if not is_open(phase):
        assert now == phase


@given(st.sampled_from(PHASES))
def test_a_merge_is_undone_to_where_it_came_from(phase: str) -> None:
    if is_open(phase):
        assert moved(moved(phase, "merge"), "undo", phase) == phase
