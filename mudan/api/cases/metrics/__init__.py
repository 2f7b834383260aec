"""How well do cases go, which cases stand behind each figure, and who corrected what?"""

from fastapi import APIRouter

from mudan.api.cases.metrics import corrections, evaluations, figures, papers

__all__ = ["router"]

router = APIRouter()
router.include_router(papers.router)
router.include_router(figures.router)
router.include_router(corrections.router)
router.include_router(evaluations.router)
