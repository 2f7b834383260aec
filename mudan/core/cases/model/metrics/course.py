"""How do cases come in over a window: by the hour, by the day, of which class; and against which window are they held?

环比    the window of the same kind that ends where this one begins
同比    the same window a year before (of a week: 52 weeks before)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mudan.primitives.errors import Invalid

HOURS: Final = 24
_YEAR_OF_WEEKS: Final = timedelta(weeks=52)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a window is asked by; `last` only of a range."""

    day: date
    last: date | None = None


def period_before(kind: str, asked: Days, since: date) -> Days:
    """The days of the window that ends where this one begins; `since`: the county's day on which this one begins."""
    if kind in ("month", "month_from"):
        return Days(since - _DAY)
    if kind == "week":
        return Days(asked.day - 7 * _DAY)
    if kind == "day_from":
        return Days(asked.day - _DAY)
    last = asked.last or asked.day
    length = last - asked.day + _DAY
    return Days(asked.day - length, last - length)


def year_before(kind: str, asked: Days) -> Days:
    """The days of the same window a year before."""
    if kind == "week":
        return Days(asked.day - _YEAR_OF_WEEKS)
    return Days(_last_year(asked.day), None if asked.last is None else _last_year(asked.last))


def _last_year(day: date) -> date:
    if day.year <= 1:
        raise Invalid("there is no year before", field="day")
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def peak(by_hour: Sequence[int]) -> tuple[int, ...]:
    """The hours in which the most came in; none when nothing did, or when all hours are alike."""
    most = max(by_hour, default=0)
    return tuple(hour for hour, number in enumerate(by_hour) if number == most) if most > min(by_hour) else ()


def most_frequent(by_class: Mapping[str, int]) -> tuple[str, int, float] | None:
    """The class of the most cases (of several the first by its name), how many, and its share in per cent."""
    total = sum(by_class.values())
    if not total:
        return None
    name = min(by_class, key=lambda one: (-by_class[one], one))
    return name, by_class[name], 100 * by_class[name] / total
