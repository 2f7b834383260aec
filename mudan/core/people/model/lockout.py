"""After how many wrong passwords is a login, or an address, made to wait, and how long?

failures within WINDOW   1..4    5      6      7       8 and more
wait                     none    60 s   120 s  300 s   900 s
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FREE_FAILURES: Final = 5  # GB/T 22239-2019 8.1.4.1 b asks for a limit; the figure is ours
WINDOW: Final = timedelta(minutes=15)
STEPS: Final = (timedelta(seconds=60), timedelta(seconds=120), timedelta(seconds=300), WINDOW)


@dataclass(frozen=True, slots=True)
class Attempts:
    """What is remembered of one login or one source address."""

    failures: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None


FREE: Final = Attempts()


def after_failure(before: Attempts, now: datetime) -> Attempts:
    """What is remembered after one more wrong password. A quiet WINDOW after the wait forgives everything."""
    failures = before.failures + 1 if _remembered(before, now) else 1
    if failures < FREE_FAILURES:
        return Attempts(failures, now, None)
    step = STEPS[min(failures - FREE_FAILURES, len(STEPS) - 1)]
    return Attempts(failures, now, now + step)


def locked_for_s(attempts: Attempts, now: datetime) -> float:
    """Seconds still to wait; 0 when an attempt is allowed."""
    if attempts.locked_until is None or attempts.locked_until <= now:
        return 0.0
    return (attempts.locked_until - now).total_seconds()


def _remembered(attempts: Attempts, now: datetime) -> bool:
    moments = [moment for moment in (attempts.last_at, attempts.locked_until) if moment is not None]
    return bool(moments) and now - max(moments) < WINDOW
