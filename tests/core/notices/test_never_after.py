"""Can any mix of answers, restarts and jumping clocks make a notice call after it was over?"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.notices.actions import acknowledge, post, settle, subject_ended, tick
from mudan.core.notices.model import State, Step, decided, first_at
from mudan.primitives.errors import Conflict
from mudan.storage.pool import Connection
from tests.core.county import actor, later
from tests.core.notices.made import called, new, one

pytestmark = pytest.mark.anyio
DAY_S = 86_400

_STEPS = st.lists(
    st.tuples(st.sampled_from(["tick", "acknowledge", "settle", "end", "restart"]),
              st.sampled_from([0.0, 1.0, 29.0, 60.0, 121.0, 3_600.0, 90_000.0, 90 * DAY_S, -30.0, -3_600.0])),
    min_size=2, max_size=10,
)  # fmt: skip


@dataclass
class Seen:
    """What must hold from now on."""

    over_calls: int | None = None
    bound_s: float | None = None
    calls: list[Any] = field(default_factory=list)


async def _do(work: Connection, deed: str, notice: UUID, at: float, seen: Seen) -> None:
    if deed == "acknowledge":
        try:
            await acknowledge(work, notice, actor(), later(at))
        except Conflict:
            assert (await one(work, notice)).state in (State.CANCELLED, State.LAPSED)
    elif deed == "settle":
        await settle(work, "tests", "s1", later(at), by="x", reason="y")
    elif deed == "end":
        await subject_ended(work, "tests", "s1", later(at))
        seen.bound_s = min(seen.bound_s or 1e12, at + DAY_S)
    # A restart loses all memory: nothing is kept but the database, so there is nothing more to do.
    if deed in ("tick", "restart"):
        for _ in range(3):  # a restarted centre catches up as fast as it can
            await tick(work, later(at))


@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=_STEPS, repeat=st.sampled_from([None, 1.0, 300.0]), wanted=st.booleans())
async def test_a_notice_that_is_over_never_calls_again(
    work: Connection, steps: list[tuple[str, float]], repeat: float | None, wanted: bool
) -> None:
    async with work.transaction(force_rollback=True):
        notice = await post(work, new(repeat_s=repeat, need_receipt=wanted), later(0))
        seen, at = Seen(), 0.0
        for deed, by in steps:
            at += by
            before = await called(work, notice)
            was = await one(work, notice)
            await _do(work, deed, notice, at, seen)
            shown, calls = await one(work, notice), await called(work, notice)
            assert calls[: len(before)] == before, "the past does not change"
            if was.state is not State.OPEN:
                assert len(calls) == len(before), "it called after it was over"
                assert shown.state in (was.state, State.ACKNOWLEDGED)
            assert len(calls) - len(before) <= (3 if repeat == 1.0 else 2)
            assert (shown.next_at is None) or shown.state is State.OPEN
            assert all(second <= DAY_S for _, _, second, _ in calls), "it called after it should have lapsed"
            if seen.bound_s is not None:
                assert all(second <= seen.bound_s for _, _, second, _ in calls[len(before) :])
            for firing, _, second, late in calls[len(before) :]:
                call = shown.deliveries[firing - 1]
                assert late == ((call.fired_at - call.wanted_at).total_seconds() > 30), second


@given(
    gaps=st.lists(st.floats(0, 200_000), min_size=1, max_size=30),
    after=st.lists(st.floats(0, DAY_S), min_size=1, max_size=5),
    repeat=st.one_of(st.none(), st.floats(1, DAY_S)),
)
def test_each_step_calls_once_in_order_and_never_twice_at_one_moment(
    gaps: list[float], after: list[float], repeat: float | None
) -> None:
    steps = tuple(Step(f"address:{n}", gap) for n, gap in enumerate(after))
    next_at: datetime | None = first_at(steps, later(0))
    fired, at = 0, 0.0
    told: list[str] = []
    for gap in gaps:
        at += gap
        firing = decided(steps, fired, next_at, later(DAY_S), repeat, later(at), need_receipt=True)
        if firing is None:
            continue
        if firing.state is not State.OPEN:
            assert later(at) >= later(DAY_S)
            break
        assert firing.step is not None
        assert next_at is not None
        assert later(at) >= next_at
        told.append(firing.step.to)
        fired, next_at = fired + 1, firing.next_at
        if next_at is None:
            break
    wanted = [step.to for step in steps] + [steps[-1].to] * len(told)
    assert told == wanted[: len(told)]
