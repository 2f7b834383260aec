"""What is a call, a report, a clock and a form?"""

from mudan.core.reports.model.clocks import LEVEL, Clock, Rule, Told, reckoned
from mudan.core.reports.model.draft import drafted, title
from mudan.core.reports.model.forms import FORMS, form
from mudan.core.reports.model.types import (
    CALL_CHANNELS,
    CHANNELS,
    MODES,
    REPORT_KINDS,
    Call,
    CallForm,
    Delivery,
    Facts,
    Force,
    Report,
    Wording,
    moved,
)

__all__ = [
    "CALL_CHANNELS",
    "CHANNELS",
    "FORMS",
    "LEVEL",
    "MODES",
    "REPORT_KINDS",
    "Call",
    "CallForm",
    "Clock",
    "Delivery",
    "Facts",
    "Force",
    "Report",
    "Rule",
    "Told",
    "Wording",
    "drafted",
    "form",
    "moved",
    "reckoned",
    "title",
]
