"""In which state is an alarm, what silences it, with what does it belong together? Pure."""

from mudan.core.alarms.model.chains import Chain, checked_chain
from mudan.core.alarms.model.correlation import Reason, Seen, Suggestion, compared, scored
from mudan.core.alarms.model.families import FAMILIES, Family, family_named, family_of
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
from mudan.core.alarms.model.tuning import Tuning, checked_tuning, tuning_of

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
    "Tuning",
    "checked_chain",
    "checked_tuning",
    "compared",
    "family_named",
    "family_of",
    "inhibits",
    "position_of",
    "refusal",
    "scored",
    "sources",
    "targets",
    "tuning_of",
]
