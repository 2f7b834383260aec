"""How is a batch of one thing written down in a line?"""

import numpy as np

from mudan.core.observations.model import I16, Columns

ENTITY, QUANTITY = 7, 3


def batch(*rows: tuple[int, float], entity: int = ENTITY, quality: int = 0, delay_us: int = 0) -> Columns:
    """Columns of (observed µs, value) of one entity and quantity, received `delay_us` later."""
    return Columns.of(
        [entity] * len(rows),
        [QUANTITY] * len(rows),
        [value for _, value in rows],
        [at for at, _ in rows],
        [at + delay_us for at, _ in rows],
        [quality] * len(rows),
    )


def zeros(columns: Columns) -> I16:
    """The data space of reality for every row."""
    return np.zeros(len(columns), np.int16)
