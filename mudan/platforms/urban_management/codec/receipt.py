"""What does the other system say of something that it was told: which, and how it stands there?"""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from mudan.platforms.urban_management.codec.reading import chosen, words
from mudan.platforms.urban_management.model.words import Heard
from mudan.primitives.errors import DecodeError

STATES: Final = ("accepted", "handled", "answered", "failed")


def receipt_of(given: Mapping[str, Any]) -> Heard:
    """The receipt in a message. Raises DecodeError."""
    try:
        told = UUID(words(given, "id", longest=40))
    except ValueError:
        raise DecodeError("id is the one that came with what was told", field="id") from None
    return Heard(
        told,
        chosen(given, "state", STATES),
        words(given, "number", needed=False, longest=200),
        words(given, "text", needed=False, longest=500),
    )
