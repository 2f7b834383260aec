"""Which households are there, masked; who lives in an opened one; and who has opened which?"""

from mudan.core.households.queries.openings import counted, looked_at, opened_since, opening, to_explain
from mudan.core.households.queries.register import Wanted, among, by_grid, file, files, one, page, residents

__all__ = [
    "Wanted",
    "among",
    "by_grid",
    "counted",
    "file",
    "files",
    "looked_at",
    "one",
    "opened_since",
    "opening",
    "page",
    "residents",
    "to_explain",
]
