"""What must be done by whom, by when, and is it done? The supervised tasks (督办)."""

from fastapi import APIRouter

from mudan.api.directives import board, steps

__all__ = ["router"]

router = APIRouter(tags=["directives"])
router.include_router(board.router)
router.include_router(steps.router)
