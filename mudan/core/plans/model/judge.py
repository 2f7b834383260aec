"""Is a condition true now, since when, and which values made it so?

    raw ──true for `hold`──▶ HOLDS ──false──▶ not          raw is true, false or unknown (nobody can say)

Unknown is neither: it never starts a level, and what holds stays held while everything is silent (`stale`),
so that a dead gauge never lowers a response.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from mudan.core.plans.model import leaves
from mudan.core.plans.model.conditions import AnyOf, Group, KOf, Logic, Named, Not, names_in, parts_of
from mudan.core.plans.model.leaves import Answer, Evidence
from mudan.core.plans.model.types import Plan
from mudan.core.plans.model.world import World
from mudan.primitives.clock import scaled
from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class Memory:
    """What must be remembered of one condition from one asking to the next; kept in the database.

    `since`: when raw became true; `held`: whether it counted; `who`: entities that met it, for hysteresis.
    """

    since: datetime | None = None
    held: bool = False
    who: frozenset[int] = frozenset()


Memories = Mapping[str, Memory]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One condition now. `holds` None: unknown. `due_at`: when its hold will be over if it stays true."""

    name: str
    says: Text
    holds: bool | None
    since: datetime | None = None
    due_at: datetime | None = None
    stale: bool = False
    evidence: tuple[Evidence, ...] = ()
    looked_at: int = 0
    silent: int = 0
    example: bool = False
    forecast: bool = False


@dataclass(slots=True)
class Judged:
    """All outcomes of one asking, and what to remember."""

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    memories: dict[str, Memory] = field(default_factory=dict)


def judged(plan: Plan, world: World, memories: Memories) -> Judged:
    """Every named condition of the plan in this world. Raises KeyError for names that lint would refuse."""
    found = Judged()
    for name in plan.conditions:
        _settled(plan, name, world, memories, found)
    return found


def truth(logic: Any, outcomes: Mapping[str, Outcome]) -> bool | None:
    """Kleene's logic over what is known: None where it hangs on what nobody knows."""
    if isinstance(logic, str):
        return outcomes[logic].holds
    parts = [truth(part, outcomes) for part in parts_of(logic)]
    if isinstance(logic, Not):
        return None if parts[0] is None else not parts[0]
    needed = logic.choice.k if isinstance(logic, KOf) else 1 if isinstance(logic, AnyOf) else len(parts)
    if parts.count(True) >= needed:
        return True
    return None if parts.count(True) + parts.count(None) >= needed else False


def supporting(logic: Logic, outcomes: Mapping[str, Outcome]) -> tuple[Outcome, ...]:
    """The conditions that logic speaks of, in its own order."""
    return tuple(outcomes[name] for name in names_in(logic))


def kept(
    raw: bool | None, hold: timedelta, before: Memory, now: datetime, *, sticks: bool
) -> tuple[Memory, bool | None, datetime | None]:
    """What to remember, whether it holds now, and when a running hold will be over.

    What is seen sticks while nobody can see; logic over it does not stick once more: what made it true is gone.
    """
    if raw is None:
        return (before, True, None) if before.held and sticks else (Memory(), None, None)
    if not raw:
        return Memory(), False, None
    since = before.since or now
    held = before.held or now - since >= hold
    return Memory(since, held), held, None if held else since + hold


def _settled(plan: Plan, name: str, world: World, memories: Memories, found: Judged) -> Outcome:
    if name in found.outcomes:
        return found.outcomes[name]
    condition: Named = plan.conditions[name]
    before = memories.get(name, Memory())
    if isinstance(condition, Group):
        for other in names_in(condition.when):
            _settled(plan, other, world, memories, found)
        answer = Answer(truth(condition.when, found.outcomes))
    else:
        answer = leaves.answer(name, condition, world, before.who)
    seen = not isinstance(condition, Group)
    hold = scaled(condition.hold, world.scale)
    memory, holds, due_at = kept(answer.raw, hold, before, world.now, sticks=seen)
    stale = holds is True and answer.raw is None
    found.memories[name] = memory if stale else replace(memory, who=answer.who)
    found.outcomes[name] = Outcome(
        name, condition.says, holds, memory.since, due_at, stale, answer.evidence, answer.looked_at, answer.silent,
        condition.example, getattr(condition, "forecast", False),
    )  # fmt: skip
    return found.outcomes[name]
