"""Which plans are there, what do they say now, and how do their versions come into force?"""

from fastapi import APIRouter

from mudan.api.plans import present, versions, writing

router = APIRouter(tags=["plans"])
for part in (present.router, writing.router, versions.router):  # fixed words before names in paths
    router.include_router(part)
