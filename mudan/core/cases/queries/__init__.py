"""Which cases are there, how do their clocks stand, what are they like, and by which calendar and matrix?"""

from mudan.core.cases.queries.board import (
    MOST_COUNTED,
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
from mudan.core.cases.queries.corrections import (
    correction,
    corrections,
    evaluation,
    evaluations,
    points_given,
)
from mudan.core.cases.queries.metrics import Asked, Behind, behind, counts, crews, excluded
from mudan.core.cases.queries.places import Box, cells, points
from mudan.core.cases.queries.tables import (
    Published,
    calendar,
    calendars,
    matrices,
    record,
    rules,
    rules_for,
)
from mudan.core.cases.queries.tallying import lines, tallies_known, told, untallied
from mudan.core.cases.queries.timers import due, stale

__all__ = [
    "MOST_COUNTED",
    "Asked",
    "Behind",
    "Box",
    "Published",
    "Wanted",
    "behind",
    "calendar",
    "calendars",
    "cells",
    "clocks",
    "correction",
    "corrections",
    "counts",
    "crews",
    "due",
    "evaluation",
    "evaluations",
    "event_known",
    "excluded",
    "find",
    "history",
    "lines",
    "matrices",
    "merged_into",
    "near",
    "one",
    "page",
    "points",
    "points_given",
    "recent",
    "record",
    "reporters",
    "rules",
    "rules_for",
    "stale",
    "tallies_known",
    "told",
    "untallied",
]
