"""What is a response under a plan: its chart, what it proposes, what it has issued?"""

from mudan.core.responses.model.chart import (
    END,
    OPEN,
    Issue,
    Line,
    Response,
    check_decision,
    may_decide,
    moved,
)
from mudan.core.responses.model.proposing import Proposal, proposal
from mudan.core.responses.model.standing import Standing, standing, standing_words

__all__ = [
    "END",
    "OPEN",
    "Issue",
    "Line",
    "Proposal",
    "Response",
    "Standing",
    "check_decision",
    "may_decide",
    "moved",
    "proposal",
    "standing",
    "standing_words",
]
