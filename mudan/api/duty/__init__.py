"""Who is on duty, what do they hand over, what was written down, and whom do they call?"""

from fastapi import APIRouter

from mudan.api.duty import calls, handovers, log, phone, positions, roster

__all__ = ["router"]

router = APIRouter(tags=["duty"])
for _part in (roster, positions, phone, handovers, log, calls):
    router.include_router(_part.router)
