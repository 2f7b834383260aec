"""When is a urban_management reading an alarm?"""

from typing import Final

from mudan.core.rules.model import Comparison, Example, Level, Op, Property, Rule
from mudan.platforms.urban_management.model import ENTITY_TYPE, QUANTITY
from mudan.primitives.text import Text

RULES: Final = (
    Rule(
        name="urban_management.high",
        entity_types=(ENTITY_TYPE,),
        condition=Comparison(QUANTITY, Op.GE, Property("limit"), hysteresis=1.0),
        level=Level.IV,
        title=Text("读数超限", "Reading over its limit"),
        sentence=Text("{entity} 读数 {value},限值 {limit}", "{entity} reads {value}, limit {limit}"),
        cause=Text("所测对象异常,或设备故障", "What is measured is out of order, or the device is"),
        consequence=Text("情况可能继续恶化", "It may get worse"),
        response=Text("电话核实,必要时派人查看", "Verify by telephone; send somebody if need be"),
        source="示例, to be replaced by the clause that sets the limit",
        examples=(
            Example(fires=True, samples=((0.0, QUANTITY, 12.0),), properties=(("limit", 10.0),), until_s=1.0),
            Example(fires=False, samples=((0.0, QUANTITY, 8.0),), properties=(("limit", 10.0),), until_s=1.0),
        ),
        time_available_min=60,
        example_only=True,
    ),
)
