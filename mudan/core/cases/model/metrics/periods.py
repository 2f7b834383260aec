"""From when until when is counted? Months, months from a day, days from an hour, weeks, any range; county time.

month         the calendar month of the day
month_from    from the 19th, so that the 18th still belongs to the month that began before   (示例)
day_from      from noon of the day before until noon of the day                              (示例)
week          Monday to Sunday of the day
range         from a day until the end of another, at most 400
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from mudan.primitives.clock import CST
from mudan.primitives.errors import Invalid

KINDS: Final = ("month", "month_from", "day_from", "week", "range")
FROM_DAY: Final = 19
FROM_HOUR: Final = 12
LONGEST_DAYS: Final = 400
_JUST: Final = timedelta(microseconds=1)  # what happens now has happened
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """A window of time, `until` not within it; aware."""

    kind: str
    since: datetime
    until: datetime

    def known(self, now: datetime) -> datetime:
        """Up to when its cases are judged: its end, or now while it lasts."""
        return min(self.until, max(now + _JUST, self.since))


def period(
    kind: str, day: date, *, last: date | None = None, from_day: int = FROM_DAY, from_hour: int = FROM_HOUR
) -> Period:
    """The window of a kind that a day lies in (day_from: that ends on it); raises Invalid."""
    if not _FIRST <= day <= _LAST:
        raise Invalid("a day between 2000 and 2199", field="day")
    if kind == "month":
        return _period(kind, day.replace(day=1), _next_month(day.replace(day=1)))
    if kind == "month_from":
        if not 1 <= from_day <= 28:
            raise Invalid("a month begins on a day from 1 to 28", field="from_day")
        first = day.replace(day=from_day)
        first = first if first <= day else _month_before(first)
        return _period(kind, first, _next_month(first))
    if kind == "day_from":
        if not 0 <= from_hour <= 23:
            raise Invalid("a day begins at an hour from 0 to 23", field="from_hour")
        end = datetime.combine(day, time(from_hour), CST) if from_hour else _at(day + timedelta(days=1))
        return Period(kind, end - timedelta(days=1), end)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return _period(kind, monday, monday + timedelta(days=7))
    if kind != "range":
        raise Invalid("there is no such window", field="window")
    until = day if last is None else last
    if not day <= until <= day + timedelta(days=LONGEST_DAYS - 1) or until > _LAST:
        raise Invalid(f"a range ends after it began, and has at most {LONGEST_DAYS} days", field="last")
    return _period(kind, day, until + timedelta(days=1))


def _period(kind: str, since: date, until: date) -> Period:
    return Period(kind, _at(since), _at(until))


def _at(day: date) -> datetime:
    return datetime.combine(day, time.min, CST)


def _next_month(first: date) -> date:
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _month_before(first: date) -> date:
    return (first.replace(day=1) - timedelta(days=1)).replace(day=first.day)
