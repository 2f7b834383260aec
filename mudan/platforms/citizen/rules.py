"""When does another system's desk of requests need somebody's eye?"""

from typing import Final

from mudan.core.rules.model import Comparison, Example, Level, Op, Property, Rule
from mudan.platforms.citizen.model import ENTITY_TYPE, OLDEST
from mudan.primitives.text import Text

_OLDEST: Final = Rule(
    name="citizen.oldest_open",
    entity_types=(ENTITY_TYPE,),
    condition=Comparison(OLDEST, Op.GE, Property("limit_min"), hysteresis=60.0),
    level=Level.IV,
    title=Text("外部诉求久未办结", "A request elsewhere stays open"),
    sentence=Text(
        "{entity} 最早未结诉求已 {value}，限 {limit}", "{entity}: the oldest open is {value}, limit {limit}"
    ),
    cause=Text("对方办理迟缓，或办结未回传。", "The other side is slow, or does not tell what it closed."),
    consequence=Text("诉求人久等，可能重复投诉。", "Who asked waits, and may complain again."),
    response=Text("与对方席位核对该诉求。", "Compare this request with the other desk."),
    source="示例：限值由本县与对方约定",
    examples=(
        Example(fires=True, samples=((0, OLDEST, 3000.0),), properties=(("limit_min", 2880.0),), until_s=1.0),
        Example(fires=False, samples=((0, OLDEST, 60.0),), properties=(("limit_min", 2880.0),), until_s=1.0),
    ),
    time_available_min=240,
    example_only=True,
)

_SILENT: Final = Rule(
    name="citizen.endpoint_silent",
    entity_types=(ENTITY_TYPE,),
    condition=Comparison("link", Op.LT, 1.0),
    level=Level.IV,
    title=Text("外部诉求接口不通", "An endpoint of requests does not answer"),
    sentence=Text("{entity}不通", "{entity} does not answer"),
    cause=Text("网络中断、对方停机，或密钥失效。", "The network, the other side or the key has failed."),
    consequence=Text("外部诉求到不了中心。", "Requests from there do not reach the centre."),
    response=Text("联系对方；期间电话转办。", "Call the other side; take requests by telephone meanwhile."),
    source="示例：十分钟不通即提示",
    examples=(
        Example(fires=True, samples=((0, "link", 1.0), (30, "link", 0.0)), until_s=900.0),
        Example(fires=False, samples=((0, "link", 0.0), (20, "link", 1.0)), until_s=900.0),
    ),
    hold_s=600.0,
    time_available_min=240,
    example_only=True,
)

RULES: Final = (_OLDEST, _SILENT)
