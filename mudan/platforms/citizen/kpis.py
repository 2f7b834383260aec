"""How well are the endpoints of other systems heard?"""

from typing import Final

from mudan.core.kpis.model import heard
from mudan.platforms.citizen.model import ENTITY_TYPE
from mudan.primitives.text import Text

KPIS: Final = (
    heard(
        "citizen.heard",
        Text("诉求接口在线率", "Endpoints heard"),
        Text("一小时内有数据的外部诉求接口占比", "Share of endpoints heard within the hour"),
        ENTITY_TYPE,
        3600.0,
    ),
)
