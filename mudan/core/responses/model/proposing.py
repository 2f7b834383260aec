"""What does the engine put before people now? A graver level, a milder one, the end, or nothing."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from mudan.core.plans.model.types import Plan
from mudan.core.responses.model.chart import END, Response


class Proposal(NamedTuple):
    """What is proposed (a level's key or END), by when somebody should decide, and why."""

    what: str
    decide_within: timedelta


def proposal(plan: Plan, response: Response | None, advice: dict[str, Any], now: datetime) -> Proposal | None:
    """What the plan's advice means for the response as it stands.

    A level that holds and is graver than the active one is proposed at once. A milder one or the end are
    proposed only when the plan's own conditions for going down hold and the level has been held long enough;
    a plan that may only be raised is never lowered, only ended.
    """
    keys = [level.key for level in plan.levels]
    advised: str | None = advice.get("advised")
    active = response.level if response is not None and response.state == "active" else None
    rank = keys.index(active) if active in keys else -1
    if advised is not None and keys.index(advised) > rank:
        return Proposal(advised, plan.level(advised).decide_within)
    if active is None or response is None:
        return None
    level = plan.level(active)
    since = response.level_since or response.opened_at
    if now - since < level.min_hold:
        return None
    if (advice.get("end") or {}).get("holds"):
        return Proposal(END, level.decide_within)
    lower = advice.get("lower") or {}
    if lower.get("holds") and rank > 0 and not plan.raise_only:
        return Proposal(keys[rank - 1], level.decide_within)
    return None
