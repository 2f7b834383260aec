"""How do other systems read the county? NGSI-LD (ETSI GS CIM 009), entities and their history, read only."""

from fastapi import APIRouter

from mudan.api.ngsi_ld import entities, temporal
from mudan.api.ngsi_ld.errors import PREFIX, render

__all__ = ["PREFIX", "render", "router"]

router = APIRouter(tags=["ngsi-ld"])
router.include_router(entities.router)
router.include_router(temporal.router)
