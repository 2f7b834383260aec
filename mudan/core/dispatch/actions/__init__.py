"""How is a ranking made and kept, what is noticed while crews drive, and what is advised beyond the next call?"""

from mudan.core.dispatch.actions.advising import MOVE_HOLDS, MOVES, Turn, diversions, keep_move, set_diversion
from mudan.core.dispatch.actions.following import follow, predict_anew
from mudan.core.dispatch.actions.ranking import (
    NextBest,
    hand_on,
    need_of,
    next_best,
    note_decision,
    ranking,
    road_seconds,
)

__all__ = [
    "MOVES", "MOVE_HOLDS", "NextBest", "Turn", "diversions", "follow", "hand_on", "keep_move", "need_of", "next_best",
    "note_decision", "predict_anew", "ranking", "road_seconds", "set_diversion",
]  # fmt: skip
