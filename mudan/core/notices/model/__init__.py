"""When does a notice call whom, and when is it over? Pure: no clock of its own."""

from mudan.core.notices.model.types import (
    CHANNELS,
    Delivery,
    NewNotice,
    Notice,
    Receipt,
    Recipients,
    State,
    Step,
    Upcoming,
    checked,
    target_title,
)
from mudan.core.notices.model.when import Firing, decided, first_at

__all__ = [
    "CHANNELS",
    "Delivery",
    "Firing",
    "NewNotice",
    "Notice",
    "Receipt",
    "Recipients",
    "State",
    "Step",
    "Upcoming",
    "checked",
    "decided",
    "first_at",
    "target_title",
]
