"""How does a warning come about, go out and end? The only writers."""

from mudan.core.warnings.actions.deliveries import (
    claim,
    delivered,
    gateway_reported,
    not_delivered,
    note_receipt,
)
from mudan.core.warnings.actions.messages import (
    NewWarning,
    Publisher,
    approve,
    check,
    draft,
    edit,
    follow,
    give_back,
    send,
    tick,
    who_of,
    withdraw,
)
from mudan.core.warnings.actions.telling import call_around, call_origin, may_call_around

__all__ = [
    "NewWarning",
    "Publisher",
    "approve",
    "call_around",
    "call_origin",
    "check",
    "claim",
    "delivered",
    "draft",
    "edit",
    "follow",
    "gateway_reported",
    "give_back",
    "may_call_around",
    "not_delivered",
    "note_receipt",
    "send",
    "tick",
    "who_of",
    "withdraw",
]
