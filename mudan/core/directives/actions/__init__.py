"""How is a directive issued, done, checked, chased and repeated? The only writers."""

from mudan.core.directives.actions.chasing import remind, tick
from mudan.core.directives.actions.extending import ask_extension, decide_extension
from mudan.core.directives.actions.issuing import issue, stop_series
from mudan.core.directives.actions.moving import Step, move
from mudan.core.directives.actions.proving import NewEvidence, add_evidence

__all__ = [
    "NewEvidence",
    "Step",
    "add_evidence",
    "ask_extension",
    "decide_extension",
    "issue",
    "move",
    "remind",
    "stop_series",
    "tick",
]
