"""Which roads are there, which are closed, and which way is the quickest?"""

from fastapi import APIRouter

from mudan.api.roads import closures, ways
from mudan.api.roads.wire import router_of

__all__ = ["router", "router_of"]

router = APIRouter(tags=["roads"])
router.include_router(ways.router)
router.include_router(closures.router)
