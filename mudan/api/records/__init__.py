"""What is exchanged with systems that keep records, and what could not be used of it?"""

from fastapi import APIRouter

from mudan.api.records import exchange, faults, keys, push

router = APIRouter(tags=["records"])
for _part in (push, exchange, faults, keys):
    router.include_router(_part.router)
