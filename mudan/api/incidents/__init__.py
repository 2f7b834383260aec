"""What is being dealt with? Incidents, their timelines, what belongs together, and whom to send."""

from fastapi import APIRouter

from mudan.api.incidents import children, life, relations
from mudan.api.incidents.wire import event_out, incident_out

__all__ = ["event_out", "incident_out", "router"]

router = APIRouter(tags=["incidents"])
router.include_router(relations.router)  # before `life`: its fixed addresses are no ids of incidents
router.include_router(children.router)
router.include_router(life.router)
