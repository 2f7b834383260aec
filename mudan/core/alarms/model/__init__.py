"""In which state is an alarm, what silences it, with what does it belong together? Pure."""

from mudan.core.alarms.model.chains import Chain, checked_chain
from mudan.core.alarms.model.correlation import Reason, Seen, Suggestion, compared
from mudan.core.alarms.model.families import FAMILIES, Family, family_of, group_area
from mudan.core.alarms.model.inhibition import Facts, Inhibition, Match, inhibits, sources, targets
from mudan.core.alarms.model.life import (
    FINDINGS,
    OPERATOR_SHELF,
    SHELF_LIMIT,
    Action,
    Alarm,
    Suppression,
    position_of,
    refusal,
)

__all__ = [
    "FAMILIES",
    "FINDINGS",
    "OPERATOR_SHELF",
    "SHELF_LIMIT",
    "Action",
    "Alarm",
    "Chain",
    "Facts",
    "Family",
    "Inhibition",
    "Match",
    "Reason",
    "Seen",
    "Suggestion",
    "Suppression",
    "checked_chain",
    "compared",
    "family_of",
    "group_area",
    "inhibits",
    "position_of",
    "refusal",
    "sources",
    "targets",
]
