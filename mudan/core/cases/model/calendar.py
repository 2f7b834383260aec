"""When is the county's office open: which days are worked, and from when to when on such a day?

A day is worked when it is a shifted working day (调休), or an office weekday that is no holiday. Office hours are
dated, so that summer and winter hours do not change what has been counted before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid

DAY_MINUTES: Final = 24 * 60
MOST_DAYS: Final = 2000  # of holidays and shifted days together: some thirty years
_MONDAY_TO_FRIDAY: Final = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Window:
    """Office hours within one day, minutes after local midnight, `start` < `end` ≤ 1440."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """From which day on the office keeps which windows, in order and apart."""

    since: date
    windows: tuple[Window, ...]


# 示例: a county enters its own.
_EXAMPLE_HOURS: Final = (Hours(date.min, (Window(8 * 60 + 30, 12 * 60), Window(14 * 60, 17 * 60 + 30))),)


@dataclass(frozen=True, slots=True)
class Calendar:
    """One version of the calendar. `hours` begin with one from the beginning of time; raises Invalid."""

    hours: tuple[Hours, ...] = _EXAMPLE_HOURS
    weekdays: frozenset[int] = _MONDAY_TO_FRIDAY  # 0 is Monday
    holidays: frozenset[date] = field(default_factory=frozenset)
    shifted: frozenset[date] = field(default_factory=frozenset)
    version: int = 0

    def __post_init__(self) -> None:
        for number, said in _faults(self):
            raise Invalid(said, field=number)

    def is_worked(self, day: date) -> bool:
        """Whether the office is open on a day."""
        return day in self.shifted or (day.weekday() in self.weekdays and day not in self.holidays)

    def windows(self, day: date) -> tuple[Window, ...]:
        """The office hours of a day; none on a day that is not worked."""
        if not self.is_worked(day):
            return ()
        return next(one.windows for one in reversed(self.hours) if one.since <= day)


def _faults(calendar: Calendar) -> Iterable[tuple[str, str]]:
    if not calendar.hours or calendar.hours[0].since != date.min:
        yield "hours", "the first office hours hold from the beginning"
    if any(a.since >= b.since for a, b in pairwise(calendar.hours)):
        yield "hours", "office hours follow each other by date"
    for one in calendar.hours:
        edges = [edge for window in one.windows for edge in (window.start, window.end)]
        in_order = all(a < b for a, b in pairwise(edges))
        if not edges or not in_order or edges[0] < 0 or edges[-1] > DAY_MINUTES:
            yield "hours", "the windows of a day follow each other and lie within it"
    if not calendar.weekdays or not calendar.weekdays <= frozenset(range(7)):
        yield "weekdays", "weekdays are 0 (Monday) to 6, at least one"
    if both := calendar.holidays & calendar.shifted:
        yield "holidays", f"{min(both)} is both a holiday and a working day"
    if len(calendar.holidays) + len(calendar.shifted) > MOST_DAYS:
        yield "holidays", f"a calendar holds at most {MOST_DAYS} days"


def midnight(day: date) -> datetime:
    """The beginning of a local day."""
    return datetime.combine(day, time.min, CST)


def local_day(moment: datetime) -> date:
    """The local day of a moment."""
    return moment.astimezone(CST).date()


def at_minute(day: date, minute: int) -> datetime:
    """So many minutes after the beginning of a local day."""
    return midnight(day) + timedelta(minutes=minute)


def calendar_stored(calendar: Calendar) -> dict[str, Any]:
    """The calendar as JSON; its version is kept beside it."""
    return {
        "hours": [
            {
                "since": one.since.isoformat(),
                "windows": [[window.start, window.end] for window in one.windows],
            }
            for one in calendar.hours
        ],
        "weekdays": sorted(calendar.weekdays),
        "holidays": sorted(day.isoformat() for day in calendar.holidays),
        "shifted": sorted(day.isoformat() for day in calendar.shifted),
    }


def calendar_of(stored: Mapping[str, Any], version: int) -> Calendar:
    """The calendar that `calendar_stored` wrote; raises Invalid."""
    hours = tuple(
        Hours(date.fromisoformat(one["since"]), tuple(Window(start, end) for start, end in one["windows"]))
        for one in stored["hours"]
    )
    days = {name: frozenset(map(date.fromisoformat, stored[name])) for name in ("holidays", "shifted")}
    return Calendar(hours, frozenset(stored["weekdays"]), days["holidays"], days["shifted"], version)
