"""What did measurements or time mean to the rules, and what must outlive a restart?"""

from dataclasses import dataclass
from typing import NamedTuple

from mudan.core.rules.model.types import Rule


class Crossing(NamedTuple):
    """A condition began (`active`) or ended; times in µs since 1970 UTC, value and limit of one leaf."""

    rule: Rule
    entity: int
    active: bool
    quantity: str
    value: float
    limit: float
    at_us: int
    taken_over: bool = False


class Repeat(NamedTuple):
    """A standing condition was confirmed by `times` more measurements, the last one `value` at `at_us`."""

    rule: Rule
    entity: int
    value: float
    at_us: int
    times: int


class Memory(NamedTuple):
    """What a rule on an entity carries over a restart: since when its condition holds or releases (µs, 0 for
    neither), and which of its leaves were true.
    """

    rule: str
    entity: int
    since_us: int
    leaves: tuple[bool, ...]

    @property
    def rests(self) -> bool:
        """Whether there is nothing to carry."""
        return not self.since_us and not any(self.leaves)


@dataclass(slots=True)
class Judgement:
    """What a batch of measurements meant."""

    crossings: list[Crossing]
    repeats: list[Repeat]
