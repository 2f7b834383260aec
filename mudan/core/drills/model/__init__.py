"""What is a drill: its script, its chart, its clock?"""

from mudan.core.drills.model.life import CHART, Drill, Inject, Line, drill_s, moved
from mudan.core.drills.model.script import (
    CallIn,
    ClosureIn,
    InjectIn,
    MessageIn,
    NoteIn,
    ObservationIn,
    Script,
    UnitIn,
    inject_of,
    planned,
    read_script,
    said_of,
)

__all__ = [
    "CHART",
    "CallIn",
    "ClosureIn",
    "Drill",
    "Inject",
    "InjectIn",
    "Line",
    "MessageIn",
    "NoteIn",
    "ObservationIn",
    "Script",
    "UnitIn",
    "drill_s",
    "inject_of",
    "moved",
    "planned",
    "read_script",
    "said_of",
]
