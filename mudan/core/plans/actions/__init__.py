"""How do plans come into force, and how are they asked?"""

from mudan.core.plans.actions.statements import state, withdraw
from mudan.core.plans.actions.versions import adopt, create, move, new_draft, save
from mudan.core.plans.actions.watching import EVERY, tick, watch

__all__ = [
    "EVERY",
    "adopt",
    "create",
    "move",
    "new_draft",
    "save",
    "state",
    "tick",
    "watch",
    "withdraw",
]
