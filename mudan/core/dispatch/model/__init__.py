"""How are units ranked, matched and kept apart: by road time, coverage and policy?"""

from mudan.core.dispatch.model.coverage import BUSY, TARGET_S, Demand, MoveUp, coverage, losses, move_up
from mudan.core.dispatch.model.diverting import Diverted, Matter, diverted, served
from mudan.core.dispatch.model.joint import Call, Match, greedy, joint
from mudan.core.dispatch.model.policy import (
    SHIPPED,
    Diversion,
    Policy,
    checked_diversion,
    diversion_refusal,
    line_words,
)
from mudan.core.dispatch.model.ranking import Need, Ranked, Ranking, profile_of, rank, start_of, suits

__all__ = [
    "BUSY",
    "SHIPPED",
    "TARGET_S",
    "Call",
    "Demand",
    "Diversion",
    "Diverted",
    "Match",
    "Matter",
    "MoveUp",
    "Need",
    "Policy",
    "Ranked",
    "Ranking",
    "checked_diversion",
    "coverage",
    "diversion_refusal",
    "diverted",
    "greedy",
    "joint",
    "line_words",
    "losses",
    "move_up",
    "profile_of",
    "rank",
    "served",
    "start_of",
    "suits",
]  # fmt: skip
