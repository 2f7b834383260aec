"""How do other cities, programs and portals report here and follow what becomes of it? Open311 GeoReport v2."""

from mudan.api.joining import joined
from mudan.api.open311 import keys, posting, reading
from mudan.api.open311.errors import PREFIX, render

__all__ = ["PREFIX", "render", "router"]

router = joined(reading.router, posting.router, keys.router)
