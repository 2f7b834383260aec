"""How does a warning come about, go out and end? The only writers."""

from mudan.core.warnings.actions.deliveries import claim, delivered, not_delivered, note_receipt
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

__all__ = [
    "NewWarning",
    "Publisher",
    "approve",
    "check",
    "claim",
    "delivered",
    "draft",
    "edit",
    "follow",
    "give_back",
    "not_delivered",
    "note_receipt",
    "send",
    "tick",
    "who_of",
    "withdraw",
]
