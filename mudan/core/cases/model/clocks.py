"""How much of its time has a case used, and at which moment will it turn amber, red and overdue?

Every measure is one idea: which windows of a day count, and how much one minute in them weighs.

    measure          windows of a day             one minute weighs
    natural_hours    the whole day                1/60
    calendar_days    the whole day                1/1440
    working_hours    the office windows           1/60
    working_days     the office windows           1/(minutes of that day's windows)

A clock runs through them, but not through its pauses, until it has used its amount. `next_day`: the day of the start
does not count, so five working days end when the office closes on the fifth one after it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

from mudan.core.cases.model.calendar import DAY_MINUTES, Calendar, Window, at_minute, local_day, midnight
from mudan.primitives.clock import from_us, to_us
from mudan.primitives.errors import Invalid

_WHOLE_DAY: Final = (Window(0, DAY_MINUTES),)
_MINUTE_US: Final = 60_000_000
FARTHEST_DAYS: Final = 4000  # a clock that has not run out by then never does: nothing is worked any more
LAMPS: Final = ("green", "amber", "red", "overdue")


class Measure(StrEnum):
    """In what a limit is counted."""

    NATURAL_HOURS = "natural_hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take; raises Invalid."""

    amount: Fraction
    measure: Measure
    next_day: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.amount <= 3650:
            raise Invalid("a limit is more than nothing and at most 3650", field="amount")


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, and why; `end` None while it lasts."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Thresholds:
    """At which share of the limit a clock turns amber and red, per cent."""

    amber: int = 60
    red: int = 85

    def __post_init__(self) -> None:
        if not 0 < self.amber < self.red < 100:
            raise Invalid("amber comes before red, and both before the end", field="amber")


class Moments(NamedTuple):
    """When a clock turns; None: not while it is paused, or never."""

    amber_at: datetime | None
    red_at: datetime | None
    due_at: datetime | None


class _Stretch(NamedTuple):
    """Time that counts: from, until, and what the whole of a day's minute weighs."""

    start_us: int
    end_us: int
    weight: Fraction


def used(
    limit: Limit, started_at: datetime, at: datetime, pauses: Sequence[Pause], calendar: Calendar
) -> Fraction:
    """How much of the limit, in its own measure, has been used at a moment."""
    total, end_us = Fraction(0), to_us(at)
    for stretch in _stretches(limit, started_at, pauses, calendar):
        if stretch.start_us >= end_us:
            break
        total += _amount(stretch, min(stretch.end_us, end_us))
    return total


def moment_of(
    share: Fraction, limit: Limit, started_at: datetime, pauses: Sequence[Pause], calendar: Calendar
) -> datetime | None:
    """The first moment at which that share of the limit has been used; None when it never will be as things stand."""
    left = limit.amount * share
    for stretch in _stretches(limit, started_at, pauses, calendar):
        whole = _amount(stretch, stretch.end_us)
        if whole >= left:
            us = left * _MINUTE_US / stretch.weight
            return from_us(stretch.start_us - (-us.numerator // us.denominator))
        left -= whole
    return None


def moments(
    limit: Limit,
    thresholds: Thresholds,
    started_at: datetime,
    pauses: Sequence[Pause],
    calendar: Calendar,
) -> Moments:
    """When a clock turns amber and red and runs out, as things stand."""
    shares = (Fraction(thresholds.amber, 100), Fraction(thresholds.red, 100), Fraction(1))
    return Moments(*(moment_of(share, limit, started_at, pauses, calendar) for share in shares))


def lamp(turns: Moments, at: datetime) -> str:
    """The colour at a moment."""
    for colour, turn in (("overdue", turns.due_at), ("red", turns.red_at), ("amber", turns.amber_at)):
        if turn is not None and turn <= at:
            return colour
    return "green"


def paused(pauses: Sequence[Pause], at: datetime, reason: str) -> tuple[Pause, ...]:
    """The pauses with a new one that begins; unchanged while one lasts."""
    if is_paused(pauses):
        return tuple(pauses)
    return (*pauses, Pause(at, None, reason))


def resumed(pauses: Sequence[Pause], at: datetime) -> tuple[Pause, ...]:
    """The pauses with the lasting one ended."""
    return tuple(Pause(p.start, max(at, p.start), p.reason) if p.end is None else p for p in pauses)


def is_paused(pauses: Sequence[Pause]) -> bool:
    """Whether a pause lasts."""
    return any(pause.end is None for pause in pauses)


def _amount(stretch: _Stretch, end_us: int) -> Fraction:
    return Fraction(end_us - stretch.start_us, _MINUTE_US) * stretch.weight


def _stretches(
    limit: Limit, started_at: datetime, pauses: Sequence[Pause], calendar: Calendar
) -> Iterator[_Stretch]:
    first = local_day(started_at)
    since = midnight(first + timedelta(days=1)) if limit.next_day else started_at
    since_us, shut = to_us(since), _shut(pauses)
    for ahead in range(FARTHEST_DAYS):
        day = first + timedelta(days=ahead)
        windows = _windows(limit.measure, day, calendar)
        weight = _weight(limit.measure, windows)
        for window in windows:
            start_us = max(to_us(at_minute(day, window.start)), since_us)
            yield from _open_parts(start_us, to_us(at_minute(day, window.end)), shut, weight)
        if any(end is None and to_us(midnight(day)) >= start for start, end in shut):
            return


def _windows(measure: Measure, day: date, calendar: Calendar) -> tuple[Window, ...]:
    if measure in (Measure.NATURAL_HOURS, Measure.CALENDAR_DAYS):
        return _WHOLE_DAY
    return calendar.windows(day)


def _weight(measure: Measure, windows: Iterable[Window]) -> Fraction:
    if measure in (Measure.NATURAL_HOURS, Measure.WORKING_HOURS):
        return Fraction(1, 60)
    return Fraction(1, sum(window.end - window.start for window in windows) or 1)


def _shut(pauses: Sequence[Pause]) -> list[tuple[int, int | None]]:
    return sorted(
        ((to_us(p.start), None if p.end is None else to_us(p.end)) for p in pauses), key=lambda one: one[0]
    )


def _open_parts(
    start_us: int, end_us: int, shut: Sequence[tuple[int, int | None]], weight: Fraction
) -> Iterator[_Stretch]:
    """What is left of a window between the pauses."""
    for begin, end in shut:
        if begin >= end_us:
            break
        if start_us < begin:
            yield _Stretch(start_us, begin, weight)
        if end is None:
            return
        start_us = max(start_us, end)
    if start_us < end_us:
        yield _Stretch(start_us, end_us, weight)
