"""What does the platform speak of? Endpoints of other systems, and what one document of theirs adds up to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

ENTITY_TYPE: Final = "RequestEndpoint"
SOURCE: Final = "open311"  # the endpoint's identifier where nothing else is set
FEED: Final = "requests"
OPEN: Final = "requests_open"
CLOSED: Final = "requests_closed"
OLDEST: Final = "requests_oldest_open"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the requests of one document stand at the time of its newest change."""

    at: datetime
    open: int
    closed: int
    oldest_open_min: float
