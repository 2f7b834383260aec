"""How much may be replayed at once, and how do recorded rows become steps over time?

    start ├──┬──┬──┬── … ──┤ end        one position of every moving thing in every step: the last one in it
          step_s

All times in a replay are seconds since `start`; what had begun before has a negative time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

MOST_WINDOW: Final = timedelta(days=7)
MOST_STEPS: Final = 2_000
USUAL_STEPS: Final = 720  # when no step is asked for: finer than vehicles report costs time and shows nothing
MOST_POINTS: Final = 200_000  # positions of all moving things together
MOST_ROWS: Final = 5_000  # of each kind of other things; what is left out is said
LOOKBACK: Final = timedelta(minutes=15)  # a position older than that when the window begins is not shown
DEGREES: Final = 100_000  # a place is sent in units of 1/100,000 degree, about a metre
_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


@dataclass(frozen=True, slots=True)
class Window:
    """What is replayed: from `start` (included) to `end` (excluded) in `steps` of `step_s` seconds."""

    start: datetime
    end: datetime
    step_s: int

    @property
    def steps(self) -> int:
        """How many steps; the last may be short."""
        return ceil((self.end - self.start).total_seconds() / self.step_s)

    def seconds(self, at: datetime) -> float:
        """Seconds since the start, negative for what was before."""
        return round((at - self.start).total_seconds(), 1)


@dataclass(frozen=True, slots=True)
class Track:
    """Where one thing was: seconds and places as columns. `kind` is a unit's kind, else the entity's type."""

    id: str
    name: Text
    kind: str
    unit: str
    at_s: tuple[float, ...]
    lon: tuple[int, ...]
    lat: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, for the list beside the map."""

    at_s: float
    noun: str
    ref: str
    level: int | None
    mark: str
    text: Text


@dataclass(frozen=True, slots=True)
class Replay:
    """What was recorded of a window. `cut`: kinds of which there was more than is given."""

    window: Window
    tracks: tuple[Track, ...]
    homes: tuple[Mapping[str, Any], ...]
    alarms: tuple[Mapping[str, Any], ...]
    incidents: tuple[Mapping[str, Any], ...]
    tasks: tuple[Mapping[str, Any], ...]
    closures: tuple[Mapping[str, Any], ...]
    warnings: tuple[Mapping[str, Any], ...]
    responses: tuple[Mapping[str, Any], ...]
    lines: tuple[Line, ...]
    cut: tuple[str, ...]


def window(start: datetime, end: datetime, step_s: int | None, movers: int, now: datetime) -> Window:
    """The window that is asked for, with a step that suits its size unless one is given.

    Raises Invalid, with what would fit, when it is empty, in the future or too large.
    """
    end = min(end, now)
    if end <= start:
        raise Invalid("a replay ends after it begins, and neither is in the future", field="to")
    if end - start > MOST_WINDOW:
        raise Invalid(f"a replay covers at most {MOST_WINDOW.days} days; ask for less", field="from")
    span_s = (end - start).total_seconds()
    fitting = [one for one in _STEPS_S if _fits(span_s, one, movers)]
    if not fitting:
        fit_s = MOST_POINTS // max(movers, 1) * _STEPS_S[-1]
        raise Invalid(
            f"{movers} things moved: at most {fit_s // 3600} hours can be replayed at once", field="from"
        )
    if step_s is not None and not _fits(span_s, step_s, movers):
        raise Invalid(f"too many steps; the finest for this window is {fitting[0]} s", field="step_s")
    usual = next((one for one in fitting if span_s / one <= USUAL_STEPS), fitting[-1])
    return Window(start, end, step_s if step_s is not None else usual)


def _fits(span_s: float, step_s: int, movers: int) -> bool:
    steps = ceil(span_s / step_s)
    return steps <= MOST_STEPS and steps * movers <= MOST_POINTS


def tracks(span: Window, rows: Iterable[Mapping[str, Any]]) -> tuple[Track, ...]:
    """Rows of id, name_zh, name_en, kind, unit, at, lon, lat as one track for each id, in the order of time."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(row)
    made = []
    for key, points in found.items():
        points.sort(key=lambda one: one["at"])
        first = points[0]
        made.append(
            Track(
                key, Text(first["name_zh"], first["name_en"]), first["kind"], first["unit"] or "",
                tuple(span.seconds(one["at"]) for one in points),
                tuple(round(one["lon"] * DEGREES) for one in points),
                tuple(round(one["lat"] * DEGREES) for one in points),
            )
        )  # fmt: skip
    return tuple(made)


def changed(span: Window, first: Any, events: Sequence[Mapping[str, Any]]) -> list[tuple[float, Any]]:
    """(second, value) of something that had the value `first` before its first event; repeats are left out.

    `events` hold `at` and `to` in the order of time. `first` None: it was not there before.
    """
    steps: list[tuple[float, Any]] = []
    for one in events:
        if one["to"] != (steps[-1][1] if steps else first):
            steps.append((span.seconds(one["at"]), one["to"]))
    return steps
