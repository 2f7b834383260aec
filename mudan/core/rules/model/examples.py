"""Does a rule do what its own examples say? The same engine judges them as judges the county."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mudan.core.observations.model import Columns
from mudan.core.rules.model.engine import Engine
from mudan.core.rules.model.types import Example, Rule
from mudan.primitives.clock import US_PER_S

_START_US = 1_700_000_000 * US_PER_S


@dataclass(frozen=True, slots=True)
class _Subject:
    key: int
    type: str
    properties: dict[str, Any]


def fires(rule: Rule, example: Example, quantities: Mapping[str, int]) -> bool:
    """Whether the rule is active at any time of the example."""
    engine = Engine(quantities, _START_US)
    engine.install([rule], [_Subject(1, rule.entity_types[0], dict(example.properties))])
    fired = False
    end = max([example.until_s, *(at for at, _, _ in example.samples)])
    moments = sorted({0.0, end, *(at for at, _, _ in example.samples)} | set(_steps(end)))
    for moment in moments:
        now = _START_US + int(moment * US_PER_S)
        due = [(quantities[name], value) for at, name, value in example.samples if at == moment]
        if due:
            columns = Columns.of(
                [1] * len(due), [q for q, _ in due], [v for _, v in due], [now] * len(due), [now] * len(due),
                [0] * len(due),
            )  # fmt: skip
            fired |= any(crossing.active for crossing in engine.judge(columns).crossings)
        fired |= any(crossing.active for crossing in engine.tick(now).crossings)
    return fired


def _steps(end: float) -> list[float]:
    return [end * n / 50 for n in range(51)]


def examples_hold(rule: Rule, quantities: Mapping[str, int]) -> list[str]:
    """What is wrong with the rule's examples, in plain words; empty when each does what it says."""
    wrong = []
    if not any(example.fires for example in rule.examples):
        wrong.append(f"{rule.name}: no example that fires")
    if all(example.fires for example in rule.examples):
        wrong.append(f"{rule.name}: no example that stays silent")
    for number, example in enumerate(rule.examples):
        if fires(rule, example, quantities) != example.fires:
            wrong.append(f"{rule.name}: example {number} should {'fire' if example.fires else 'stay silent'}")
    return wrong
