"""How do observations enter? Written with their latest values, in the transaction of their batch."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import numpy.typing as npt
from psycopg import errors

from mudan.core.observations import queries, store
from mudan.core.observations.model import I16, Columns, Quantity, live_rows
from mudan.primitives.clock import US_PER_S
from mudan.storage.pool import Connection

FLUSH_US = US_PER_S  # latest values of a busy centre are materialised this often
SMALL = 500  # so few waiting values are materialised with their own batch


async def declare(connection: Connection, quantities: Iterable[Quantity]) -> dict[str, int]:
    """Make quantities known; returns every quantity's id by name."""
    await store.declare_quantities(connection, quantities)
    return await queries.quantity_ids(connection)


async def prepare_days(connection: Connection, today: date, ahead: int = 7) -> frozenset[str]:
    """Make the partitions from yesterday to `ahead` days from now; returns all partitions there are."""
    yesterday = date.fromordinal(today.toordinal() - 1)
    await store.make_partitions(connection, yesterday.isoformat(), ahead + 2)
    return await store.partitions(connection)


async def known_latest(connection: Connection) -> Columns:
    """All latest values, brought up to date after an unclean stop."""
    await store.catch_up_latest(connection)
    return await queries.latest_columns(connection)


class Recorder:
    """Writes batches and keeps the latest value of everything in memory and, soon after, in its table."""

    def __init__(self, partitions: frozenset[str], known: Columns) -> None:
        self.partitions = partitions
        self.latest = LatestValues(known)
        self._flushed_us = 0

    async def record(self, connection: Connection, columns: Columns, space: I16, now_us: int) -> int:
        """Write a batch within the caller's transaction; returns how many observations were new."""
        if not len(columns):
            return 0
        try:
            async with connection.transaction():
                written = await store.write(connection, columns, space, self.partitions)
        except errors.CheckViolation:
            self.partitions = await store.partitions(connection)
            written = await store.write(connection, columns, space, self.partitions)
        due = self.latest.take(columns, space)
        if self.latest.has_new or due <= SMALL or now_us - self._flushed_us >= FLUSH_US:
            waiting, spaces = self.latest.waiting()
            if len(waiting):
                await store.write_latest(connection, waiting, spaces)
            self._flushed_us = now_us
        return written

    async def flush(self, connection: Connection, now_us: int) -> None:
        """Materialise what waits, when a quiet moment comes."""
        waiting, spaces = self.latest.waiting()
        if len(waiting):
            await store.write_latest(connection, waiting, spaces)
        self._flushed_us = now_us

    def settled(self) -> None:
        """The transaction was committed: what was materialised need not be again."""
        self.latest.settle()


class LatestValues:
    """The latest value of every (entity, quantity), as columns; marks which are not yet materialised."""

    def __init__(self, known: Columns) -> None:
        order = np.argsort(_keys(known))
        self._columns = known.where(order)
        self._keys = _keys(self._columns)
        self._space = np.zeros(len(known), np.int16)
        self._dirty = np.zeros(len(known), np.bool_)
        self._sent = np.zeros(len(known), np.bool_)
        self.has_new = False

    def take(self, columns: Columns, space: I16) -> int:
        """Take in a batch; returns how many latest values wait to be materialised."""
        rows = np.flatnonzero(live_rows(columns))
        if len(rows):
            keys = _keys(columns)[rows]
            order = rows[np.lexsort((columns.observed_us[rows], keys))]
            sorted_keys = _keys(columns)[order]
            last = np.flatnonzero(np.r_[sorted_keys[1:] != sorted_keys[:-1], True])
            self._put(columns.where(order[last]), sorted_keys[last], space[order[last]])
        return int(np.count_nonzero(self._dirty))

    def _put(self, rows: Columns, keys: npt.NDArray[np.int64], space: I16) -> None:
        at = np.searchsorted(self._keys, keys)
        inside = np.minimum(at, max(len(self._keys) - 1, 0))
        known = self._keys[inside] == keys if len(self._keys) else np.zeros(len(keys), np.bool_)
        if not known.all():
            self._grow(rows.where(~known), keys[~known], space[~known])
            at = np.searchsorted(self._keys, keys)
        newer = rows.observed_us >= self._columns.observed_us[at]
        at, rows = at[newer], rows.where(newer)
        held = self._columns
        held.value[at], held.quality[at] = rows.value, rows.quality
        held.observed_us[at], held.received_us[at] = rows.observed_us, rows.received_us
        self._dirty[at] = True
        self._sent[at] = False

    def _grow(self, rows: Columns, keys: npt.NDArray[np.int64], space: I16) -> None:
        joined_keys = np.r_[self._keys, keys]
        order = np.argsort(joined_keys, kind="stable")
        self._columns = Columns.joined([self._columns, rows]).where(order)
        self._keys = joined_keys[order]
        self._space = np.r_[self._space, space][order]
        self._dirty = np.r_[self._dirty, np.ones(len(keys), np.bool_)][order]
        self._sent = np.r_[self._sent, np.zeros(len(keys), np.bool_)][order]
        self.has_new = True

    def columns(self) -> Columns:
        """All latest values; not to be changed."""
        return self._columns

    def value(self, entity: int, quantity: int) -> tuple[float, int] | None:
        """The latest value and its observed time (µs since 1970 UTC), if there is one."""
        key = entity << 16 | quantity
        at = int(np.searchsorted(self._keys, key))
        if at == len(self._keys) or self._keys[at] != key:
            return None
        return float(self._columns.value[at]), int(self._columns.observed_us[at])

    def values(self, entities: npt.NDArray[np.int64], quantity: int) -> npt.NDArray[np.float64]:
        """The latest value of one quantity of each entity, NaN where there is none."""
        found = np.full(len(entities), np.nan)
        if len(self._keys):
            keys = entities << 16 | quantity
            at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            known = self._keys[at] == keys
            found[known] = self._columns.value[at[known]]
        return found

    def waiting(self) -> tuple[Columns, I16]:
        """The values that are not yet materialised, and their data spaces; now under way."""
        self._sent = self._dirty.copy()
        rows = np.flatnonzero(self._dirty)
        return self._columns.where(rows), self._space[rows]

    def settle(self) -> None:
        """Those under way have been committed."""
        self._dirty &= ~self._sent
        self._sent[:] = False
        self.has_new = False


def _keys(columns: Columns) -> npt.NDArray[np.int64]:
    return columns.entity.astype(np.int64) << 16 | columns.quantity.astype(np.int64)
