"""What is wrong with one value of a row, in words for whoever must mend it?"""

from dataclasses import dataclass

from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """A value that cannot be used: its field (empty: the row as a whole) and why."""

    field: str
    reason: Text


def fault(field: str, zh: str, en: str) -> Fault:
    """A fault in both languages."""
    return Fault(field, Text(zh, en))
