"""What is the public warned of? Warnings from the draft to their end, and how far each got."""

from fastapi import APIRouter

from mudan.api.warnings import editing, life, papers, receipts

__all__ = ["router"]

router = APIRouter(tags=["warnings"])
for part in (
    editing.router,
    receipts.router,
    papers.router,
    life.router,
):  # fixed paths before `/{warning_id}`
    router.include_router(part)
