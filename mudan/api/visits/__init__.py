"""Who is to be visited, what was found at the doors, and what is told there?"""

from mudan.api.joining import joined
from mudan.api.visits import board, planning, telling, weekly

__all__ = ["router"]

router = joined(planning.router, weekly.router, telling.router, board.router, tag="visits")
