"""Which unit that is on its way to something milder should be turned to something graver, and what is gained?

Advice only: the table says whom it may concern, a commander decides. Whoever has arrived anywhere stays there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from uuid import UUID

import numpy as np

from mudan.core.dispatch.model.policy import Diversion, Policy, diversion_refusal
from mudan.core.dispatch.model.ranking import F64, Need, suits
from mudan.core.units.model import Unit

ARRIVED = frozenset({"staging", "on_scene", "working", "transporting", "at_destination"})
UNDER_WAY = frozenset({"accepted", "en_route"})


@dataclass(frozen=True, slots=True)
class Matter:
    """An incident that somebody is needed at."""

    id: UUID
    need: Need


@dataclass(frozen=True, slots=True)
class Diverted:
    """Turn a unit (index) to a matter (index). `otherwise_s`: when somebody is there without it (None: nobody)."""

    unit: int
    matter: int
    task: UUID
    eta_s: float
    otherwise_s: float | None
    line: Diversion


def diverted(
    units: Sequence[Unit],
    matters: Sequence[Matter],
    seconds: F64,
    present_levels: Mapping[str, int],
    policy: Policy,
) -> list[Diverted]:
    """The turns worth advising, gravest matters first, each unit once. `seconds` [matters, units] by road."""
    found: list[Diverted] = []
    for at in sorted(range(len(matters)), key=lambda one: (matters[one].need.level, one)):
        taken = {one.unit for one in found}
        best = _best(units, matters[at], at, seconds[at], present_levels, policy, taken)
        if best is not None:
            found.append(best)
    return found


def _best(
    units: Sequence[Unit],
    matter: Matter,
    at: int,
    seconds: F64,
    present_levels: Mapping[str, int],
    policy: Policy,
    taken: set[int],
) -> Diverted | None:
    otherwise_s = min(
        (float(seconds[n]) for n, unit in enumerate(units) if _comes_anyway(unit, matter)), default=inf
    )
    best: Diverted | None = None
    for n in np.argsort(seconds).tolist():
        unit, eta_s = units[n], float(seconds[n])
        if eta_s == inf or best is not None:
            break
        present = present_levels.get(unit.code)
        task = next((one for one in unit.tasks if one.state in UNDER_WAY), None)
        if n in taken or present is None or task is None or task.incident_id == matter.id:
            continue
        refused = diversion_refusal(unit.status, present, matter.need.level, policy) is not None
        if refused or not suits(unit, matter.need, present_levels, policy):
            continue
        line = policy[present]
        if otherwise_s - eta_s >= line.least_gain_s:
            best = Diverted(n, at, task.id, eta_s, None if otherwise_s == inf else otherwise_s, line)
    return best


def _comes_anyway(unit: Unit, matter: Matter) -> bool:
    """Whether a unit is on its way there already, or free to be sent."""
    if any(task.incident_id == matter.id and task.state in UNDER_WAY for task in unit.tasks):
        return True
    return unit.status == "available" and suits(unit, matter.need, {})


def served(units: Sequence[Unit]) -> frozenset[UUID]:
    """The incidents at which some unit has arrived."""
    return frozenset(task.incident_id for unit in units for task in unit.tasks if task.state in ARRIVED)
