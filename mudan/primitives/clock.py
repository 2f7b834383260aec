"""What time is it? The one place that reads the machine's clock, so tests and replays own time."""

import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

CST = timezone(timedelta(hours=8), "Asia/Shanghai")  # China has one zone and no summer time
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
US_PER_S = 1_000_000


class Clock(Protocol):
    """A source of wall time (UTC) and of time that never runs backwards."""

    def now(self) -> datetime:
        """The aware UTC time."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since some fixed point; never runs backwards."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._monotonic_s = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic_s(self) -> float:
        return self._monotonic_s

    def advance(self, seconds: float) -> None:
        """Move both times forward."""
        self._now += timedelta(seconds=seconds)
        self._monotonic_s += seconds


def scaled(duration: timedelta, factor: float) -> timedelta:
    """How long a duration lasts where time runs `factor` times as fast (an exercise's `space.scale`)."""
    return duration / factor


def to_us(moment: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of an aware time."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_us(us: int) -> datetime:
    """The aware UTC time of so many microseconds since 1970-01-01."""
    return EPOCH + timedelta(microseconds=us)
