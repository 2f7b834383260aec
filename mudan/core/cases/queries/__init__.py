"""Which cases are there, how do their clocks stand, what are they like, and by which calendar and matrix?"""

from mudan.core.cases.queries.board import (
    Wanted,
    clocks,
    event_known,
    find,
    history,
    merged_into,
    near,
    one,
    page,
    recent,
    reporters,
)
from mudan.core.cases.queries.pictures import first_pictures, jpeg, pictures
from mudan.core.cases.queries.tables import (
    Published,
    calendar,
    calendars,
    matrices,
    record,
    rules,
    rules_for,
)
from mudan.core.cases.queries.timers import due, stale

__all__ = [
    "Published",
    "Wanted",
    "calendar",
    "calendars",
    "clocks",
    "due",
    "event_known",
    "find",
    "first_pictures",
    "history",
    "jpeg",
    "matrices",
    "merged_into",
    "near",
    "one",
    "page",
    "pictures",
    "recent",
    "record",
    "reporters",
    "rules",
    "rules_for",
    "stale",
]
