"""What still holds while somebody lowers or ends a response? Said in words before, and kept with, the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mudan.core.plans.model.types import Plan
from mudan.core.responses.model.chart import END
from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class Standing:
    """A level whose condition holds, since when (ISO 8601), and the single conditions that make it hold."""

    level: str
    title: Text
    since: str | None
    conditions: tuple[Text, ...]


def standing(plan: Plan, before: str | None, after: str, advice: Mapping[str, Any]) -> tuple[Standing, ...]:
    """The levels left behind by going from `before` to `after` (a level or END) whose condition holds, gravest first.

    On the way up nothing is left behind. What is unknown is not said to hold; what held and fell silent is.
    """
    keys = [level.key for level in plan.levels]
    if before is None or (after != END and keys.index(after) >= keys.index(before)):
        return ()
    above = 0 if after == END else keys.index(after) + 1
    verdicts = {one["key"]: one for one in advice.get("levels", ()) if one.get("holds") is True}
    known = advice.get("conditions") or {}
    return tuple(
        Standing(
            key, plan.level(key).title, verdicts[key].get("since"),
            tuple(Text(**known[name]["says"]) for name in verdicts[key].get("conditions", ()) if name in known),
        )
        for key in reversed(keys[above:])
        if key in verdicts
    )  # fmt: skip


def standing_words(found: Sequence[Standing]) -> Text:
    """`Ⅱ级响应：库水位超汛限；Ⅲ级响应：…`."""
    return Text(
        "；".join(
            f"{one.title.zh}：{'、'.join(text.zh for text in one.conditions) or '条件满足'}" for one in found
        ),
        "; ".join(
            f"{one.title.en}: {', '.join(text.en for text in one.conditions) or 'its condition holds'}"
            for one in found
        ),
    )
