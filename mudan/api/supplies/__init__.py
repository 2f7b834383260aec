"""What is in store, who is sheltered, what is needed, and who lends it?"""

from fastapi import APIRouter

from mudan.api.supplies import keeping, orders, places

router = APIRouter(tags=["supplies"])
router.include_router(places.router)
router.include_router(keeping.router)
router.include_router(orders.router)
