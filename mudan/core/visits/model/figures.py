"""How does a grid stand, and by which formulas? Counts of grids, never of people."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from mudan.primitives.text import Text

WINDOW_DAYS: Final = 30  # 示例
_COUNTS: Final = ("households", "looked_after", "due", "overdue", "done", "met", "opened", "open", "solved")


@dataclass(frozen=True, slots=True)
class Formula:
    """A figure: what it is called and how it is reckoned."""

    name: str
    title: Text
    formula: Text
    version: int = 1


FORMULAS: Final = (
    Formula(
        "cases_per_100", Text("每百户报修", "repairs per 100 households"),
        Text("窗口内立的报修案件 ÷ 台账户数 × 100", "repair cases opened in the window ÷ households × 100"),
    ),
    Formula(
        "solved_share", Text("网格内解决率", "solved inside the grid"),
        Text("当场解决的问题 ÷（当场解决 + 立案）", "put right at the door ÷ (put right at the door + cases opened)"),
    ),
    Formula("due", Text("应走访", "visits due"), Text("今日及以前到期、未走访的户次", "visits due by today, not made")),
    Formula("done", Text("已走访", "visits made"), Text("窗口内完成的走访", "visits made in the window")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grid:
    """The counts of one grid; `opened`, `solved`, `done` and `met` are of the window."""

    area_code: str
    households: int = 0
    looked_after: int = 0
    due: int = 0
    overdue: int = 0
    done: int = 0
    met: int = 0
    opened: int = 0
    open: int = 0
    solved: int = 0

    @classmethod
    def of(cls, code: str, homes: Mapping[str, Any], made: Mapping[str, Any]) -> "Grid":
        """A grid from what the register and the visits say of it."""
        known = {**homes, **made}
        return cls(code, **{name: known[name] for name in _COUNTS if name in known})

    @property
    def cases_per_100(self) -> float | None:
        """Repair cases per 100 households; None without households."""
        return round(100 * self.opened / self.households, 1) if self.households else None

    @property
    def solved_share(self) -> float | None:
        """The share of what was found that was put right at the door, per cent; None when nothing was found."""
        found = self.solved + self.opened
        return round(100 * self.solved / found, 1) if found else None

    def counts(self) -> dict[str, Any]:
        """The counts by name."""
        return asdict(self)
