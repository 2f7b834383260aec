"""How do people come on duty, change places, hand over and write down? The only writers."""

from mudan.core.duty.actions.example import load_example
from mudan.core.duty.actions.handover import (
    add_item,
    answer_item,
    change_item,
    draft,
    give,
    take,
    withdraw,
)
from mudan.core.duty.actions.log import write_note
from mudan.core.duty.actions.phone import ContactChange, NewContact, add_contact, change_contact
from mudan.core.duty.actions.practice import copy_into
from mudan.core.duty.actions.roster import (
    Imported,
    NewShift,
    add_shift,
    ask_swap,
    copy_week,
    decide_swap,
    import_roster,
    put_position,
    void_shift,
)

__all__ = [
    "ContactChange",
    "Imported",
    "NewContact",
    "NewShift",
    "add_contact",
    "add_item",
    "add_shift",
    "answer_item",
    "ask_swap",
    "change_contact",
    "change_item",
    "copy_into",
    "copy_week",
    "decide_swap",
    "draft",
    "give",
    "import_roster",
    "load_example",
    "put_position",
    "take",
    "void_shift",
    "withdraw",
    "write_note",
]
