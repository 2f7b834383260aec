"""What was called in and reported, what is owed, and which forms can be printed?"""

from fastapi import APIRouter

from mudan.api.reports import calls, forms, places, writing

__all__ = ["router"]

router = APIRouter(tags=["reports"])
router.include_router(calls.router)
router.include_router(places.router)
router.include_router(writing.router)
router.include_router(forms.router)
