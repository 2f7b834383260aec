"""Which openings of households does the auditor look at first, and why? A mark is a question, not a judgement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mudan.core.households.model.opening import Opening
from mudan.primitives.text import Text

# 示例: the county sets its own.
FROM_HOUR: Final = 7
UNTIL_HOUR: Final = 21
MANY: Final = 10
WITHIN: Final = timedelta(hours=1)
KNOWN_FOR: Final = timedelta(days=30)
FOLLOWED_WITHIN: Final = timedelta(days=1)
GRID_DIGITS: Final = 12  # the code of a village or neighbourhood; grids are longer, towns shorter
REASONS: Final = {
    "outside_hours": Text("非工作时间", "outside working hours"),
    "outside_grid": Text("非本网格", "outside their own grid"),
    "many": Text("短时间多次", "many in a short time"),
    "no_task": Text("没有对应任务", "no task behind it"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which openings the auditor wants to see; `verdict` `none`: not judged yet."""

    since: datetime
    until: datetime
    purpose: str | None = None
    verdict: str | None = None
    unusual: bool = False
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """An opening with the marks that it bears."""

    opening: Opening
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many openings of one purpose there were, how many are marked, how many nobody has judged."""

    purpose: str
    count: int
    unusual: int
    unseen: int
