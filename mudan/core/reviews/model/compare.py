"""What is different between two versions of a report, section by section?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from mudan.primitives.paper import Facts, Heading, Paper, Table, Words
from mudan.primitives.text import Text

UNTIL: Final = Text("数据截至", "Data until")  # differs between any two versions and says nothing
_TOP: Final = Text("概况", "Summary")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a section that only one of the two has."""

    section: Text
    kind: Literal["added", "removed"]
    cells: tuple[Text, ...]


def compared(old: Paper, new: Paper) -> list[Change]:
    """What the new one no longer says, and what it says in addition, in the order of the papers' sections."""
    before, after = _said(old), _said(new)
    changes = []
    for section in dict.fromkeys((*before, *after)):
        had, has = before.get(section, Counter()), after.get(section, Counter())
        changes += [Change(section, "removed", cells) for cells in (had - has).elements()]
        changes += [Change(section, "added", cells) for cells in (has - had).elements()]
    return changes


def _said(paper: Paper) -> dict[Text, Counter[tuple[Text, ...]]]:
    section, found = _TOP, dict[Text, Counter[tuple[Text, ...]]]()
    for block in paper.blocks:
        if isinstance(block, Heading):
            section = block.text
        for cells in _lines(block):
            found.setdefault(section, Counter())[cells] += 1
    return found


def _lines(block: object) -> Iterator[tuple[Text, ...]]:
    if isinstance(block, Table):
        yield from block.rows
    if isinstance(block, Facts):
        yield from (row for row in block.rows if row[0] != UNTIL)
    if isinstance(block, Words):
        yield (block.text,)
