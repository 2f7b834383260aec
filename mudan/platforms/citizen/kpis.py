"""How well are the endpoints of other systems heard?"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.platforms.citizen.model import ENTITY_TYPE
from mudan.primitives.text import Text

KPIS: Final = (
    Kpi(
        name="citizen.heard",
        title=Text("诉求接口在线率", "Endpoints heard"),
        meaning=Text("一小时内有数据的外部诉求接口占比", "Share of endpoints heard within the hour"),
        unit="%",
        version=1,
        window_s=3600.0,
        numerator=Term(Measure.ENTITIES_HEARD, entity_type=ENTITY_TYPE),
        denominator=Term(Measure.ENTITIES, entity_type=ENTITY_TYPE),
    ),
)
