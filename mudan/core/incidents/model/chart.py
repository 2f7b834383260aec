"""In which phase is an incident, and where can it go from there?

    new ─▶ triage ─▶ accepted ─▶ dispatching ─▶ responding ─▶ on_scene ─▶ controlled ─▶ recovery
     └──────┴─▶ rejected │ duplicate     (any open phase) ─▶ suspended │ transferred       │
                                         (any open phase) ─▶ closing ─▶ closed ─▶ reopened ◀┘
    merged into another: duplicate, undone by going back;  opened by mistake: void

Phases move on by themselves as tasks do (never back), or by a person. Closing, reopening, merging and voiding
are deeds of their own with their own guards; `set` goes everywhere else that the chart allows.
"""

from typing import Final

from mudan.primitives.errors import Conflict
from mudan.primitives.text import Text

_NEXT: Final[dict[str, tuple[str, ...]]] = {
    "new": ("triage", "accepted", "rejected", "duplicate"),
    "triage": ("accepted", "rejected", "duplicate"),
    "accepted": ("dispatching", "controlled", "suspended", "transferred", "closing"),
    "dispatching": ("responding", "on_scene", "controlled", "suspended", "transferred", "closing"),
    "responding": ("on_scene", "controlled", "suspended", "transferred", "closing"),
    "on_scene": ("controlled", "suspended", "transferred", "closing"),
    "controlled": ("on_scene", "recovery", "suspended", "transferred", "closing"),
    "recovery": ("controlled", "suspended", "transferred", "closing"),
    "reopened": ("dispatching", "on_scene", "controlled", "suspended", "transferred", "closing"),
    "suspended": ("accepted", "on_scene", "controlled", "closing"),
    "transferred": ("accepted", "on_scene", "controlled", "closing"),
    "closing": ("controlled", "closed"),
    "closed": ("reopened",),
    "rejected": ("reopened",),
    "duplicate": ("reopened",),
    "void": ("reopened",),
}
ENDED: Final = ("closed", "rejected", "duplicate", "void")
PHASES: Final = tuple(_NEXT)
OWN_DEEDS: Final = ("closed", "reopened")  # phases that `set_phase` never enters
NEED_REASON: Final = ("suspended", "transferred", "rejected", "duplicate")
_ORDER: Final = ("new", "triage", "accepted", "reopened", "dispatching", "responding", "on_scene")
_WANTED: Final = {
    "offered": "dispatching",
    "accepted": "responding",
    "en_route": "responding",
    "staging": "responding",
    "on_scene": "on_scene",
    "working": "on_scene",
    "transporting": "on_scene",
    "at_destination": "on_scene",
}

PHASE_WORDS: Final = {
    "new": Text("接报", "received"),
    "triage": Text("研判", "being assessed"),
    "accepted": Text("已立案", "accepted"),
    "rejected": Text("不予立案", "rejected"),
    "duplicate": Text("重复", "duplicate"),
    "dispatching": Text("派遣", "dispatching"),
    "responding": Text("出动", "responding"),
    "on_scene": Text("到场处置", "on scene"),
    "controlled": Text("已控制", "controlled"),
    "recovery": Text("善后", "recovery"),
    "closing": Text("待核查", "awaiting check"),
    "closed": Text("已结案", "closed"),
    "reopened": Text("重新打开", "reopened"),
    "suspended": Text("挂起", "on hold"),
    "transferred": Text("移送", "handed over"),
    "void": Text("作废", "void"),
}


def next_phases(phase: str) -> tuple[str, ...]:
    """Where a person may take an incident from a phase."""
    return _NEXT[phase]


def is_open(phase: str) -> bool:
    """Whether the incident has not ended."""
    return phase not in ENDED


def moved(phase: str, event: str, to: str = "") -> str:
    """The phase after a deed; raises Conflict where the chart has no such way.

    `event`: set (to `to`), close, reopen, merge, void; undo of a merge goes back to `to`, where it came from.
    """
    if event == "set" and to in _NEXT[phase] and to not in OWN_DEEDS:
        return to
    if event == "undo" and phase == "duplicate" and is_open(to):
        return to
    if event == "reopen" and not is_open(phase):
        return "reopened"
    deeds = {"close": "closed", "merge": "duplicate", "void": "void"}
    if event in deeds and is_open(phase):
        return deeds[event]
    raise Conflict(f"an incident that is {phase} cannot {event} {to}".strip())


def advanced(phase: str, task_state: str) -> str:
    """The phase after a task has reached a state; an incident is never taken back by a task."""
    wanted = _WANTED.get(task_state)
    if wanted is None or phase not in _ORDER:
        return phase
    return wanted if _ORDER.index(wanted) > _ORDER.index(phase) else phase
