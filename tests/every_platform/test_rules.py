"""Does every rule show when it fires and when it stays silent, and does the engine agree?"""

from mudan.core.rules.model.examples import examples_hold
from mudan.run.discover import BUILT_IN, declared


def test_every_rule_fires_in_one_example_and_stays_silent_in_another(name: str) -> None:
    platform = declared(name)
    assert platform.rules, f"{name} declares no rule"
    declared_names = [*(quantity.name for quantity in platform.quantities), *sorted(BUILT_IN)]
    numbers = {quantity: number for number, quantity in enumerate(declared_names)}
    wrong = [failure for rule in platform.rules for failure in examples_hold(rule, numbers)]
    assert not wrong, "\n".join(wrong)
