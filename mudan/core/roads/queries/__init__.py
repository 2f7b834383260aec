"""What do screens and routes read of roads? Networks, closures, and the router that is asked for ways."""

from mudan.core.roads.queries.closures import (
    Line,
    during,
    ended,
    history,
    last_ended,
    of_incident,
    of_ref,
    one,
    seen,
    standing,
    under_ref,
    versions,
)
from mudan.core.roads.queries.networks import NetworkInfo, active_hash, contents, known
from mudan.core.roads.queries.router import Route, Router, Times

__all__ = [
    "Line", "NetworkInfo", "Route", "Router", "Times", "active_hash", "contents", "during", "ended", "history",
    "known", "last_ended", "of_incident", "of_ref", "one", "seen", "standing", "under_ref", "versions",
]  # fmt: skip
