"""Which words describe duty? People in positions over time, hand-overs, swaps and the log. Pure."""

from mudan.core.duty.model.handover import (
    ANSWERS,
    Handover,
    Item,
    Matter,
    check_give,
    check_take,
)
from mudan.core.duty.model.log import Line, corrected
from mudan.core.duty.model.roster import (
    CHANNELS,
    Contact,
    Gap,
    OnDuty,
    Overlap,
    Position,
    Shift,
    Swap,
    gaps,
    overlaps,
)
from mudan.core.duty.model.table import COLUMNS, Row, parsed, printed

__all__ = [
    "ANSWERS",
    "CHANNELS",
    "COLUMNS",
    "Contact",
    "Gap",
    "Handover",
    "Item",
    "Line",
    "Matter",
    "OnDuty",
    "Overlap",
    "Position",
    "Row",
    "Shift",
    "Swap",
    "check_give",
    "check_take",
    "corrected",
    "gaps",
    "overlaps",
    "parsed",
    "printed",
]
