"""What may everybody see and do without signing in and without scripts: warnings, reports, the board?"""

from fastapi import APIRouter

from mudan.api.public import pages, reports, warnings
from mudan.api.public.pages import sorry

__all__ = ["PAGES", "router", "sorry"]

PAGES = ("/public/report", "/public/cases", "/public/board")  # where errors are pages too
router = APIRouter()
router.include_router(warnings.router)
router.include_router(pages.router)
router.include_router(reports.router)
