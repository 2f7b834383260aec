"""How many points does an area get for what is said to the government online (网络理政)? An example with parameters.

    base − complaints × factor ÷ (km² × population)            0 … base
    + satisfied share × 30                                     0 … 30
    + (2 − days to close) × 10                                 0 … 20
    − repeated complaints × so much each                      −5 … 0
    − closings that were due and not in time × so much each   −5 … 0

示例: base, factor and weights are those of one district's published table; the deductions for repeats and overdue, and
where a part ends, are invented. How large and how peopled an area is, the county says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

from mudan.core.cases.model.metrics.figures import Figure
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

MOST_AREAS: Final = 500
MOST_KM2, MOST_PEOPLE = 1_000_000.0, 100_000_000
_DAY_H: Final = 24.0


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """An area's size in km² and its people. `example`: nobody has verified them."""

    area_code: str
    area_km2: float
    people: int
    example: bool = True


@dataclass(frozen=True, slots=True)
class OnlineRule:
    """The formula's parameters. `people_unit`: of how many people one counts (10,000: 万人)."""

    title: Text
    version: int
    source: str
    base: float = 30.0
    factor: float = 0.002
    people_unit: int = 10_000
    satisfied: float = 30.0
    days: float = 2.0
    per_day: float = 10.0
    most_days: float = 20.0
    each_repeat: float = 0.1
    each_overdue: float = 0.1
    most_taken: float = 5.0

    @property
    def most(self) -> float:
        """The points that can be had."""
        return self.base + self.satisfied + self.most_days


ONLINE: Final = OnlineRule(
    Text("网络理政（示例）", "online government (example)"), 1, "城市体征评分表（示例）"
)


@dataclass(frozen=True, slots=True)
class OnlinePart:
    """A part: from which metric, its value as it goes in, its points (None: cannot be reckoned) of at most how many."""

    name: str
    title: Text
    metric: str
    value: float | None
    points: float | None
    most: float


@dataclass(frozen=True, slots=True)
class OnlineScore:
    """The parts of an area, their sum, and of how many points that could be reckoned."""

    parts: tuple[OnlinePart, ...]
    points: float | None
    of: float


def online_score(rule: OnlineRule, facts: AreaFacts | None, figures: Mapping[str, Figure]) -> OnlineScore:
    """The points of an area from its figures; what is unknown gives and takes nothing, and is not in `of`."""
    parts = (
        _complaints(rule, facts, figures),
        _satisfied(rule, figures),
        _days(rule, figures),
        _taken(rule, "repeats", Text("重复诉求扣分", "for repeats"), figures, "repeated", rule.each_repeat),
        _taken(
            rule, "overdue", Text("超期扣分", "for overdue"), figures, "closed_in_time", rule.each_overdue
        ),
    )
    known = [one.points for one in parts if one.points is not None]
    of = sum(one.most for one in parts if one.points is not None)
    return OnlineScore(parts, sum(known) if of else None, of)


def _complaints(rule: OnlineRule, facts: AreaFacts | None, figures: Mapping[str, Figure]) -> OnlinePart:
    title, found = Text("诉求量", "complaints"), figures.get("outside")
    number = None if found is None else found.numerator
    if number is None or facts is None:
        return OnlinePart("complaints", title, "outside", number, None, rule.base)
    spread = facts.area_km2 * facts.people / rule.people_unit
    points = max(0.0, rule.base - number * rule.factor / spread)
    return OnlinePart("complaints", title, "outside", number, points, rule.base)


def _satisfied(rule: OnlineRule, figures: Mapping[str, Figure]) -> OnlinePart:
    value = figures["satisfied"].value if "satisfied" in figures else None
    points = None if value is None else rule.satisfied * value / 100
    return OnlinePart("satisfied", Text("满意率", "satisfied"), "satisfied", value, points, rule.satisfied)


def _days(rule: OnlineRule, figures: Mapping[str, Figure]) -> OnlinePart:
    hours = figures["close_median"].value if "close_median" in figures else None
    days = None if hours is None else hours / _DAY_H
    points = None if days is None else min(rule.most_days, max(0.0, (rule.days - days) * rule.per_day))
    return OnlinePart(
        "days", Text("办理周期（日）", "days to close"), "close_median", days, points, rule.most_days
    )


def _taken(
    rule: OnlineRule, name: str, title: Text, figures: Mapping[str, Figure], metric: str, each: float
) -> OnlinePart:
    found = figures.get(metric)
    if found is None or found.numerator is None or not found.denominator:
        return OnlinePart(name, title, metric, None, None, 0.0)
    number = found.denominator - found.numerator if name == "overdue" else found.numerator
    return OnlinePart(name, title, metric, number, -min(rule.most_taken, number * each), 0.0)


def checked_facts(rows: Iterable[AreaFacts]) -> tuple[AreaFacts, ...]:
    """The facts of areas, each once. Raises Invalid naming the row and the field."""
    found: dict[str, AreaFacts] = {}
    for at, one in enumerate(rows, 1):
        if at > MOST_AREAS:
            raise Invalid(f"there are at most {MOST_AREAS} areas", field="items")
        if one.area_code in found:
            raise Invalid(f"row {at}: this area stands there twice", field=f"items.{at}.area_code")
        if not isfinite(one.area_km2) or not 0 < one.area_km2 <= MOST_KM2:
            raise Invalid(f"row {at}: an area has more than 0 km²", field=f"items.{at}.area_km2")
        if not 0 < one.people <= MOST_PEOPLE:
            raise Invalid(f"row {at}: an area has more than 0 people", field=f"items.{at}.people")
        found[one.area_code] = one
    return tuple(found.values())


def facts_stored(rows: Iterable[AreaFacts]) -> list[dict[str, Any]]:
    """The facts as they are kept."""
    return [
        {"area_code": one.area_code, "area_km2": one.area_km2, "people": one.people, "example": one.example}
        for one in rows
    ]


def facts_of(content: Iterable[Mapping[str, Any]]) -> dict[str, AreaFacts]:
    """Kept facts by area."""
    return {row["area_code"]: AreaFacts(**row) for row in content}
