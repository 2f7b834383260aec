"""When may a unit that is on its way be turned to something graver? A table of data, never a guess.

Each line is of the level that a unit drives to now: which levels it may be turned to, and how much sooner it must
be there than the next free unit. The county keeps its own table; what it does not say is as shipped (示例).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mudan.core.incidents.model import NUMERALS
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

LONGEST_S: Final = 7_200


@dataclass(frozen=True, slots=True)
class Diversion:
    """One line of the table. `least_gain_s`: a unit that is there only a little sooner stays on its way."""

    level: int
    levels: frozenset[int]
    least_gain_s: int
    shipped: bool = False


Policy = Mapping[int, Diversion]

SHIPPED: Final[Policy] = {
    4: Diversion(4, frozenset({1, 2}), 120, shipped=True),
    3: Diversion(3, frozenset({1}), 120, shipped=True),
    2: Diversion(2, frozenset(), 120, shipped=True),
    1: Diversion(1, frozenset(), 120, shipped=True),
}
DIVERTIBLE: Final = frozenset({"committed", "en_route"})


def checked_diversion(level: int, levels: list[int], least_gain_s: int) -> Diversion:
    """A line of the table (raises Invalid): only ever from milder to graver."""
    if level not in SHIPPED:
        raise Invalid("a level is 1 to 4", field="level")
    if not all(1 <= one < level for one in levels):
        raise Invalid("a unit is turned to graver levels only", field="levels")
    if not 0 <= least_gain_s <= LONGEST_S:
        raise Invalid(f"the gain is 0 to {LONGEST_S} seconds", field="least_gain_s")
    return Diversion(level, frozenset(levels), least_gain_s)


def diversion_refusal(status: str, present: int, wanted: int, policy: Policy = SHIPPED) -> Text | None:
    """Why a busy unit is not diverted from one level to another; None when policy lets a person do it."""
    if status not in DIVERTIBLE:
        return Text("已在现场或转运途中，不改派", "at a scene or with a patient: not diverted")
    if wanted not in policy[present].levels:
        return Text(
            f"改派规则：{NUMERALS[present - 1]}级途中不转向{NUMERALS[wanted - 1]}级",
            f"the diversion table keeps a unit on its way to level {NUMERALS[present - 1]} from level "
            f"{NUMERALS[wanted - 1]}",
        )
    return None


def line_words(line: Diversion) -> Text:
    """A line of the table as people read it."""
    here = NUMERALS[line.level - 1]
    if not line.levels:
        return Text(f"前往{here}级事件途中不改派", f"never diverted on the way to level {here}")
    to = [NUMERALS[one - 1] for one in sorted(line.levels)]
    return Text(
        f"前往{here}级事件途中，可改派至{'、'.join(to)}级，须早到 {line.least_gain_s} 秒以上",
        f"on the way to level {here}: may be diverted to {', '.join(to)} when {line.least_gain_s} s sooner or more",
    )
