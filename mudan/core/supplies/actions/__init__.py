"""How do stock, shelters, needs and orders change?"""

from mudan.core.supplies.actions.example import load_example
from mudan.core.supplies.actions.needs import state_need, withdraw_need
from mudan.core.supplies.actions.orders import Offer, Word, ask, offer, say
from mudan.core.supplies.actions.places import Minimum, change, create, retire, set_minimums
from mudan.core.supplies.actions.practice import copy_into
from mudan.core.supplies.actions.receiving import receive
from mudan.core.supplies.actions.stock import (
    Movement,
    move,
    put_material,
    put_shelter,
    put_store,
    report_shelter,
)

__all__ = [
    "Minimum",
    "Movement",
    "Offer",
    "Word",
    "ask",
    "change",
    "copy_into",
    "create",
    "load_example",
    "move",
    "offer",
    "put_material",
    "put_shelter",
    "put_store",
    "receive",
    "report_shelter",
    "retire",
    "say",
    "set_minimums",
    "state_need",
    "withdraw_need",
]
