"""What does a review say, how are its versions compared, and when is it signed?"""

from mudan.core.reviews.model.compare import Change, compared
from mudan.core.reviews.model.paper import paper, percentile, spans
from mudan.core.reviews.model.tables import deviation, minutes
from mudan.core.reviews.model.types import (
    MOST_LINES,
    SIGNERS,
    VERDICTS,
    Kind,
    Record,
    State,
    Subject,
    Verdict,
    Version,
    check_open,
    check_signer,
    next_number,
    state_of,
)

__all__ = [
    "MOST_LINES",
    "SIGNERS",
    "VERDICTS",
    "Change",
    "Kind",
    "Record",
    "State",
    "Subject",
    "Verdict",
    "Version",
    "check_open",
    "check_signer",
    "compared",
    "deviation",
    "minutes",
    "next_number",
    "paper",
    "percentile",
    "spans",
    "state_of",
]
