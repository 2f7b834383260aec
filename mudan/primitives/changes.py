"""What did a commit change, by id? What the live screens must hear of."""

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID


class Touched(NamedTuple):
    """One thing of a noun that changed, in which data space."""

    noun: str
    space: int
    id: str


@dataclass(slots=True)
class Changes:
    """What a commit changed, by id: what the live screens must hear of."""

    alarms: set[UUID] = field(default_factory=set)
    tasks: set[UUID] = field(default_factory=set)
    commands: set[UUID] = field(default_factory=set)
    units: set[UUID] = field(default_factory=set)
    others: set[Touched] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.alarms or self.tasks or self.commands or self.units or self.others)

    def add(self, other: "Changes") -> None:
        """Take in what else changed."""
        self.alarms |= other.alarms
        self.tasks |= other.tasks
        self.commands |= other.commands
        self.units |= other.units
        self.others |= other.others

    def touch(self, noun: str, space: int, which: UUID | str) -> None:
        """Something of another noun changed: screens that show the noun read it again."""
        self.others.add(Touched(noun, space, str(which)))
