"""Which conditions began or ended with these measurements? Judged on columns; Python runs for changes only.

    false ──true──▶ holding ──hold_s──▶ ACTIVE ──false──▶ releasing ──release_s──▶ false
                       └─────false─────▶ false     ▲──────true──────┘

Of the rules of one group on one entity only the gravest is active; a graver one takes over from a milder.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from mudan.core.observations.model import Columns, live_rows
from mudan.core.rules.model.judgement import Crossing, Judgement, Memory, Repeat
from mudan.core.rules.model.rounds import Bools, Ints, ranges, rounds
from mudan.core.rules.model.table import (
    QUANTITIES,
    RATE,
    STALE,
    Instance,
    Judged,
    Table,
    build,
    holds,
    leaves,
    slot_keys,
)
from mudan.core.rules.model.types import Comparison, Rule
from mudan.primitives.clock import US_PER_S

__all__ = ["Crossing", "Engine", "Judgement", "Memory", "Repeat"]

RING = 64  # samples kept for each rate of change
Floats = npt.NDArray[np.float64]


class Engine:
    """The rules over the present entities, with the state that carries them from batch to batch."""

    def __init__(self, quantities: Mapping[str, int], now_us: int) -> None:
        self._quantities = quantities
        self._started_us = self._clock_us = now_us
        self._load(build((), (), quantities))

    def install(self, rules: Iterable[Rule], entities: Iterable[Judged]) -> None:
        """Lay the rules out over the entities; what was known of those that stay is carried over."""
        old, old_by_name = (
            self._table,
            {(i.rule.name, i.entity): n for n, i in enumerate(self._table.instances)},
        )
        kept = (self._state, self._last_us, self._heard_us, self._value, self._ring_us, self._ring_value)
        active, since, stirred = self._active, self._since_us, self._stirred
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
            if n in stirred:
                self._stirred.add(number)

    def restore(self, standing: Iterable[tuple[str, int]]) -> None:
        """Mark (rule name, entity) pairs as already active, so that nothing standing is raised again."""
        names = set(standing)
        for number, instance in enumerate(self._table.instances):
            if (instance.rule.name, instance.entity) in names:
                self._active[number] = True
                self._state[instance.first : instance.first + instance.count] = True

    def recall(self, memories: Iterable[Memory]) -> None:
        """Take up delays and dead bands where they were; what does not fit the rules any more is left out."""
        by_name = {(i.rule.name, i.entity): n for n, i in enumerate(self._table.instances)}
        for memory in memories:
            number = by_name.get((memory.rule, memory.entity))
            if number is None or self._table.instances[number].count != len(memory.leaves):
                continue
            instance = self._table.instances[number]
            self._state[instance.first : instance.first + instance.count] = memory.leaves
            self._since_us[number] = memory.since_us

    def memories(self) -> list[Memory]:
        """What has changed of what must outlive a restart, since `kept` was called."""
        found = []
        for number in sorted(self._stirred):
            one = self._table.instances[number]
            states = self._state[one.first : one.first + one.count]
            found.append(
                Memory(one.rule.name, one.entity, int(self._since_us[number]), tuple(map(bool, states)))
            )
        return found

    def kept(self) -> None:
        """What `memories` told is safe."""
        self._stirred.clear()

    def windows(self) -> tuple[Ints, Ints, Ints]:
        """Entity, quantity and longest window (µs) of every rate of change that is judged."""
        slots = np.flatnonzero(self._rated)
        keys, longest = self._table.keys[slots], self._longest_us()[slots]
        return keys // QUANTITIES, keys % QUANTITIES, longest

    def refill(self, columns: Columns) -> None:
        """Take the last windows' measurements, oldest first, as the past that changes are judged against."""
        slots = self._table.find(slot_keys(columns.entity, columns.quantity))
        rows = np.flatnonzero((slots >= 0) & live_rows(columns) & np.isfinite(columns.value))
        for picked in rounds(rows, slots, columns) if len(rows) else []:
            self._remember(slots[picked], columns.value[picked], columns.observed_us[picked])

    def judged(self) -> frozenset[tuple[str, int]]:
        """Every (rule name, entity) that is judged: what else stands, nothing will ever clear."""
        return frozenset((one.rule.name, one.entity) for one in self._table.instances)

    def judge(self, columns: Columns) -> Judgement:
        """Judge measurements in the order of their times; older ones than already judged are history."""
        judgement = Judgement([], [])
        repeats: dict[int, Repeat] = {}
        slots = self._table.find(slot_keys(columns.entity, columns.quantity))
        rows = np.flatnonzero((slots >= 0) & live_rows(columns) & np.isfinite(columns.value))
        if not len(rows):
            return judgement
        for picked in rounds(rows, slots, columns):
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
        self._clock_us = max(self._clock_us, now_us)
        stale = np.flatnonzero(table.kind == STALE)
        if len(stale):
            heard = self._heard_us[table.slot[stale]]
            quiet = now_us - heard > table.limit[stale] * US_PER_S
            quiet |= self._state[stale] & (heard <= self._started_us)  # silent before the start, and since
            self._changed(stale, quiet, now_us, judgement)
        for number in np.flatnonzero(self._since_us > 0):
            self._settle(int(number), now_us, judgement)
        return judgement

    def _load(self, table: Table) -> None:
        self._table = table
        slots, leaf_count, count = len(table.keys), len(table.kind), len(table.instances)
        self._last_us = np.zeros(slots, np.int64)
        self._heard_us = np.full(slots, self._clock_us, np.int64)  # what is new is silent from now on
        self._value = np.full(slots, np.nan)
        self._state = np.zeros(leaf_count, np.bool_)
        self._moved = np.full(leaf_count, np.nan)  # the last change that a rate of change was judged by
        self._active = np.zeros(count, np.bool_)
        self._since_us = np.zeros(count, np.int64)  # when the present hold or release began, 0 when none
        self._memorable = np.asarray([_memorable(one) for one in table.instances], np.bool_)
        self._stirred: set[int] = set()
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
        slots, values, observed, received = slots[fresh], values[fresh], observed[fresh], received[fresh]
        again = (observed == self._last_us[slots]) & (values == self._value[slots])
        self._last_us[slots], self._value[slots] = observed, values
        self._remember(slots, values, observed)
        table = self._table
        counts = table.starts[slots + 1] - table.starts[slots]
        row = np.repeat(np.arange(len(slots)), counts)
        leaf = table.watch[ranges(table.starts[slots], counts)]
        truth = self._truth(leaf, slots[row], values[row], observed[row])
        # What was known before the start does not end a silence that stood then.
        truth |= (table.kind[leaf] == STALE) & self._state[leaf] & (received[row] <= self._started_us)
        confirmed = truth & self._state[leaf] & self._active[table.instance[leaf]] & ~again[row]
        self._count(leaf[confirmed], values[row[confirmed]], observed[row[confirmed]], repeats)
        changed = np.flatnonzero(truth != self._state[leaf])
        if len(changed):
            self._changed_at(leaf[changed], truth[changed], observed[row[changed]], judgement)
        touched = table.instance[leaf]
        for number in np.unique(touched[self._since_us[touched] > 0]):
            self._settle(int(number), int(observed[row[touched == number]].max()), judgement)

    def _count(self, leaf: Ints, values: Floats, observed: Ints, repeats: dict[int, Repeat]) -> None:
        """Count what confirms a standing condition, by the leaf that its alarm speaks of."""
        for one, value, at_us in zip(leaf.tolist(), values.tolist(), observed.tolist(), strict=True):
            number = int(self._table.instance[one])
            if one != self._telling(number):
                continue
            instance, before = self._table.instances[number], repeats.get(number)
            shown = float(self._moved[one]) if self._table.kind[one] == RATE else value
            times = 1 + (before.times if before else 0)
            repeats[number] = Repeat(instance.rule, instance.entity, shown, at_us, times)

    def _truth(self, leaf: Ints, slot: Ints, value: Floats, observed: Ints) -> Bools:
        table = self._table
        kind = table.kind[leaf]
        op = table.op[leaf]
        rates = np.flatnonzero(kind == RATE)
        if len(rates):
            value = value.copy()
            value[rates] = self._change(leaf[rates], slot[rates], value[rates], observed[rates])
            self._moved[leaf[rates]] = value[rates]
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

    def _longest_us(self) -> Ints:
        longest = np.zeros(len(self._table.keys), np.int64)
        rates = self._table.kind == RATE
        np.maximum.at(longest, self._table.slot[rates], self._table.window_us[rates])
        return longest

    def _spacing_us(self, slot: Ints) -> Ints:
        spacing: Ints = self._longest_us()[slot] // (RING - 2)
        return spacing

    def _changed(self, leaf: Ints, truth: Bools, now_us: int, judgement: Judgement) -> None:
        changed = np.flatnonzero(truth != self._state[leaf])
        if len(changed):
            moments = np.full(len(changed), now_us, np.int64)
            self._changed_at(leaf[changed], truth[changed], moments, judgement)

    def _changed_at(self, leaf: Ints, truth: Bools, moments: Ints, judgement: Judgement) -> None:
        self._state[leaf] = truth
        instances = self._table.instance[leaf]
        self._stirred.update(instances[self._memorable[instances]].tolist())
        gravest_first = sorted(np.unique(instances), key=lambda n: self._table.instances[n].rule.level)
        for number in gravest_first:  # a jump over several limits is told once
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
        if self._memorable[number]:
            self._stirred.add(number)
        if now_us - self._since_us[number] < delay_us:
            return
        if wanted and self._graver_active(number):
            return  # its delay is over: it follows at once when the graver one ends
        self._since_us[number] = 0
        self._switch(number, now_us, judgement, active=wanted)

    def _switch(self, number: int, now_us: int, judgement: Judgement, *, active: bool) -> None:
        instance = self._table.instances[number]
        self._active[number] = active
        judgement.crossings.append(self._crossing(number, now_us, active=active))
        for other in self._groups.get((instance.entity, instance.rule.group), ()):
            rule = self._table.instances[other].rule
            if active and self._active[other] and rule.level > instance.rule.level:
                self._active[other] = False
                self._since_us[other] = now_us - int(rule.hold_s * US_PER_S)  # it has held already
                judgement.crossings.append(
                    self._crossing(other, now_us, active=False)._replace(taken_over=True)
                )
            elif not active and other != number:
                self._settle(other, now_us, judgement)

    def _graver_active(self, number: int) -> bool:
        instance = self._table.instances[number]
        return any(
            self._active[other] and self._table.instances[other].rule.level < instance.rule.level
            for other in self._groups.get((instance.entity, instance.rule.group), ())
        )

    def _telling(self, number: int) -> int:
        """The leaf whose value an alarm shows: the first true one, comparisons before changes."""
        table, instance = self._table, self._table.instances[number]
        span = range(instance.first, instance.first + instance.count)
        true = [leaf for leaf in span if self._state[leaf] and table.kind[leaf] != STALE]
        return min(true, key=lambda leaf: (int(table.kind[leaf]), leaf), default=instance.first)

    def _crossing(self, number: int, now_us: int, *, active: bool) -> Crossing:
        table, instance = self._table, self._table.instances[number]
        telling = self._telling(number)
        leaf = leaves(instance.rule.condition)[telling - instance.first]
        value = self._moved[telling] if table.kind[telling] == RATE else self._value[table.slot[telling]]
        limit = float(table.limit[telling])
        return Crossing(instance.rule, instance.entity, active, leaf.quantity, float(value), limit, now_us)


def _memorable(one: Instance) -> bool:
    """Whether a rule's state says more than whether its alarm stands: delays, dead bands, several leaves."""
    bands = any(isinstance(leaf, Comparison) and leaf.hysteresis for leaf in leaves(one.rule.condition))
    return bool(one.rule.hold_s or one.rule.release_s or one.count > 1 or bands)
