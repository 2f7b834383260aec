"""What is left for the next call when a unit goes, and where should one that is free wait?

Expected coverage (MEXCLP): a place is covered by k free units within TARGET_S with probability 1 − q^k, where
q is how busy units are. Coverage is the share of demand covered; a unit's loss is what falls when it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mudan.primitives.geo import Point

TARGET_S: Final = 480.0  # 示例: eight minutes by road
BUSY: Final = 0.3  # 示例: how often a unit is busy
LEAST_GAIN: Final = 0.01  # below one hundredth of the demand nobody is moved
F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Demand:
    """A place where calls come from, with its weight."""

    name: str
    point: Point
    weight: float


@dataclass(frozen=True, slots=True)
class MoveUp:
    """Advice: let the unit (index) wait at the post (index); coverage before and after, 0 to 1."""

    unit: int
    post: int
    before: float
    after: float


def coverage(seconds: F64, weights: F64) -> float:
    """Share of the demand covered by units whose times to it are given as [units, places]."""
    if not len(weights) or not weights.sum():
        return 0.0
    within = (seconds <= TARGET_S).sum(axis=0) if len(seconds) else np.zeros(len(weights))
    return float((weights * (1 - BUSY**within)).sum() / weights.sum())


def losses(seconds: F64, weights: F64) -> F64:
    """What coverage loses when each unit alone goes: [units]."""
    if not len(seconds) or not weights.sum():
        return np.zeros(len(seconds))
    near = seconds <= TARGET_S
    within = near.sum(axis=0)
    marginal = weights * (BUSY ** np.maximum(within - 1, 0)) * (1 - BUSY)
    lost: F64 = (near * marginal).sum(axis=1) / weights.sum()
    return lost


def move_up(
    free: F64, others: F64, posts: F64, weights: F64, *, units: Sequence[int] | None = None
) -> MoveUp | None:
    """The one move that raises coverage most (DMEXCLP), or None when none is worth it.

    `free` [m, places]: times from where movable units are; `others` [n, places]: units that stay;
    `posts` [p, places]: times from each post.
    """
    if not len(posts) or not len(free):
        return None
    best: MoveUp | None = None
    now = coverage(np.vstack([free, others]), weights)
    for unit in range(len(free)) if units is None else units:
        rest: Any = np.vstack([np.delete(free, unit, axis=0), others])
        within = (rest <= TARGET_S).sum(axis=0)
        added = (posts <= TARGET_S) * (weights * BUSY**within * (1 - BUSY))
        gains = added.sum(axis=1) / weights.sum()
        post = int(np.argmax(gains))
        after = coverage(rest, weights) + float(gains[post])
        if after - now >= LEAST_GAIN and (best is None or after > best.after):
            best = MoveUp(unit, post, now, after)
    return best
