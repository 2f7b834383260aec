"""How is a chain started, tried, answered and ended, and how is its tree kept? The only writers."""

from mudan.core.calls.actions.practice import copy_into
from mudan.core.calls.actions.running import Answer, answer, cancel, start, tick
from mudan.core.calls.actions.tree import NewNode, add_node, change_node, load_example

__all__ = [
    "Answer",
    "NewNode",
    "add_node",
    "answer",
    "cancel",
    "change_node",
    "copy_into",
    "load_example",
    "start",
    "tick",
]
