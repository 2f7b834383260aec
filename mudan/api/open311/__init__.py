"""How do other cities, programs and portals report here and follow what becomes of it? Open311 GeoReport v2."""

from fastapi import APIRouter

from mudan.api.open311 import keys, posting, reading
from mudan.api.open311.errors import PREFIX, render

__all__ = ["PREFIX", "render", "router"]

router = APIRouter()
router.include_router(reading.router)
router.include_router(posting.router)
router.include_router(keys.router)
