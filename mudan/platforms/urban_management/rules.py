"""When is the state of a component an alarm?"""

from typing import Final

from mudan.core.rules.model import All, Comparison, Example, Level, Op, Rule
from mudan.platforms.urban_management.model.words import COMPONENT, STATE, STATES
from mudan.primitives.text import Text

_DAMAGED, _MISSING = float(STATES["damaged"][0]), float(STATES["missing"][0])
_SOURCE: Final = "示例；状态取值与等级由县里确定"


def _seen(*values: float) -> tuple[tuple[float, str, float], ...]:
    return tuple((float(60 * number), STATE, value) for number, value in enumerate(values))


RULES: Final = (
    Rule(
        name="urban_management.component_missing",
        entity_types=(COMPONENT,),
        condition=All((Comparison(STATE, Op.GE, _MISSING), Comparison(STATE, Op.LE, _MISSING))),
        level=Level.III,
        title=Text("部件丢失", "Component missing"),
        sentence=Text("{entity} 丢失", "{entity} is missing"),
        cause=Text("被盗、脱落或被移走", "Stolen, fallen off or taken away"),
        consequence=Text(
            "井口敞开、护栏缺失可能伤人", "An open manhole or a gap in a rail may hurt somebody"
        ),
        response=Text(
            "先派人现场围护，再开案卷交权属单位补装", "Guard the place first, then open a case for the owner"
        ),
        source=_SOURCE,
        examples=(
            Example(fires=True, samples=_seen(0.0, _MISSING), properties=(), until_s=60.0),
            Example(fires=False, samples=_seen(0.0, _DAMAGED, 4.0), properties=(), until_s=120.0),
        ),
        time_available_min=60,
        group="state",
        example_only=True,
    ),
    Rule(
        name="urban_management.component_damaged",
        entity_types=(COMPONENT,),
        condition=All((Comparison(STATE, Op.GE, _DAMAGED), Comparison(STATE, Op.LE, _DAMAGED))),
        level=Level.IV,
        title=Text("部件破损", "Component damaged"),
        sentence=Text("{entity} 破损", "{entity} is damaged"),
        cause=Text("老化、碾压或人为损坏", "Age, traffic or damage by somebody"),
        consequence=Text("影响使用，可能进一步损坏", "Cannot be used well, and may get worse"),
        response=Text("开案卷交权属单位维修", "Open a case for the owner to repair it"),
        source=_SOURCE,
        examples=(
            Example(fires=True, samples=_seen(0.0, _DAMAGED), properties=(), until_s=60.0),
            Example(fires=False, samples=_seen(0.0, 3.0), properties=(), until_s=60.0),
        ),
        time_available_min=1440,
        group="state",
        example_only=True,
    ),
)
