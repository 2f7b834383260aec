"""How is a level advised, decided, issued, lowered and ended? The only writers of responses."""

from mudan.core.responses.actions.advising import tick
from mudan.core.responses.actions.deciding import approve, end, lower, reject, start, waive

__all__ = ["approve", "end", "lower", "reject", "start", "tick", "waive"]
