"""What is wrong now, how does it belong together, what is silent, and can people cope with it?"""

from mudan.api.alarms import groups, inbox, links, performance, settings, silence, tuning
from mudan.api.alarms.wire import AlarmOut, alarm_out
from mudan.api.joining import joined

__all__ = ["AlarmOut", "alarm_out", "router"]

# Paths with a name come before the path with an id, which would take the name for one.
router = joined(
    groups.router,
    links.router,
    silence.router,
    settings.router,
    tuning.router,
    performance.router,
    inbox.router,
    tag="alarms",
)
