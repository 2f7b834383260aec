"""How is what a plan says kept as JSON between two askings, and read back?"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mudan.core.plans.model.advice import Advice, Verdict
from mudan.core.plans.model.judge import Memory, Outcome


def memories_json(memories: Mapping[str, Memory]) -> dict[str, Any]:
    """Memories as JSON; what remembers nothing is left out."""
    return {
        name: {
            "since": memory.since.isoformat() if memory.since else None,
            "held": memory.held,
            "who": sorted(memory.who),
        }
        for name, memory in memories.items()
        if memory != Memory()
    }


def memories_of(value: Mapping[str, Any]) -> dict[str, Memory]:
    """Memories from JSON."""
    return {
        name: Memory(
            datetime.fromisoformat(one["since"]) if one["since"] else None, one["held"], frozenset(one["who"])
        )
        for name, one in value.items()
    }


def advice_json(advice: Advice) -> dict[str, Any]:
    """What a plan says now as JSON; `conditions` are all of them, by name."""
    return {
        "at": advice.at.isoformat(),
        "advised": advice.advised,
        "levels": [_verdict(one) for one in advice.levels],
        "lower": _verdict(advice.lower) if advice.lower is not None else None,
        "end": _verdict(advice.end),
        "conditions": {one.name: _outcome(one) for one in advice.conditions},
        "stops": list(advice.stops),
        "task_conditions": dict(advice.task_conditions or {}),
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "key": verdict.key,
        "holds": verdict.holds,
        "since": verdict.since.isoformat() if verdict.since else None,
        "conditions": [one.name for one in verdict.conditions],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    made = asdict(outcome)
    for key in ("since", "due_at"):
        made[key] = made[key].isoformat() if made[key] else None
    made["evidence"] = [one | {"at": one["at"].isoformat()} for one in made["evidence"]]
    return made
