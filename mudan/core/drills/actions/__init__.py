"""How is an exercise made, driven, peopled and ended? The only writers of drills."""

from mudan.core.drills.actions.crews import Moves, Way, stand_in
from mudan.core.drills.actions.happening import Happened, happen
from mudan.core.drills.actions.steering import (
    COPIES,
    add_inject,
    answer_commands,
    make,
    set_scale,
    settle,
    steer,
)

__all__ = [
    "COPIES",
    "Happened",
    "Moves",
    "Way",
    "add_inject",
    "answer_commands",
    "happen",
    "make",
    "set_scale",
    "settle",
    "stand_in",
    "steer",
]
