"""Which cases are there, how do they go on, and by which calendar and matrix?"""

from fastapi import APIRouter

from mudan.api.cases import board, pictures, tables

__all__ = ["router"]

router = APIRouter(tags=["cases"])
router.include_router(tables.router)
router.include_router(board.router)
router.include_router(pictures.router)
