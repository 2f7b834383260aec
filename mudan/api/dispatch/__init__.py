"""Whom to send, who else could, how do they drive, and what should the others do meanwhile?"""

from fastapi import APIRouter

from mudan.api.dispatch import advice, candidates

__all__ = ["router"]

router = APIRouter(tags=["dispatch"])
router.include_router(candidates.router)
router.include_router(advice.router)
