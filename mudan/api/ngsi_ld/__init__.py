"""How do other systems read the county? NGSI-LD (ETSI GS CIM 009), entities and their history, read only."""

from mudan.api.joining import joined
from mudan.api.ngsi_ld import entities, temporal
from mudan.api.ngsi_ld.errors import PREFIX, render

__all__ = ["PREFIX", "render", "router"]

router = joined(entities.router, temporal.router, tag="ngsi-ld")
