"""How are calls, reports and clocks written? The only writers of the noun."""

from mudan.core.reports.actions.calls import Opening, join_incident, take_call
from mudan.core.reports.actions.clocks import NewRule, cancel_clocks, put_rules, set_clock, tick
from mudan.core.reports.actions.writing import (
    Addressee,
    draft,
    edit,
    receipt,
    send,
    sign,
    tell,
    void,
)

__all__ = [
    "Addressee",
    "NewRule",
    "Opening",
    "cancel_clocks",
    "draft",
    "edit",
    "join_incident",
    "put_rules",
    "receipt",
    "send",
    "set_clock",
    "sign",
    "take_call",
    "tell",
    "tick",
    "void",
]
