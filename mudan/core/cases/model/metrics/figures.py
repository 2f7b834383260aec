"""What do the counts of a group come to: rates, what corrections leave of them, and a composite of a hundred points?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mudan.core.cases.model.metrics.counts import COUNTS, TIMED
from mudan.core.cases.model.types import Metric
from mudan.primitives.text import Text

COMPOSITES: Final = ("", "online")  # what points can be given in: the vital sign, and online.py
MANUAL_MOST: Final = 10.0  # points that a person may give or take, with a reason
_HOUR_S: Final = 3600.0

Counted = Mapping[tuple[str, str], float]  # (kind, test) → how many


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of a group: its two counts, and its value in the metric's unit; None where nothing was to be done."""

    metric: str
    numerator: float | None
    denominator: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a composite: so many points for a rate of 100 %, or (`inverted`) for one of 0 %."""

    metric: str
    weight: float
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class Composite:
    """Several rates as one figure. `source`: from which kind of document."""

    name: str
    title: Text
    parts: tuple[Part, ...]
    version: int
    source: str


# 示例: the weights of one district's published table; a county enters its own.
VITAL_SIGN: Final = Composite(
    "vital_sign", Text("城管体征（示例）", "vital sign (example)"),
    (Part("handled", 30), Part("handled_in_time", 20), Part("reworked", 20, inverted=True),
     Part("waiting_overdue", 20, inverted=True), Part("extended", 10, inverted=True)),
    1, "城市体征评分表（示例）",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """A part with its points; None where its rate is unknown."""

    part: Part
    value: float | None
    points: float | None


@dataclass(frozen=True, slots=True)
class Score:
    """A composite of a group: `points` of `of` that could be reckoned; `manual` points are not in it."""

    parts: tuple[Scored, ...]
    points: float | None
    of: float


def figure(metric: Metric, counted: Counted) -> Figure:
    """A metric of a group."""
    above, below = COUNTS[metric.numerator], COUNTS[metric.denominator]
    denominator = counted.get((below.kind, below.test), 0.0)
    if metric.unit == "n":
        return Figure(metric.name, denominator, denominator, denominator)
    if above.test in TIMED:
        seconds = counted.get((above.kind, above.test))
        return Figure(metric.name, None, denominator, None if seconds is None else seconds / _HOUR_S)
    numerator = counted.get((above.kind, above.test), 0.0)
    return Figure(metric.name, numerator, denominator, 100 * numerator / denominator if denominator else None)


def without(counted: Counted, excluded: Counted) -> dict[tuple[str, str], float]:
    """The counts without those of excluded cases; times are not added up, and stay."""
    return {
        key: value if key[1] in TIMED else max(0.0, value - excluded.get(key, 0.0))
        for key, value in counted.items()
    }


def score(composite: Composite, figures: Mapping[str, Figure]) -> Score:
    """The points of a composite."""
    parts = tuple(_scored(part, figures.get(part.metric)) for part in composite.parts)
    known = [one for one in parts if one.points is not None]
    points = sum(one.points for one in known if one.points is not None) if known else None
    return Score(parts, points, sum(one.part.weight for one in known))


def _scored(part: Part, figure_: Figure | None) -> Scored:
    if figure_ is None or figure_.value is None:
        return Scored(part, None, None)
    share = figure_.value / 100
    return Scored(part, figure_.value, part.weight * (1 - share if part.inverted else share))
