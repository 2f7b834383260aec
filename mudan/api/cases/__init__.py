"""Which cases are there, how do they go on, and by which calendar and matrix?"""

from mudan.api.cases import (
    areas,
    board,
    causes,
    entries,
    intake,
    metrics,
    pictures,
    places,
    referrals,
    tables,
)
from mudan.api.joining import joined

__all__ = ["router"]

router = joined(
    areas.router,
    tables.router,
    metrics.router,
    places.router,
    intake.router,
    causes.router,
    entries.router,
    board.router,
    pictures.router,
    referrals.router,
    tag="cases",
)
