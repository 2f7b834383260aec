"""Can a directive only go where the chart lets it, and do its clocks ring once, in order, through any sleep?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.directives.model import (
    ENDED,
    EVENT_WORDS,
    EVENTS,
    LADDER,
    STATE_WORDS,
    STATES,
    Deadline,
    Due,
    Order,
    Target,
    base_at,
    deadline_at,
    moved,
    next_at,
    next_events,
    rung_due,
    upcoming,
)
from mudan.primitives.errors import Conflict, Invalid
from tests.database import START

# The chart, told once more by hand: what is not here is not allowed.
LEGAL = {
    ("pending", "issue"): "issued", ("pending", "waive"): "waived", ("issued", "receive"): "received",
    ("issued", "waive"): "waived", ("received", "start"): "in_progress", ("received", "submit"): "submitted",
    ("received", "waive"): "waived", ("in_progress", "submit"): "submitted", ("in_progress", "waive"): "waived",
    ("submitted", "verify"): "verified", ("submitted", "return"): "returned", ("submitted", "waive"): "waived",
    ("returned", "start"): "in_progress", ("returned", "submit"): "submitted", ("returned", "waive"): "waived",
}  # fmt: skip
minutes = st.integers(0, 5000).map(lambda n: timedelta(minutes=n))
scales = st.sampled_from([1.0, 6.0, 60.0])


def test_the_chart_is_what_was_agreed_and_every_word_is_there() -> None:
    for state in STATES:
        assert set(next_events(state)) == {event for known, event in LEGAL if known == state}
        for event in (*EVENTS, "nonsense"):
            if (state, event) in LEGAL:
                assert moved(state, event) == LEGAL[state, event]
            else:
                with pytest.raises(Conflict):
                    moved(state, event)
    assert set(STATE_WORDS) == set(STATES)
    assert set(EVENTS) <= set(EVENT_WORDS)


@given(st.lists(st.sampled_from(EVENTS), max_size=40))
def test_nothing_is_done_before_it_was_received_and_nothing_happens_after_the_end(events: list[str]) -> None:
    state, seen = "pending", []
    for event in events:
        try:
            after = moved(state, event)
        except Conflict:
            continue
        assert state not in ENDED
        seen.append(event)
        state = after
    for event, before in (
        ("submit", "receive"),
        ("verify", "submit"),
        ("receive", "issue"),
        ("return", "submit"),
    ):
        if event in seen:
            assert before in seen[: seen.index(event)]


@given(st.sampled_from(STATES), st.integers(1, 4), minutes, minutes, scales, st.lists(minutes, max_size=12))
def test_the_ladder_climbs_once_and_upwards_through_any_sleep(
    state: str, level: int, receive: timedelta, work: timedelta, scale: float, looks: list[timedelta]
) -> None:
    ladder, rung_numbers = 0, []
    for look in sorted(looks):
        due = Due(state, level, START + receive, START + work, ladder)
        rung = rung_due(due, START + look, scale)
        wakes = next_at(due, scale)
        assert (rung is not None) == (wakes is not None and wakes <= START + look)
        if rung is not None:
            assert rung.due_at <= START + look
            rung_numbers.append(rung.number)
            ladder = rung.number + 1
    assert rung_numbers == sorted(set(rung_numbers))
    assert len(rung_numbers) <= len(LADDER[level])
    if state in (*ENDED, "pending", "submitted"):
        assert rung_numbers == []


def test_who_has_not_received_is_reminded_of_that_first_and_only_then_of_the_work() -> None:
    hour = timedelta(hours=1)
    assert base_at(Due("issued", 2, START, START + hour, 0)) == START
    assert base_at(Due("received", 2, START, START + hour, 0)) == START + hour
    assert base_at(Due("submitted", 2, START, START + hour, 0)) is None
    assert base_at(Due("issued", 2, None, None, 0)) is None


@given(st.integers(1, 86_400), scales)
def test_time_runs_faster_in_an_exercise(within_s: int, scale: float) -> None:
    after = deadline_at(Deadline("after_trigger", None, within_s, START), START, None, scale)
    assert after is not None
    assert abs((after - START).total_seconds() * scale - within_s) < 0.01
    receipt = Deadline("after_receipt", None, within_s)
    assert deadline_at(receipt, START, None, scale) is None
    assert deadline_at(receipt, START, START + timedelta(hours=1), scale) == after + timedelta(hours=1)
    assert deadline_at(Deadline("absolute", START), START, None, scale) == START


@given(st.integers(60, 7200), st.lists(st.integers(0, 20_000), min_size=1, max_size=30))
def test_a_cadence_never_repeats_an_occurrence_and_never_loses_one_uncounted(
    every_s: int, looks: list[int]
) -> None:
    every = timedelta(seconds=every_s)
    next_time, occurrence, spawned, missed_all = START + every, 1, [], 0
    now: datetime = START
    for look in sorted(looks):
        now = START + timedelta(seconds=look)
        found = upcoming(next_time, every, now)
        if found is None:
            assert next_time > now
            continue
        at, missed, next_time = found
        occurrence += missed + 1
        missed_all += missed
        assert at <= now < next_time
        assert at == START + (occurrence - 1) * every
        spawned.append(occurrence)
    assert len(spawned) == len(set(spawned))
    assert len(spawned) + missed_all == (now - START) // every


def test_a_directive_is_for_exactly_one_and_says_what_it_must() -> None:
    assert Target(role="leader").role == "leader"
    wrong: tuple[dict[str, Any], ...] = ({}, {"department": "water", "role": "leader"}, {"role": "king"})
    for target in wrong:
        with pytest.raises(Invalid):
            Target(**target)
    deadline: dict[str, Any]
    for deadline in (
        {"kind": "absolute"},
        {"kind": "soon"},
        {"kind": "after_receipt"},
        {"kind": "none", "at": START},
    ):
        with pytest.raises(Invalid):
            Deadline(**deadline)
    good: dict[str, Any] = {"title": "查", "text": "", "source": "hand", "target": Target(role="leader"),
                            "deadline": Deadline(), "area_code": "1"}  # fmt: skip
    assert Order(**good).title == "查"
    for change in (
        {"title": " "},
        {"source": "rumour"},
        {"level": 5},
        {"evidence": ("smell",)},
        {"cadence_s": 5},
    ):
        with pytest.raises(Invalid):
            Order(**(good | change))
