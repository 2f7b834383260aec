"""Who is to be visited, what was found at the doors, and what is told there?"""

from fastapi import APIRouter

from mudan.api.visits import board, planning

__all__ = ["router"]

router = APIRouter(tags=["visits"])
router.include_router(planning.router)
router.include_router(board.router)
