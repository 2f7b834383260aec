"""Is what may be replayed at once bounded, and is the finest step that fits taken?"""

from datetime import timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.replay.model import MOST_POINTS, MOST_STEPS, MOST_WINDOW, Window, changed, tracks, window
from mudan.primitives.errors import Invalid
from tests.core.county import later
from tests.database import START

SPANS = st.integers(1, int(MOST_WINDOW.total_seconds()))


@given(SPANS, st.integers(0, 3_000))
def test_a_window_is_never_larger_than_its_limits(seconds: int, movers: int) -> None:
    if ceil(seconds / 3600) * movers > MOST_POINTS:
        with pytest.raises(Invalid, match="at most"):
            window(START, later(seconds), None, movers, later(seconds))
        return
    span = window(START, later(seconds), None, movers, later(seconds))
    assert span.steps <= MOST_STEPS
    assert span.steps * movers <= MOST_POINTS
    assert (span.steps - 1) * span.step_s < seconds <= span.steps * span.step_s


@pytest.mark.parametrize(
    ("span_s", "step_s", "movers", "field"),
    [
        (0, None, 1, "to"),
        (8 * 86_400, None, 1, "from"),
        (7 * 86_400, None, 5_000, "from"),
        (3600, 1, 1, "step_s"),
    ],
)
def test_what_is_too_large_is_refused_with_what_would_fit(
    span_s: int, step_s: int | None, movers: int, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        window(START, later(span_s), step_s, movers, later(30 * 86_400))
    assert refused.value.field == field


def test_nothing_after_now_is_replayed() -> None:
    assert window(START, later(7200), None, 1, later(3600)).end == later(3600)
    with pytest.raises(Invalid):
        window(later(60), later(120), None, 1, START)


def test_a_track_holds_places_in_the_order_of_time() -> None:
    row = {"id": "V1", "name_zh": "车", "name_en": "car", "kind": "fire", "unit": None}
    rows = [{**row, "at": later(at), "lon": 115.5, "lat": 35 + at / 1000} for at in (20, -5)]
    (track,) = tracks(Window(START, later(60), 10), rows)
    assert track.at_s == (-5.0, 20.0)
    assert track.lat == (3_499_500, 3_502_000)


def test_steps_leave_out_what_does_not_change() -> None:
    span = Window(START + timedelta(seconds=10), later(60), 10)
    events = [{"at": later(at), "to": to} for at, to in ((0, 2), (5, 2), (30, 1))]
    assert changed(span, 2, events) == [(20.0, 1)]
    assert changed(span, None, events) == [(-10.0, 2), (20.0, 1)]
