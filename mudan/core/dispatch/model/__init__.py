"""How are units ranked, matched and kept apart: by road time, coverage and policy?"""

from mudan.core.dispatch.model.coverage import BUSY, TARGET_S, Demand, MoveUp, coverage, losses, move_up
from mudan.core.dispatch.model.joint import Call, Match, greedy, joint
from mudan.core.dispatch.model.policy import DIVERT, diversion_refusal
from mudan.core.dispatch.model.ranking import Need, Ranked, Ranking, profile_of, rank, start_of

__all__ = [
    "BUSY",
    "DIVERT",
    "TARGET_S",
    "Call",
    "Demand",
    "Match",
    "MoveUp",
    "Need",
    "Ranked",
    "Ranking",
    "coverage",
    "diversion_refusal",
    "greedy",
    "joint",
    "losses",
    "move_up",
    "profile_of",
    "rank",
    "start_of",
]
