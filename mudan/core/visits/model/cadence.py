"""How often does which kind of care want a visit, and when is the next one due?

next = the day of the last visit + the fewest days of any kind of care of the household
nobody at home: again after `again_days`      moved away: no next one
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from mudan.core.households.model.words import CARE
from mudan.primitives.errors import Invalid

# 示例: every county sets its own.
EXAMPLE: Final = {
    "lives_alone": 7, "aged_80": 14, "disabled": 30, "pregnant": 30, "chronic": 30, "left_behind": 14, "hardship": 90,
}  # fmt: skip
_MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class Cadence:
    """Days between visits by kind of care; a kind that is missing wants none. Version 0 is the example."""

    days: Mapping[str, int] = field(default_factory=lambda: dict(EXAMPLE))
    again_days: int = 1
    version: int = 0

    def __post_init__(self) -> None:
        for kind, days in self.days.items():
            if kind not in CARE:
                raise Invalid("there is no such kind of care", field=f"days.{kind}")
            if not 1 <= days <= _MOST_DAYS:
                raise Invalid(f"between 1 and {_MOST_DAYS} days", field=f"days.{kind}")
        if not 1 <= self.again_days <= _MOST_DAYS:
            raise Invalid(f"between 1 and {_MOST_DAYS} days", field="again_days")

    def every(self, care: Iterable[str]) -> int | None:
        """The fewest days that any of these kinds wants; None when none wants a visit."""
        return min((self.days[kind] for kind in care if kind in self.days), default=None)

    def due(self, care: Iterable[str], last_on: date) -> date | None:
        """When the next visit is due after one of that day."""
        days = self.every(care)
        return None if days is None else last_on + timedelta(days=days)

    def after(self, care: Iterable[str], outcome: str, on: date) -> date | None:
        """When the next visit is due after one that ended so."""
        due = self.due(care, on)
        if due is None or outcome == "moved":
            return None
        return min(due, on + timedelta(days=self.again_days)) if outcome == "not_home" else due

    def stored(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {"days": dict(self.days), "again_days": self.again_days}
