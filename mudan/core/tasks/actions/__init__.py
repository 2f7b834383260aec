"""How are units sent, how do their tasks move on, and how are their crews kept safe?"""

from mudan.core.tasks.actions.calls import Call, answer_help, ask_help, cry, end_cry
from mudan.core.tasks.actions.orders import FURTHEST, ORDER_LENGTH, assign, give, note_receipt
from mudan.core.tasks.actions.photos import add_photo
from mudan.core.tasks.actions.places import PLACES, tell_place
from mudan.core.tasks.actions.reports import FieldEvent, Heard, hear, is_own, proposal_is, propose, report
from mudan.core.tasks.actions.safety import Safe, check, check_all, end, end_all, safe
from mudan.core.tasks.actions.timers import expire_offers, send_now, send_plans, set_policy, tick

__all__ = [
    "FURTHEST",
    "ORDER_LENGTH",
    "PLACES",
    "Call",
    "FieldEvent",
    "Heard",
    "Safe",
    "add_photo",
    "answer_help",
    "ask_help",
    "assign",
    "check",
    "check_all",
    "cry",
    "end",
    "end_all",
    "end_cry",
    "expire_offers",
    "give",
    "hear",
    "is_own",
    "note_receipt",
    "proposal_is",
    "propose",
    "report",
    "safe",
    "send_now",
    "send_plans",
    "set_policy",
    "tell_place",
    "tick",
]
