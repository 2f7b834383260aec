"""Which conditions began or ended with these measurements? Judged on columns; Python runs for changes only.

    false ──true──▶ holding ──hold_s──▶ ACTIVE ──false──▶ releasing ──release_s──▶ false
                       └─────false─────▶ false     ▲──────true──────┘

Of the rules of one group on one entity only the gravest is active; a graver one takes over from a milder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mudan.core.observations.model import Columns, live_rows
from mudan.core.rules.model.table import COMPARE, RATE, STALE, Judged, Table, build, holds, leaves, slot_keys
from mudan.core.rules.model.types import Rule
from mudan.primitives.clock import US_PER_S

RING = 64  # samples kept for each rate of change
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Crossing(NamedTuple):
    """A condition began (`active`) or ended; times in µs since 1970 UTC, value and limit of one leaf."""

    rule: Rule
    entity: int
    active: bool
    quantity: str
    value: float
    limit: float
    at_us: int
    taken_over: bool = False


class Repeat(NamedTuple):
    """A standing condition was confirmed by `times` more measurements, the last one `value` at `at_us`."""

    rule: Rule
    entity: int
    value: float
    at_us: int
    times: int


@dataclass(slots=True)
class Judgement:
    """What a batch of measurements meant."""

    crossings: list[Crossing]
    repeats: list[Repeat]


class Engine:
    """The rules over the present entities, with the state that carries them from batch to batch."""

    def __init__(self, quantities: Mapping[str, int], now_us: int) -> None:
        self._quantities = quantities
        self._started_us = now_us
        self._load(build((), (), quantities))

    def install(self, rules: Iterable[Rule], entities: Iterable[Judged]) -> None:
        """Lay the rules out over the entities; what was known of those that stay is carried over."""
        old, old_by_name = (
            self._table,
            {(i.rule.name, i.entity): n for n, i in enumerate(self._table.instances)},
        )
        kept = (self._state, self._last_us, self._heard_us, self._value, self._ring_us, self._ring_value)
        active, since = self._active, self._since_us
        self._load(build(rules, entities, self._quantities))
        table = self._table
        at = old.find(table.keys)
        known = at >= 0
        for new, before in zip(
            (self._last_us, self._heard_us, self._value, self._ring_us, self._ring_value),
            kept[1:],
            strict=True,
        ):
            if new.shape[1:] == before.shape[1:]:
                new[known] = before[at[known]]
        for number, instance in enumerate(table.instances):
            n = old_by_name.get((instance.rule.name, instance.entity))
            if n is None or old.instances[n].count != instance.count:
                continue
            self._active[number], self._since_us[number] = active[n], since[n]
            first = old.instances[n].first
            self._state[instance.first : instance.first + instance.count] = kept[0][
                first : first + instance.count
            ]

    def restore(self, standing: Iterable[tuple[str, int]]) -> None:
        """Mark (rule name, entity) pairs as already active, so that nothing standing is raised again."""
        names = set(standing)
        for number, instance in enumerate(self._table.instances):
            if (instance.rule.name, instance.entity) in names:
                self._active[number] = True
                self._state[instance.first : instance.first + instance.count] = True

    def judge(self, columns: Columns) -> Judgement:
        """Judge measurements in the order of their times; older ones than already judged are history."""
        judgement = Judgement([], [])
        repeats: dict[int, Repeat] = {}
        slots = self._table.find(slot_keys(columns.entity, columns.quantity))
        rows = np.flatnonzero((slots >= 0) & live_rows(columns) & np.isfinite(columns.value))
        if not len(rows):
            return judgement
        order = rows[np.lexsort((columns.observed_us[rows], slots[rows]))]
        for picked in _rounds(order, slots[order]):
            self._round(
                slots[picked],
                columns.value[picked],
                columns.observed_us[picked],
                columns.received_us[picked],
                judgement,
                repeats,
            )
        judgement.repeats.extend(repeats.values())
        return judgement

    def tick(self, now_us: int) -> Judgement:
        """Judge the passing of time: silence, and delays that have run out."""
        judgement = Judgement([], [])
        table = self._table
        stale = np.flatnonzero(table.kind == STALE)
        if len(stale):
            heard = np.maximum(self._heard_us[table.slot[stale]], self._started_us)
            quiet = now_us - heard > table.limit[stale] * US_PER_S
            self._changed(stale, quiet, now_us, judgement)
        for number in np.flatnonzero(self._since_us > 0):
            self._settle(int(number), now_us, judgement)
        return judgement

    def _load(self, table: Table) -> None:
        self._table = table
        slots, leaf_count, count = len(table.keys), len(table.kind), len(table.instances)
        self._last_us = np.zeros(slots, np.int64)
        self._heard_us = np.zeros(slots, np.int64)
        self._value = np.full(slots, np.nan)
        self._state = np.zeros(leaf_count, np.bool_)
        self._active = np.zeros(count, np.bool_)
        self._since_us = np.zeros(count, np.int64)  # when the present hold or release began, 0 when none
        self._groups: dict[tuple[int, str], list[int]] = {}
        for number, instance in enumerate(table.instances):
            if instance.rule.group:
                self._groups.setdefault((instance.entity, instance.rule.group), []).append(number)
        rated = np.zeros(slots, np.bool_)
        rated[table.slot[table.kind == RATE]] = True
        self._rated = rated
        ring = RING if rated.any() else 0
        self._ring_us = np.zeros((slots, ring), np.int64)
        self._ring_value = np.full((slots, ring), np.nan)

    def _round(
        self,
        slots: Ints,
        values: Floats,
        observed: Ints,
        received: Ints,
        judgement: Judgement,
        repeats: dict[int, Repeat],
    ) -> None:
        """Judge at most one measurement of each slot."""
        np.maximum.at(self._heard_us, slots, received)
        fresh = observed >= self._last_us[slots]
        slots, values, observed = slots[fresh], values[fresh], observed[fresh]
        again = (observed == self._last_us[slots]) & (values == self._value[slots])
        self._last_us[slots], self._value[slots] = observed, values
        self._remember(slots, values, observed)
        table = self._table
        counts = table.starts[slots + 1] - table.starts[slots]
        row = np.repeat(np.arange(len(slots)), counts)
        leaf = table.watch[_ranges(table.starts[slots], counts)]
        truth = self._truth(leaf, slots[row], values[row], observed[row])
        for which in np.flatnonzero(
            truth & self._state[leaf] & self._active[table.instance[leaf]] & ~again[row]
        ):
            number = int(table.instance[leaf[which]])
            instance, before = table.instances[number], repeats.get(number)
            repeats[number] = Repeat(
                instance.rule, instance.entity, float(values[row[which]]), int(observed[row[which]]),
                1 + (before.times if before else 0),
            )  # fmt: skip
        changed = np.flatnonzero(truth != self._state[leaf])
        if len(changed):
            moments = observed[row[changed]]
            self._changed_at(leaf[changed], truth[changed], moments, judgement)
        for number in np.unique(table.instance[leaf])[self._since_us[np.unique(table.instance[leaf])] > 0]:
            self._settle(int(number), int(observed.max()), judgement)

    def _truth(self, leaf: Ints, slot: Ints, value: Floats, observed: Ints) -> Bools:
        table = self._table
        kind = table.kind[leaf]
        op = table.op[leaf]
        rates = np.flatnonzero(kind == RATE)
        if len(rates):
            value = value.copy()
            value[rates] = self._change(leaf[rates], slot[rates], value[rates], observed[rates])
        slack = np.where(self._state[leaf], table.hysteresis[leaf], 0.0)
        limit = table.limit[leaf]
        truth = np.select(
            [op == 0, op == 1, op == 2, op == 3, op == 4],
            [
                value >= limit - slack,
                value > limit - slack,
                value <= limit + slack,
                value < limit + slack,
                value == limit,
            ],
            value != limit,
        )
        judged: Bools = truth & (kind != STALE)
        return judged

    def _change(self, leaf: Ints, slot: Ints, value: Floats, observed: Ints) -> Floats:
        """The rise from the lowest (or fall from the highest) value within each leaf's window."""
        table = self._table
        inside = self._ring_us[slot] >= (observed - table.window_us[leaf])[:, None]
        falling = np.isin(table.op[leaf], (2, 3))
        past = self._ring_value[slot]
        low = np.min(np.where(inside, past, np.inf), axis=1)
        high = np.max(np.where(inside, past, -np.inf), axis=1)
        change: Floats = value - np.where(falling, np.maximum(high, value), np.minimum(low, value))
        return change

    def _remember(self, slots: Ints, values: Floats, observed: Ints) -> None:
        rated = np.flatnonzero(self._rated[slots])
        if not len(rated):
            return
        slot = slots[rated]
        newest = self._ring_us[slot, -1]
        keep = observed[rated] - newest >= self._spacing_us(slot)
        rated, slot = rated[keep], slot[keep]
        self._ring_us[slot] = np.roll(self._ring_us[slot], -1, axis=1)
        self._ring_value[slot] = np.roll(self._ring_value[slot], -1, axis=1)
        self._ring_us[slot, -1] = observed[rated]
        self._ring_value[slot, -1] = values[rated]

    def _spacing_us(self, slot: Ints) -> Ints:
        longest = np.zeros(len(self._table.keys), np.int64)
        rates = self._table.kind == RATE
        np.maximum.at(longest, self._table.slot[rates], self._table.window_us[rates])
        spacing: Ints = longest[slot] // (RING - 2)
        return spacing

    def _changed(self, leaf: Ints, truth: Bools, now_us: int, judgement: Judgement) -> None:
        changed = np.flatnonzero(truth != self._state[leaf])
        if len(changed):
            moments = np.full(len(changed), now_us, np.int64)
            self._changed_at(leaf[changed], truth[changed], moments, judgement)

    def _changed_at(self, leaf: Ints, truth: Bools, moments: Ints, judgement: Judgement) -> None:
        self._state[leaf] = truth
        instances = self._table.instance[leaf]
        for number in np.unique(instances):
            self._settle(int(number), int(moments[instances == number].max()), judgement)

    def _settle(self, number: int, now_us: int, judgement: Judgement) -> None:
        """Bring one rule on one entity to the state that its leaves and delays ask for."""
        instance = self._table.instances[number]
        states = self._state[instance.first : instance.first + instance.count]
        wanted = holds(instance.rule.condition, [bool(state) for state in states])
        if wanted == bool(self._active[number]):
            self._since_us[number] = 0
            return
        delay_us = int((instance.rule.hold_s if wanted else instance.rule.release_s) * US_PER_S)
        if not self._since_us[number]:
            self._since_us[number] = now_us
        if now_us - self._since_us[number] < delay_us:
            return
        self._since_us[number] = 0
        self._switch(number, now_us, judgement, active=wanted)

    def _switch(self, number: int, now_us: int, judgement: Judgement, *, active: bool) -> None:
        instance = self._table.instances[number]
        if active and self._graver_active(number):
            return
        self._active[number] = active
        judgement.crossings.append(self._crossing(number, now_us, active=active))
        for other in self._groups.get((instance.entity, instance.rule.group), ()):
            if other == number:
                continue
            if active and self._active[other]:
                self._active[other] = False
                judgement.crossings.append(
                    self._crossing(other, now_us, active=False)._replace(taken_over=True)
                )
            elif not active:
                self._settle(other, now_us, judgement)

    def _graver_active(self, number: int) -> bool:
        instance = self._table.instances[number]
        return any(
            self._active[other] and self._table.instances[other].rule.level < instance.rule.level
            for other in self._groups.get((instance.entity, instance.rule.group), ())
        )

    def _crossing(self, number: int, now_us: int, *, active: bool) -> Crossing:
        table, instance = self._table, self._table.instances[number]
        span = range(instance.first, instance.first + instance.count)
        telling = next((n for n in span if self._state[n] and table.kind[n] == COMPARE), instance.first)
        leaf = leaves(instance.rule.condition)[telling - instance.first]
        value, limit = float(self._value[table.slot[telling]]), float(table.limit[telling])
        return Crossing(instance.rule, instance.entity, active, leaf.quantity, value, limit, now_us)


def _rounds(order: Ints, slots: Ints) -> list[Ints]:
    """Rows, sorted by slot and time, dealt into rounds that hold each slot at most once."""
    first = np.flatnonzero(np.r_[True, slots[1:] != slots[:-1]])
    if len(first) == len(slots):
        return [order]
    nth = np.arange(len(slots)) - np.repeat(first, np.diff(np.r_[first, len(slots)]))
    return [order[nth == n] for n in range(int(nth.max()) + 1)]


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """start, start + 1, … for each start, one after another."""
    if not len(starts):
        return np.zeros(0, np.int64)
    shift = np.repeat(starts - np.r_[0, np.cumsum(counts)[:-1]], counts)
    ranged: Ints = shift + np.arange(int(counts.sum()))
    return ranged
