"""What does a plan advise now? Per level whether it holds, since when and why; the engine never decides.

The advised level is the gravest that holds. A level that is not held any more is no order to go down: that
has conditions of its own (`lower`, `end`), and a fire level is raised, never lowered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from mudan.core.plans.model.conditions import Logic
from mudan.core.plans.model.judge import Judged, Memories, Memory, Outcome, judged, kept, supporting, truth
from mudan.core.plans.model.types import (
    Closure,
    LevelPlan,
    Notice,
    Plan,
    PlanTask,
    ReportClock,
    Start,
    UnitNeed,
    WarningDraft,
)
from mudan.core.plans.model.world import World
from mudan.core.rules.model import Level
from mudan.primitives.clock import scaled
from mudan.primitives.text import Text

LEVEL_MEMORY: Final = "@level."
LOWER_MEMORY, END_MEMORY = "@lower", "@end"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something of the plan holds (None: unknown), since when, by which conditions."""

    key: str
    holds: bool | None
    since: datetime | None
    conditions: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """A plan's answer: one verdict for each level (mildest first), the gravest that holds, and what may end.

    `conditions` are all named ones; `memories` are to be given back at the next asking. `stops` names the
    levels whose condition to stop work holds; `task_conditions` whether a task's own condition holds.
    """

    plan: str
    at: datetime
    levels: tuple[Verdict, ...]
    advised: str | None
    lower: Verdict | None
    end: Verdict
    conditions: tuple[Outcome, ...]
    memories: dict[str, Memory]
    stops: tuple[str, ...] = ()
    task_conditions: Mapping[str, bool | None] | None = None


def advice(plan: Plan, world: World, memories: Memories) -> Advice:
    """What the plan advises in this world, remembering what it knew."""
    found = judged(plan, world, memories)
    levels = tuple(
        _verdict(level.key, LEVEL_MEMORY + level.key, level.when, timedelta(), found, memories, world)
        for level in plan.levels
    )
    holding = [verdict.key for verdict in levels if verdict.holds]
    lower = None
    if plan.deescalate is not None:
        down = plan.deescalate
        lower = _verdict("lower", LOWER_MEMORY, down.when, down.hold, found, memories, world)
    end = _verdict("end", END_MEMORY, plan.closeout.when, plan.closeout.hold, found, memories, world)
    return Advice(
        plan.plan, world.now, levels, holding[-1] if holding else None, lower, end,
        tuple(found.outcomes.values()), found.memories, _stops(plan, found), _task_conditions(plan, found),
    )  # fmt: skip


def _verdict(
    key: str,
    remembered: str,
    logic: Logic,
    hold: timedelta,
    found: Judged,
    memories: Memories,
    world: World,
) -> Verdict:
    before = memories.get(remembered, Memory())
    memory, holds, _ = kept(
        truth(logic, found.outcomes), scaled(hold, world.scale), before, world.now, sticks=False
    )
    found.memories[remembered] = memory
    return Verdict(key, holds, memory.since, supporting(logic, found.outcomes))


def _stops(plan: Plan, found: Judged) -> tuple[str, ...]:
    return tuple(
        level.key
        for level in plan.levels
        if level.safety is not None
        and level.safety.stop_if is not None
        and truth(level.safety.stop_if, found.outcomes)
    )


def _task_conditions(plan: Plan, found: Judged) -> dict[str, bool | None]:
    tasks = [task for level in plan.levels for task in level.tasks] + list(plan.closeout.tasks)
    return {task.id: truth(task.only_if, found.outcomes) for task in tasks if task.only_if is not None}


@dataclass(frozen=True, slots=True)
class Additions:
    """What going from one level to another issues: only what the higher ones add."""

    units: tuple[UnitNeed, ...]
    tasks: tuple[PlanTask, ...]
    notify: tuple[Notice, ...]
    warnings: tuple[WarningDraft, ...]
    reports: tuple[ReportClock, ...]
    closures: tuple[Closure, ...]


def additions(plan: Plan, before: str | None, after: str) -> Additions:
    """What is issued on going from `before` (None: nothing active) to `after`; nothing on the way down."""
    keys = [level.key for level in plan.levels]
    first = 0 if before is None else keys.index(before) + 1
    added = plan.levels[first : keys.index(after) + 1]

    def of(name: str) -> tuple[Any, ...]:
        return tuple(one for level in added for one in getattr(level, name))

    return Additions(
        of("units"), of("tasks"), of("notify"), of("warnings"), of("reports"), of("closures")
    )  # fmt: skip


def starts_itself(level: LevelPlan) -> bool:
    """Whether a level may become active without a person: only IV, and only where the plan says so."""
    return level.start is Start.AUTO and level.level is Level.IV


def move_refusal(plan: Plan, before: str | None, after: str) -> Text | None:
    """Why an active response may not go from one level to another, or None when it may."""
    keys = [level.key for level in plan.levels]
    if after not in keys or (before is not None and before not in keys):
        return Text("预案没有这一级", "the plan has no such level")
    if before == after:
        return Text("已经是这一级", "it is at this level already")
    if plan.raise_only and before is not None and keys.index(after) < keys.index(before):
        return Text("该预案的等级只升不降", "a level of this plan is raised, never lowered")
    return None
