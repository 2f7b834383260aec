"""Do the house's own lint rules catch what they say, and does the tree keep them?"""

from pathlib import Path

import pytest

from tools.house_lint import broken, found
from tools.house_rules import RULES, HouseRule, Source

ROOT = Path(__file__).parents[2]


def names(example: tuple[str, str]) -> set[str]:
    """The rules that an example breaks."""
    return {problem.rule for problem in broken(Source(*example, frozenset(("mudan", "tests"))))}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_lets_its_good_example_pass(rule: HouseRule) -> None:
    assert rule.applies(rule.good[0])
    assert rule.name not in names(rule.good)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_catches_its_bad_example(rule: HouseRule) -> None:
    assert rule.name in names(rule.bad)


def test_the_tree_keeps_the_house_rules() -> None:
    problems = [str(problem) for problem in found(ROOT)]
    assert not problems, "\n".join(problems)
