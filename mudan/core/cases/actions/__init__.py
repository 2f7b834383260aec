"""How is a case reported, moved, timed and sent to the right department? The only writers."""

from mudan.core.cases.actions.moving import Step, hand_of, move, move_as
from mudan.core.cases.actions.publishing import publish_calendar, publish_matrix
from mudan.core.cases.actions.reporting import add_reporter, author_of, report, report_as
from mudan.core.cases.actions.showing import add_picture
from mudan.core.cases.actions.ticking import tick

__all__ = [
    "Step",
    "add_picture",
    "add_reporter",
    "author_of",
    "hand_of",
    "move",
    "move_as",
    "publish_calendar",
    "publish_matrix",
    "report",
    "report_as",
    "tick",
]
