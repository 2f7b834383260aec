"""What is being dealt with? Incidents, their timelines, what belongs together, and whom to send."""

from mudan.api.incidents import children, life, relations
from mudan.api.incidents.wire import event_out, incident_out
from mudan.api.joining import joined

__all__ = ["event_out", "incident_out", "router"]

router = joined(
    relations.router, children.router, life.router, tag="incidents"
)  # before `life`: its fixed addresses are no ids of incidents
