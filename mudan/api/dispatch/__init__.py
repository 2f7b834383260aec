"""Whom to send, who else could, how do they drive, and what should the others do meanwhile?"""

from mudan.api.dispatch import advice, candidates
from mudan.api.joining import joined

__all__ = ["router"]

router = joined(candidates.router, advice.router, tag="dispatch")
