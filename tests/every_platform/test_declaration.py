"""Does the door turn away a declaration that breaks its promises, in plain words?"""

from dataclasses import replace

import pytest

from mudan.connect.platform import Connector, Decoded, EntityType, Intake, Platform
from mudan.core.commands.model import CommandKind
from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.core.observations.model import Quantity
from mudan.core.rules.model import All, Comparison, Level, Op, Property, Rule, Staleness
from mudan.primitives.text import Text
from mudan.run.discover import validate

WORDS = Text("字", "words")


def no_connector(_intake: Intake, _settings: object) -> Connector:
    """Declared, never called."""
    raise AssertionError


RULE = Rule(
    name="noise.high",
    time_available_min=30,
    entity_types=("Meter",),
    condition=All((Comparison("level", Op.GE, Property("limit")), Staleness("link", 60.0))),
    level=Level.II,
    title=WORDS,
    sentence=WORDS,
    cause=WORDS,
    consequence=WORDS,
    response=WORDS,
    source="示例",
    examples=(),
)
KPI = Kpi("noise.heard", WORDS, WORDS, "%", 1, 60.0, Term(Measure.ENTITIES, entity_type="Meter"))
GOOD = Platform(
    name="noise",
    title=WORDS,
    summary=WORDS,
    protocol="lines",
    binary=False,
    entity_types=(EntityType("Meter", WORDS, {"limit": WORDS}),),
    quantities=(Quantity("level", "dB", WORDS),),
    rules=(RULE,),
    kpis=(KPI,),
    decode=lambda raw: (Decoded({"length": len(raw)}),),
    connector=no_connector,
    commands=(CommandKind("text", WORDS),),
)
LEVEL = GOOD.quantities[0]
BAD = {
    "must be a Platform": "noise",
    "title must be a Text": replace(GOOD, title="noise"),  # type: ignore[arg-type]  # what the door must catch
    "rules must be a tuple of Rule": replace(GOOD, rules=[RULE]),  # type: ignore[arg-type]  # as above
    "lower-case": replace(GOOD, name="Noise", rules=(), kpis=()),
    "no quantity is declared": replace(GOOD, quantities=(), rules=(), kpis=()),
    "quantity 'level' is declared 2 times": replace(GOOD, quantities=(LEVEL, LEVEL)),
    "command 'text' is declared 2 times": replace(GOOD, commands=GOOD.commands * 2),
    "unknown unit 'furlong'": replace(GOOD, quantities=(replace(LEVEL, unit="furlong"),)),
    "recorded by the centre without unit": replace(GOOD, quantities=(LEVEL, replace(LEVEL, name="link"))),
    "the title has no zh text": replace(GOOD, title=Text("", "Noise")),
    "response, has no en text": replace(GOOD, rules=(replace(RULE, response=Text("字", " ")),)),
    "does not start with 'noise.'": replace(GOOD, rules=(replace(RULE, name="high"),)),
    "undeclared quantity 'wind'": replace(
        GOOD, rules=(replace(RULE, condition=Comparison("wind", Op.GT, 1.0)),)
    ),
    "uses the property 'ceiling'": replace(
        GOOD, rules=(replace(RULE, condition=Comparison("level", Op.GT, Property("ceiling"))),)
    ),
    "undeclared entity type 'Tree'": replace(GOOD, rules=(replace(RULE, entity_types=("Tree",)),)),
    "counts the undeclared entity type 'Tree'": replace(
        GOOD, kpis=(replace(KPI, numerator=Term(Measure.ENTITIES, entity_type="Tree")),)
    ),
}


def test_a_good_declaration_has_no_problems() -> None:
    assert validate(GOOD) == []


@pytest.mark.parametrize("words", BAD)
def test_a_broken_promise_is_said_in_plain_words(words: str) -> None:
    problems = validate(BAD[words])
    assert any(words in problem for problem in problems), problems
