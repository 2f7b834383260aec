"""What is the smallest stand on which a rule can be judged?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mudan.core.observations.model import Columns, Quality
from mudan.core.rules.model import Comparison, Condition, Level, Op, Rule
from mudan.core.rules.model.engine import Crossing, Engine, Judgement
from mudan.primitives.clock import US_PER_S
from mudan.primitives.text import Text

QUANTITIES = {"level": 1, "rain": 2, "door": 3}
START_US = 1_763_859_600 * US_PER_S
_WORD = Text("词", "word")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be judged."""

    key: int = 1
    type: str = "Station"
    properties: dict[str, Any] = field(default_factory=dict)


def rule(condition: Condition | None = None, *, name: str = "test.high", level: int = 3, **more: Any) -> Rule:
    """A rule with made-up words; without a condition: level ≥ 10."""
    return Rule(
        name=name, entity_types=("Station",), condition=condition or Comparison("level", Op.GE, 10.0),
        level=Level(level), title=_WORD, sentence=_WORD, cause=_WORD, consequence=_WORD, response=_WORD,
        source="test", examples=(), **more,
    )  # fmt: skip


Sample = tuple[float, float] | tuple[float, float, str] | tuple[float, float, str, int]


class Bench:
    """An engine over some things; times are seconds from the start."""

    def __init__(self, *rules: Rule, things: Sequence[Thing] = (Thing(),), at_s: float = 0) -> None:
        self.engine = Engine(QUANTITIES, us(at_s))
        self.engine.install(rules, things)

    def judge(self, *samples: Sample, received_s: float | None = None, quality: int = 0) -> Judgement:
        """Judge one batch of (seconds, value[, quantity[, thing]])."""
        return self.engine.judge(columns(*samples, received_s=received_s, quality=quality))

    def told(self, *samples: Sample, **options: Any) -> list[tuple[str, bool, float]]:
        """(rule, active, seconds) of what a batch began or ended."""
        return [shown(crossing) for crossing in self.judge(*samples, **options).crossings]

    def tick(self, at_s: float) -> list[tuple[str, bool, float]]:
        """What the passing of time began or ended."""
        return [shown(crossing) for crossing in self.engine.tick(us(at_s)).crossings]


def us(seconds: float) -> int:
    """Microseconds since 1970 of so many seconds from the start."""
    return START_US + int(seconds * US_PER_S)


def columns(*samples: Sample, received_s: float | None = None, quality: int = int(Quality.GOOD)) -> Columns:
    """A batch of (seconds, value[, quantity[, thing]])."""
    full = [(*sample, *("level", 1)[len(sample) - 2 :]) for sample in samples]
    received = [us(received_s if received_s is not None else float(one[0])) for one in full]
    return Columns.of(
        [int(one[3]) for one in full],
        [QUANTITIES[str(one[2])] for one in full],
        [float(one[1]) for one in full],
        [us(float(one[0])) for one in full],
        received,
        [quality] * len(full),
    )


def shown(crossing: Crossing) -> tuple[str, bool, float]:
    """A crossing in short."""
    return crossing.rule.name, crossing.active, (crossing.at_us - START_US) / US_PER_S
