"""Is a source silent only by its own measure, and is it said why?"""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from mudan.core.records.model.contacts import STATES, Kept, standing

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


PUSHED = Kept("push", ago(9_000_000), ago(9_000_000), None, "")
PULLED = Kept("pull", ago(20), ago(86_400 * 30), None, "")
BROKEN = Kept("pull", ago(500), None, ago(20), "the other database does not answer")


def test_what_declares_no_time_is_never_silent() -> None:
    assert standing([PUSHED], None, NOW).state == "quiet"
    assert standing([], None, NOW).state == standing([], 60, NOW).state == "never"


def test_a_pull_that_brings_nothing_new_is_heard_all_the_same() -> None:
    told = standing([PULLED], 60, NOW)
    assert (told.state, told.heard_at, told.rows_at) == ("heard", ago(20), ago(86_400 * 30))


def test_who_does_not_answer_is_unreachable_and_it_is_said_why() -> None:
    told = standing([BROKEN], 60, NOW)
    assert (told.state, told.reason) == ("unreachable", "the other database does not answer")
    mended = Kept("pull", ago(1), None, ago(20), "")
    assert standing([mended], 60, NOW).state == "heard"


def test_any_channel_counts() -> None:
    told = standing([PUSHED, PULLED], 60, NOW)
    assert (told.state, told.channel) == ("heard", "pull")


@given(some.integers(0, 10_000), some.one_of(some.none(), some.integers(1, 10_000)))
def test_it_is_silent_exactly_when_its_own_time_has_passed(heard_s: int, expected_s: int | None) -> None:
    told = standing([Kept("push", ago(heard_s), None, None, "")], expected_s, NOW)
    assert told.state in STATES
    assert (told.state == "silent") == (expected_s is not None and heard_s > expected_s)
