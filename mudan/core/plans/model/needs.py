"""What must be read for these plans to be judged? The quantities, entities and windows they speak of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from mudan.core.plans.model.conditions import Count, Reading, Warnings
from mudan.core.plans.model.types import Plan
from mudan.core.rules.model import Level

# Quantities that tell by hazard which warning is in force: 0 none, 1 blue, 2 yellow, 3 orange, 4 red.
WARNING_PREFIX = "warning_"


def level_of_warning(value: float) -> Level:
    """Blue (1) is level IV, red (4) level I. Raises ValueError for what is no warning."""
    return Level(5 - int(value))


@dataclass(slots=True)
class Needs:
    """`windows`: the longest change asked of a quantity; `lately`: the longest window that is counted in."""

    quantities: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    urns: set[str] = field(default_factory=set)
    windows: dict[str, timedelta] = field(default_factory=dict)
    hazards: set[str] = field(default_factory=set)
    lately: timedelta = timedelta()


def needs_of(plans: Iterable[Plan]) -> Needs:
    """All that the conditions of these plans look at."""
    needs = Needs()
    for plan in plans:
        for condition in plan.conditions.values():
            if isinstance(condition, Reading):
                _reading(condition, needs)
            elif isinstance(condition, Warnings):
                needs.hazards |= set(condition.warnings.hazards)
            elif isinstance(condition, Count):
                needs.lately = max(needs.lately, condition.count.within)
    return needs


def _reading(condition: Reading, needs: Needs) -> None:
    needs.quantities.add(condition.reading)
    if condition.of.urn:
        needs.urns.add(condition.of.urn)
    else:
        needs.types.add(condition.of.type)
    if condition.change_over is not None:
        before = needs.windows.get(condition.reading, timedelta())
        needs.windows[condition.reading] = max(before, condition.change_over)
