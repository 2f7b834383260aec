"""Who is on duty, what do they hand over, what was written down, and whom do they call?"""

from mudan.api.duty import calls, handovers, log, phone, positions, roster
from mudan.api.joining import joined

__all__ = ["router"]

router = joined(
    roster.router, positions.router, phone.router, handovers.router, log.router, calls.router, tag="duty"
)
