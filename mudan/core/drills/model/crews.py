"""What would a crew that nobody plays do next, and where is its vehicle by then? All 示例, in drill seconds."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from mudan.primitives.geo import Point, distance_m

SPEED_MS: Final = 11.0  # about 40 km/h
THERE_M: Final = 60.0
# state → (drill seconds that it lasts, what is reported then)
_HABITS: Final[dict[str, tuple[float, str]]] = {
    "offered": (20, "accept"),
    "accepted": (30, "depart"),
    "on_scene": (60, "work"),
    "working": (900, "complete"),
    "staging": (120, "arrive"),
    "transporting": (600, "deliver"),
    "at_destination": (300, "complete"),
}
MOVING: Final = frozenset({"en_route", "transporting"})


def next_report(state: str, for_s: float, left_m: float | None) -> str | None:
    """What the crew reports now, after so many drill seconds in a state with so many metres left; None: nothing."""
    if state == "en_route":
        return "arrive" if left_m is not None and left_m <= THERE_M else None
    habit = _HABITS.get(state)
    return habit[1] if habit is not None and for_s >= habit[0] else None


def along(way: Sequence[Point], metres: float) -> tuple[Point, float]:
    """Where somebody is who went so far along a way, and the metres that are left."""
    left = metres
    for n, (a, b) in enumerate(pairwise(way)):
        length = distance_m(a, b)
        if left < length:
            share = left / length
            here = Point(a.lon + (b.lon - a.lon) * share, a.lat + (b.lat - a.lat) * share)
            return here, length - left + sum(distance_m(c, d) for c, d in pairwise(way[n + 1 :]))
        left -= length
    return way[-1], 0.0
