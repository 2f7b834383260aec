"""On which day of a week is who visited, by which post, and how much is that for each grid? Never for a person.

suggest ─▶ draft ─▶ changed by hand ─▶ publish ─▶ the phones' day lists
overdue: as early as the day holds      due: on the quietest day that is not too late      later: another week
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.primitives.text import Text

POSTS: Final = {  # 示例
    "grid": Text("网格员", "grid worker"),
    "community": Text("社区工作者", "community worker"),
    "doctor": Text("家庭医生", "family doctor"),
    "police": Text("社区民警", "community police"),
    "volunteer": Text("志愿服务队", "volunteers"),
}
FIRST_POST: Final = "grid"
MOST_A_DAY: Final = 12  # 示例: visits of one grid on one day; more is too much for it
DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit that is to find its day."""

    visit: UUID
    area_code: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit on a day by a post; without a day: taken off the plan."""

    visit: UUID
    on: date | None
    post: str = FIRST_POST


@dataclass(frozen=True, slots=True)
class Publication:
    """A plan as it was published to the phones."""

    area_code: str
    visits: int
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class GridWeek:
    """A grid in a week: what is overdue, what has no day yet, and how much each day holds."""

    area_code: str
    overdue: int
    unplanned: int
    loads: tuple[int, ...]


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def days_of(first: date) -> list[date]:
    """The days of a week."""
    return [first + timedelta(days=number) for number in range(DAYS)]


def spread(
    wishes: Iterable[Wish], days: Sequence[date], loads: Mapping[tuple[str, date], int]
) -> dict[UUID, date]:
    """A day for each visit, what is due longest first; `loads`: what the days hold already. No days: none."""
    if not days:
        return {}
    held = dict(loads)
    found: dict[UUID, date] = {}
    for one in sorted(wishes, key=lambda wish: (wish.due_on, str(wish.visit))):
        day = _day(one, days, held)
        held[one.area_code, day] = held.get((one.area_code, day), 0) + 1
        found[one.visit] = day
    return found


def _day(one: Wish, days: Sequence[date], held: Mapping[tuple[str, date], int]) -> date:
    def load(day: date) -> int:
        return held.get((one.area_code, day), 0)

    in_time = [day for day in days if day <= one.due_on]
    if in_time:
        return min(in_time, key=lambda day: (load(day), day))
    free = [day for day in days if load(day) < MOST_A_DAY]
    return free[0] if free else min(days, key=lambda day: (load(day), day))
