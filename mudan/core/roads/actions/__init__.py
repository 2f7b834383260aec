"""How are networks taken into use, and roads closed and opened again? The only writers of roads."""

from mudan.core.roads.actions.by_rule import (
    close_by_depth,
    held_depth,
    keep_off,
    open_all,
    step_of,
)
from mudan.core.roads.actions.closing import (
    NewClosure,
    close,
    close_by,
    end,
    end_of_incident,
    extend,
    take_up,
    tick,
    use,
)

__all__ = [
    "NewClosure", "close", "close_by", "close_by_depth", "end", "end_of_incident", "extend", "held_depth", "keep_off",
    "open_all", "step_of", "take_up", "tick", "use",
]  # fmt: skip
