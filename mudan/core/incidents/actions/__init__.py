"""How is an incident changed? The only writers of incidents, their timelines and their bonds."""

from mudan.core.incidents.actions.bonds import (
    answer,
    escalate,
    give_back,
    hand_over,
    relate,
    tell_apart,
    unrelate,
)
from mudan.core.incidents.actions.cases import Becoming, open_from_case
from mudan.core.incidents.actions.children import accept_child, reject_child, tick, undo_child
from mudan.core.incidents.actions.life import (
    NOTES,
    add_note,
    close,
    count_harm,
    follow_task,
    link_alarms,
    name_commander,
    open_incident,
    reopen,
    set_level,
    set_phase,
    void,
)
from mudan.core.incidents.actions.log import log
from mudan.core.incidents.actions.merging import merge, split, undo_merge
from mudan.core.incidents.actions.place import set_place

__all__ = [
    "NOTES",
    "Becoming",
    "accept_child",
    "add_note",
    "answer",
    "close",
    "count_harm",
    "escalate",
    "follow_task",
    "give_back",
    "hand_over",
    "link_alarms",
    "log",
    "merge",
    "name_commander",
    "open_from_case",
    "open_incident",
    "reject_child",
    "relate",
    "reopen",
    "set_level",
    "set_phase",
    "set_place",
    "split",
    "tell_apart",
    "tick",
    "undo_child",
    "undo_merge",
    "unrelate",
    "void",
]
