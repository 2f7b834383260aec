"""Who was sent, and how far are they?"""

from fastapi import APIRouter

from mudan.api.tasks import orders, reports, ways
from mudan.api.tasks.wire import TaskOut, task_out

__all__ = ["TaskOut", "router", "task_out"]

router = APIRouter(tags=["tasks"])
router.include_router(orders.router)
router.include_router(reports.router)
router.include_router(ways.router)
