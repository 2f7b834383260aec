"""Could a report be of a matter that is known already, and where does the same come back again and again?

All distances and times are examples (示例), to be set by the county.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Final
from uuid import UUID

from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text

NEAR_M: Final = 50.0
WINDOW: Final = timedelta(days=7)
SUGGESTED: Final = 0.4
AGAIN: Final = 3  # so many in the window at one place are a matter of its own
_LEAST_M_PER_DEGREE: Final = 50_000.0  # of longitude below 63 degrees of latitude
_BY_DISTANCE, _BY_CLASS, _BY_TIME = 0.5, 0.3, 0.2


@dataclass(frozen=True, slots=True)
class Report:
    """What is compared: class, place, time; `ended` is shown, for a closed case may have come back."""

    id: UUID
    number: str
    class_code: str
    lon: float | None
    lat: float | None
    at: datetime
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """A known case that may be the same matter, `score` 0 to 1, with what speaks for it."""

    report: Report
    score: float
    distance_m: float
    hours: float
    reasons: tuple[Text, ...]


def twins(
    new: Report, known: Iterable[Report], *, near_m: float = NEAR_M, window: timedelta = WINDOW, most: int = 5
) -> list[Twin]:
    """The cases that may be the same matter, likeliest first; none without a place."""
    found = [twin for one in known if (twin := _twin(new, one, near_m, window)) is not None]
    return sorted(found, key=lambda twin: (-twin.score, twin.report.number))[:most]


def _twin(new: Report, other: Report, near_m: float, window: timedelta) -> Twin | None:
    away, apart = _away(new, other), abs(new.at - other.at)
    alike = _alike(new.class_code, other.class_code)
    if new.id == other.id or away is None or away > near_m or apart > window or alike == 0:
        return None
    score = _BY_DISTANCE * (1 - away / near_m) + _BY_CLASS * alike + _BY_TIME * (1 - apart / window)
    if score < SUGGESTED:
        return None
    hours = apart / timedelta(hours=1)
    reasons = [
        Text("同一小类", "the same class") if alike == 1 else Text("同一大类", "the same main class"),
        Text(f"相距 {away:.0f} 米", f"{away:.0f} m apart"),
        Text(f"相隔 {hours:.0f} 小时", f"{hours:.0f} h apart"),
    ]
    if other.ended:
        reasons.append(Text("该案已结，可能复发", "that case has ended and may have come back"))
    return Twin(other, round(score, 3), away, hours, tuple(reasons))


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    return 0.5 if one[:2] == other[:2] else 0.0


def _away(one: Report, other: Report) -> float | None:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    return distance_m(Point(one.lon, one.lat), Point(other.lon, other.lat))


def repeated(
    reports: Sequence[Report], *, near_m: float = NEAR_M, again: int = AGAIN
) -> list[tuple[Report, ...]]:
    """Places where the same class was reported again and again: groups within reach of their first, largest first."""
    groups: list[list[Report]] = []
    begun: dict[tuple[str, int, int], list[list[Report]]] = {}
    side = near_m / _LEAST_M_PER_DEGREE
    for one in sorted(reports, key=lambda report: (report.at, report.number)):
        if one.lon is None or one.lat is None:
            continue
        x, y = floor(one.lon / side), floor(one.lat / side)
        around = [
            each
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for each in begun.get((one.class_code, x + dx, y + dy), ())
        ]
        group = next((each for each in around if (_away(each[0], one) or 0.0) <= near_m), None)
        if group is None:
            group = []
            groups.append(group)
            begun.setdefault((one.class_code, x, y), []).append(group)
        group.append(one)
    return sorted((tuple(group) for group in groups if len(group) >= again), key=lambda group: -len(group))
