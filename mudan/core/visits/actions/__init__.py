"""How is a visit planned, made, entered once and opened for, and a door told again? The only writers."""

from mudan.core.visits.actions.entering import add_photo, enter
from mudan.core.visits.actions.opening import open_household
from mudan.core.visits.actions.planning import (
    cancel,
    carry,
    plan,
    plan_registered,
    publish_cadence,
)
from mudan.core.visits.actions.telling import CALLS_KEPT, call_again, go_by, tell_again
from mudan.core.visits.actions.weekly import draft, publish, suggest

__all__ = [
    "CALLS_KEPT",
    "add_photo",
    "call_again",
    "cancel",
    "carry",
    "draft",
    "enter",
    "go_by",
    "open_household",
    "plan",
    "plan_registered",
    "publish",
    "publish_cadence",
    "suggest",
    "tell_again",
]
