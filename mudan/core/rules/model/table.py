"""Which leaf of which rule watches which measurement? The rules of all entities, laid out as arrays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from mudan.core.rules.model.types import (
    All,
    AnyOf,
    Comparison,
    Condition,
    KOf,
    Limit,
    Op,
    Property,
    RateOfChange,
    Rule,
    Staleness,
)
from mudan.primitives.clock import US_PER_S

QUANTITIES = 1 << 12  # more kinds of measurement than one centre will ever know
OPS = {Op.GE: 0, Op.GT: 1, Op.LE: 2, Op.LT: 3, Op.EQ: 4, Op.NE: 5}
COMPARE, RATE, STALE = 0, 1, 2

Leaf = Comparison | RateOfChange | Staleness


class Judged(Protocol):
    """What the table must know of an entity."""

    @property
    def key(self) -> int: ...
    @property
    def type(self) -> str: ...
    @property
    def properties(self) -> dict[str, Any]: ...


def slot_keys(entity: npt.NDArray[Any], quantity: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """One number for each (entity, quantity)."""
    keys: npt.NDArray[np.int64] = entity.astype(np.int64) * QUANTITIES + quantity
    return keys


@dataclass(frozen=True, slots=True)
class Instance:
    """One rule on one entity: its leaves are `first` … `first + count - 1` in the table."""

    rule: Rule
    entity: int
    first: int
    count: int


@dataclass(slots=True)
class Table:
    """All leaves of all instances, sorted by what they watch.

    keys: sorted distinct slot keys, int64 [s]; starts: int64 [s + 1] into watch; watch: leaf ids by slot;
    per leaf: slot, kind, op, limit, hysteresis, window_us, instance.
    """

    instances: list[Instance]
    keys: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    watch: npt.NDArray[np.int64]
    slot: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int8]
    op: npt.NDArray[np.int8]
    limit: npt.NDArray[np.float64]
    hysteresis: npt.NDArray[np.float64]
    window_us: npt.NDArray[np.int64]
    instance: npt.NDArray[np.int64]

    def find(self, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The slot of each key, −1 where nothing watches it."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        return np.where(self.keys[at] == keys, at, -1)


def leaves(condition: Condition) -> list[Leaf]:
    """The leaves of a condition, left to right."""
    if isinstance(condition, All | AnyOf | KOf):
        return [leaf for part in condition.of for leaf in leaves(part)]
    return [condition]


def holds(condition: Condition, states: Sequence[bool]) -> bool:
    """Whether a condition is true when its leaves, left to right, have these states."""
    return _holds(condition, iter(states))


def _holds(condition: Condition, states: Iterable[bool]) -> bool:
    if isinstance(condition, All | AnyOf | KOf):
        parts = [_holds(part, states) for part in condition.of]
        needed = (
            len(parts) if isinstance(condition, All) else 1 if isinstance(condition, AnyOf) else condition.k
        )
        return sum(parts) >= needed
    return next(iter(states))


def build(rules: Iterable[Rule], entities: Iterable[Judged], quantities: Mapping[str, int]) -> Table:
    """Lay out every rule on every entity it is meant for.

    An entity that lacks a property which a rule's limit names is not judged by that rule.
    """
    by_type: dict[str, list[Rule]] = {}
    for rule in rules:
        for entity_type in rule.entity_types:
            by_type.setdefault(entity_type, []).append(rule)
    instances: list[Instance] = []
    rows: list[tuple[int, int, int, float, float, int, int]] = []
    for entity in entities:
        for rule in by_type.get(entity.type, ()):
            found = _rows(rule, entity, quantities, len(instances))
            if found is not None:
                instances.append(Instance(rule, entity.key, len(rows), len(found)))
                rows += found
    return _laid_out(instances, rows)


def _rows(
    rule: Rule, entity: Judged, quantities: Mapping[str, int], instance: int
) -> list[tuple[int, int, int, float, float, int, int]] | None:
    rows = []
    for leaf in leaves(rule.condition):
        limit = _limit(leaf.after_s if isinstance(leaf, Staleness) else leaf.limit, entity.properties)
        if limit is None:
            return None
        key = entity.key * QUANTITIES + quantities[leaf.quantity]
        if isinstance(leaf, Staleness):
            rows.append((key, STALE, 0, limit, 0.0, 0, instance))
        elif isinstance(leaf, RateOfChange):
            window = int(leaf.window_s * US_PER_S)
            rows.append((key, RATE, OPS[leaf.op], limit, leaf.hysteresis, window, instance))
        else:
            rows.append((key, COMPARE, OPS[leaf.op], limit, leaf.hysteresis, 0, instance))
    return rows


def _limit(limit: Limit, properties: Mapping[str, Any]) -> float | None:
    if not isinstance(limit, Property):
        return float(limit)
    value = properties.get(limit.name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _laid_out(instances: list[Instance], rows: list[tuple[int, int, int, float, float, int, int]]) -> Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 7
    leaf_keys = np.asarray(columns[0], np.int64)
    keys, slot = np.unique(leaf_keys, return_inverse=True)
    watch = np.argsort(slot, kind="stable")
    starts = np.searchsorted(slot[watch], np.arange(len(keys) + 1))
    return Table(
        instances,
        keys,
        starts.astype(np.int64),
        watch.astype(np.int64),
        slot.astype(np.int64),
        np.asarray(columns[1], np.int8),
        np.asarray(columns[2], np.int8),
        np.asarray(columns[3], np.float64),
        np.asarray(columns[4], np.float64),
        np.asarray(columns[5], np.int64),
        np.asarray(columns[6], np.int64),
    )
