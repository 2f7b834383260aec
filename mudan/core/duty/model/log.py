"""How does the duty log read, when nothing in it is ever changed? Later lines put earlier ones right."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log. `key` names it for good; `drafted` lines come from events, the others from people.

    `corrects` is the key of the line that this one puts right; `corrected_by` the key of the newest that
    puts this one right.
    """

    key: str
    at: datetime
    recorded_at: datetime
    kind: str
    author: str
    text: Text
    drafted: bool
    noun: str = ""
    subject: str = ""
    corrects: str | None = None
    reason: str = ""
    corrected_by: str | None = None


def corrected(lines: Iterable[Line]) -> list[Line]:
    """The lines by time, each marked with the newest line that puts it right."""
    known = sorted(lines, key=lambda line: (line.at, line.recorded_at, line.key))
    newest: dict[str, Line] = {}
    for line in known:
        if line.corrects is not None:
            last = newest.get(line.corrects)
            if last is None or (last.recorded_at, last.key) < (line.recorded_at, line.key):
                newest[line.corrects] = line
    return [
        replace(line, corrected_by=newest[line.key].key) if line.key in newest else line for line in known
    ]
