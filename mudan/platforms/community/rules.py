"""When does a property firm leave too much undone?"""

from typing import Final

from mudan.core.rules.model import Comparison, Example, Level, Op, Property, Rule
from mudan.platforms.community.model import FIRM, OPEN_ORDERS
from mudan.primitives.text import Text

RULES: Final = (
    Rule(
        name="community.orders_pile_up",
        entity_types=(FIRM,),
        condition=Comparison(OPEN_ORDERS, Op.GE, Property("most_open"), hysteresis=2.0),
        level=Level.IV,
        title=Text("报修积压", "Repair orders pile up"),
        sentence=Text(
            "{entity} 未完成报修 {value} 单，上限 {limit} 单",
            "{entity} has {value} orders open, limit {limit}",
        ),
        cause=Text("物业人手不足，或集中故障", "The firm has too few hands, or much broke at once"),
        consequence=Text("居民报修超时，转为投诉", "Residents wait too long and complain"),
        response=Text(
            "联系物业负责人，必要时由社区协调维修力量",
            "Call the firm; let the community find others who repair",
        ),
        source="示例，由各县按小区规模设定 (an example, set by the county for the size of the estate)",
        examples=(
            Example(
                fires=True,
                samples=((0.0, OPEN_ORDERS, 21.0),),
                properties=(("most_open", 20.0),),
                until_s=1.0,
            ),
            Example(
                fires=False,
                samples=((0.0, OPEN_ORDERS, 3.0),),
                properties=(("most_open", 20.0),),
                until_s=1.0,
            ),
        ),
        time_available_min=240,
        example_only=True,
    ),
)
