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
from mudan.core.responses.model.grounds import (
    FRESH,
    PENALTY,
    TURNED_DEG,
    Ground,
    Water,
    Wind,
    grounds,
    turned_deg,
    upwind_ring,
    wind_by_hand,
)
from mudan.core.responses.model.proposing import Proposal, proposal
from mudan.core.responses.model.standing import Standing, standing, standing_words

__all__ = [
    "END", "FRESH", "OPEN", "PENALTY", "TURNED_DEG", "Ground", "Issue", "Line", "Proposal", "Response", "Standing",
    "Water", "Wind", "check_decision", "grounds", "may_decide", "moved", "proposal", "standing", "standing_words",
    "turned_deg", "upwind_ring", "wind_by_hand",
]  # fmt: skip
