"""Which observations does a document hold? Open and closed requests, the age of the oldest."""

from mudan.connect.platform import Decoded
from mudan.core.cases.model.georeport import Document
from mudan.core.observations.model import Reading
from mudan.platforms.citizen.codec import described, document, standing
from mudan.platforms.citizen.model import CLOSED, ENTITY_TYPE, OLDEST, OPEN, SOURCE
from mudan.primitives.ids import urn


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """What a document says. Raises DecodeError."""
    found = document(raw)
    return (Decoded(described(found), readings(found)),)


def readings(found: Document, source: str = SOURCE) -> tuple[Reading, ...]:
    """The readings of a document of that endpoint; none where it holds no requests."""
    stand = standing(found)
    if stand is None:
        return ()
    name = urn(ENTITY_TYPE, source)
    return (
        Reading(name, OPEN, float(stand.open), "1", stand.at),
        Reading(name, CLOSED, float(stand.closed), "1", stand.at),
        Reading(name, OLDEST, stand.oldest_open_min, "min", stand.at),
    )
