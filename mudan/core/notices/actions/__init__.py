"""How does a notice begin, call, get answered and end? The only writer of notices."""

from mudan.core.notices.actions.calling import LATEST, post, subject_ended, tick
from mudan.core.notices.actions.ending import acknowledge, receipt, settle
from mudan.core.notices.actions.outbox import Channel, FileOutbox, Letter, hand_over

__all__ = [
    "LATEST",
    "Channel",
    "FileOutbox",
    "Letter",
    "acknowledge",
    "hand_over",
    "post",
    "receipt",
    "settle",
    "subject_ended",
    "tick",
]
