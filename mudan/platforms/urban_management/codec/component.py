"""What does a message about one component say: which, in what state, seen when?"""

import re
from collections.abc import Mapping
from typing import Any, Final

from mudan.platforms.urban_management.codec.reading import chosen, matched, moment, place
from mudan.platforms.urban_management.model.words import STATES, ComponentState

_NUMBER: Final = re.compile(r"[0-9A-Za-z\-]{4,32}", re.ASCII)


def component_of(given: Mapping[str, Any]) -> ComponentState:
    """The component in a message. Raises DecodeError."""
    lon, lat = place(given)
    return ComponentState(
        component=matched(given, "component", _NUMBER, "4 to 32 letters and digits"),
        state=chosen(given, "state", tuple(STATES)),
        seen_at=moment(given, "seen_at"),
        lon=lon,
        lat=lat,
    )
