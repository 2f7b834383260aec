"""Which warnings are there, how far did they get, and whom do they concern?"""

from mudan.core.warnings.queries.coverage import coverage, people_inside
from mudan.core.warnings.queries.messages import (
    chain,
    deliveries,
    delivery,
    document,
    events,
    of_incident,
    of_origin,
    one,
    outgoing,
    page,
    serials,
)
from mudan.core.warnings.queries.public import published, published_document, published_one
from mudan.core.warnings.queries.reach import reached

__all__ = [
    "chain",
    "coverage",
    "deliveries",
    "delivery",
    "document",
    "events",
    "of_incident",
    "of_origin",
    "one",
    "outgoing",
    "page",
    "people_inside",
    "published",
    "published_document",
    "published_one",
    "reached",
    "serials",
]
