"""Which plans are there, what do they say now, and what do they look at?"""

from mudan.core.plans.queries.facts import facts
from mudan.core.plans.queries.plans import (
    Approved,
    Listed,
    Watch,
    approved,
    approved_of,
    history,
    listed,
    parsed,
    plan_row,
    statements,
    version,
    versions,
    watch_of,
    watches,
)
from mudan.core.plans.queries.recorded import recorded
from mudan.core.plans.queries.worlds import active_spaces, gathered

__all__ = [
    "Approved",
    "Listed",
    "Watch",
    "active_spaces",
    "approved",
    "approved_of",
    "facts",
    "gathered",
    "history",
    "listed",
    "parsed",
    "plan_row",
    "recorded",
    "statements",
    "version",
    "versions",
    "watch_of",
    "watches",
]
