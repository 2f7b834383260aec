"""How do stock, shelters, needs and orders change?"""

from mudan.core.supplies.actions.example import load_example
from mudan.core.supplies.actions.orders import Word, ask, receive, say, state_need, withdraw_need
from mudan.core.supplies.actions.practice import copy_into
from mudan.core.supplies.actions.stock import (
    Movement,
    move,
    put_material,
    put_shelter,
    put_store,
    report_shelter,
)

__all__ = [
    "Movement",
    "Word",
    "ask",
    "copy_into",
    "load_example",
    "move",
    "put_material",
    "put_shelter",
    "put_store",
    "receive",
    "report_shelter",
    "say",
    "state_need",
    "withdraw_need",
]
