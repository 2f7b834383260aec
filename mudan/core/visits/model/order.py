"""In which order are today's visits made? What is due longest first, then the nearest of what is left.

overdue ─▶ due today ─▶ later       within each, from where one stands to the nearest, from there to the nearest …
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from mudan.primitives.geo import Point, distance_m


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit as far as its order is concerned."""

    id: UUID
    due_on: date | None
    place: Point | None


def ordered(stops: Iterable[Stop], today: date, start: Point | None) -> list[tuple[Stop, float | None]]:
    """Each stop once, with the metres from the one before (None: not known). Without a place: at its group's end."""
    groups: dict[int, list[Stop]] = {}
    for stop in stops:
        groups.setdefault(_group(stop.due_on, today), []).append(stop)
    here, found = start, []
    for _, group in sorted(groups.items()):
        left = sorted(group, key=lambda stop: (stop.due_on or date.max, str(stop.id)))
        while left:
            stop = _nearest(left, here)
            left.remove(stop)
            far = None if here is None or stop.place is None else distance_m(here, stop.place)
            found.append((stop, far))
            here = stop.place or here
    return found


def _group(due_on: date | None, today: date) -> int:
    return 2 if due_on is None or due_on > today else 1 if due_on == today else 0


def _nearest(left: list[Stop], here: Point | None) -> Stop:
    placed = [(stop, stop.place) for stop in left if stop.place is not None]
    if not placed:
        return left[0]
    if here is None:
        return placed[0][0]
    return min(placed, key=lambda one: distance_m(here, one[1]))[0]
