"""Who goes where when several matters are open: all at once, beside one after the other?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
WEIGHTS: Final = {1: 8.0, 2: 4.0, 3: 2.0, 4: 1.0}  # 示例: a second for a level I counts eight times
NEVER_S: Final = 1e6


@dataclass(frozen=True, slots=True)
class Call:
    """One place to be filled: of which matter, at which level."""

    matter: int
    level: int


@dataclass(frozen=True, slots=True)
class Match:
    """A unit (index) for a call (index), and how long it drives; None where nobody can come."""

    call: int
    unit: int | None
    seconds: float | None


def greedy(seconds: F64, calls: Sequence[Call]) -> list[Match]:
    """The gravest first, each the nearest that is left. `seconds` [calls, units]; inf where one cannot go."""
    left = np.ones(seconds.shape[1], bool)
    found: dict[int, Match] = {}
    for call in sorted(range(len(calls)), key=lambda one: (calls[one].level, one)):
        row = np.where(left, seconds[call], np.inf)
        unit = int(np.argmin(row)) if len(row) else -1
        if unit < 0 or not np.isfinite(row[unit]):
            found[call] = Match(call, None, None)
            continue
        left[unit] = False
        found[call] = Match(call, unit, float(row[unit]))
    return [found[call] for call in range(len(calls))]


def joint(seconds: F64, calls: Sequence[Call]) -> list[Match]:
    """The assignment with the least weighted time over all calls; a call that nobody can reach stays open."""
    if not len(calls) or not seconds.shape[1]:
        return [Match(call, None, None) for call in range(len(calls))]
    from scipy.optimize import linear_sum_assignment  # slow to import: the devices are answered first

    weights = np.array([WEIGHTS[one.level] for one in calls])
    cost = np.where(np.isfinite(seconds), seconds, NEVER_S) * weights[:, None]
    rows, columns = linear_sum_assignment(cost)
    chosen = dict(zip(rows.tolist(), columns.tolist(), strict=True))
    return [
        Match(call, unit, float(seconds[call, unit]))
        if (unit := chosen.get(call)) is not None and np.isfinite(seconds[call, unit])
        else Match(call, None, None)
        for call in range(len(calls))
    ]
