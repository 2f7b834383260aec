"""Does a notice call now, is that late, and when does it call next?

open ──a step is due──▶ open, the next step waits ─┬─▶ … until somebody answers: acknowledged
  │                                                ├─▶ the subject is settled: cancelled
  │                                                ├─▶ no answer is wanted and all have been told: delivered
  └──lapses_at is past: lapsed                     └─▶ lapsed
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mudan.core.notices.model.types import State, Step

LATE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Firing:
    """What happens to a notice now: the step that calls (None: none), and how it stands afterwards."""

    step: Step | None
    late: bool
    next_at: datetime | None
    state: State


def first_at(steps: Sequence[Step], now: datetime) -> datetime:
    """When the first step of a notice calls that is posted now."""
    return now + timedelta(seconds=steps[0].after_s)


def decided(
    steps: Sequence[Step],
    fired: int,
    next_at: datetime | None,
    lapses_at: datetime,
    repeat_s: float | None,
    now: datetime,
    *,
    need_receipt: bool,
) -> Firing | None:
    """What an open notice does now, or None when it waits. Never two steps at once: after a long absence
    the first overdue step calls, late, and the next one follows in its own time.
    """
    if now >= lapses_at:
        return Firing(None, late=False, next_at=None, state=State.LAPSED)
    if next_at is None or now < next_at:
        return None
    step = steps[min(fired, len(steps) - 1)]
    if fired + 1 < len(steps):
        following: datetime | None = now + timedelta(seconds=steps[fired + 1].after_s)
    else:
        following = None if repeat_s is None else now + timedelta(seconds=repeat_s)
    if following is not None and following >= lapses_at:
        following = None
    over = following is None and not need_receipt
    return Firing(step, now - next_at > LATE, following, State.DELIVERED if over else State.OPEN)
