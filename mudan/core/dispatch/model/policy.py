"""When may a unit that is on its way be turned to something graver? A table of data, 示例, never a guess."""

from typing import Final

from mudan.primitives.text import Text

# Level of what it drives to now → levels that it may be diverted to. Whoever is at a scene stays there.
DIVERT: Final[dict[int, frozenset[int]]] = {
    4: frozenset({1, 2}),
    3: frozenset({1}),
    2: frozenset(),
    1: frozenset(),
}
DIVERTIBLE: Final = frozenset({"offered", "committed", "en_route"})


def diversion_refusal(status: str, present: int, wanted: int) -> Text | None:
    """Why a busy unit is not diverted from one level to another; None when policy lets a person do it."""
    if status not in DIVERTIBLE:
        return Text("已在现场或转运途中，不改派", "at a scene or with a patient: not diverted")
    if wanted not in DIVERT.get(present, frozenset()):
        return Text(
            "改派规则只允许由轻到重",
            "the diversion table lets units go from milder to much graver matters only",
        )
    return None
