"""What is wrong now, how does it belong together, what is silent, and can people cope with it?"""

from fastapi import APIRouter

from mudan.api.alarms import groups, inbox, links, performance, settings, silence, tuning
from mudan.api.alarms.wire import AlarmOut, alarm_out

__all__ = ["AlarmOut", "alarm_out", "router"]

# Paths with a name come before the path with an id, which would take the name for one.
router = APIRouter(tags=["alarms"])
for part in (groups, links, silence, settings, tuning, performance, inbox):
    router.include_router(part.router)
