"""How is a visit planned, made, entered once and opened for? The only writers."""

from mudan.core.visits.actions.entering import add_photo, enter
from mudan.core.visits.actions.opening import open_household
from mudan.core.visits.actions.planning import (
    cancel,
    carry,
    plan,
    plan_registered,
    publish_cadence,
)

__all__ = [
    "add_photo",
    "cancel",
    "carry",
    "enter",
    "open_household",
    "plan",
    "plan_registered",
    "publish_cadence",
]
