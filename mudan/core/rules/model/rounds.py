"""In which order are the rows of a batch judged? Each slot at most once in a round."""

from typing import Any

import numpy as np
import numpy.typing as npt

from mudan.core.observations.model import Columns

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def rounds(rows: Ints, slots: Ints, columns: Columns) -> list[Ints]:
    """Rows dealt into rounds that hold each slot at most once and take each entity's moments in order.

    Of several measurements of one slot and moment the first counts, as in the history.
    """
    order = rows[np.lexsort((columns.observed_us[rows], slots[rows]))]
    new_slot = _starts(slots[order])
    if new_slot.all():
        return [order]
    order = order[new_slot | _starts(columns.observed_us[order])]
    order = order[np.lexsort((columns.observed_us[order], columns.entity[order]))]
    new_entity = _starts(columns.entity[order])
    step = np.cumsum(new_entity | _starts(columns.observed_us[order]))
    nth: Ints = step - np.maximum.accumulate(np.where(new_entity, step, 0))
    return [order[nth == n] for n in range(int(nth.max()) + 1)]


def _starts(column: npt.NDArray[Any]) -> Bools:
    """Where a value differs from the one before it."""
    starts: Bools = np.r_[True, column[1:] != column[:-1]]
    return starts


def ranges(starts: Ints, counts: Ints) -> Ints:
    """start, start + 1, … for each start, one after another."""
    if not len(starts):
        return np.zeros(0, np.int64)
    shift = np.repeat(starts - np.r_[0, np.cumsum(counts)[:-1]], counts)
    ranged: Ints = shift + np.arange(int(counts.sum()))
    return ranged
