"""How well are urban_management devices heard?"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.platforms.urban_management.model import ENTITY_TYPE
from mudan.primitives.text import Text

KPIS: Final = (
    Kpi(
        name="urban_management.heard",
        title=Text("在线率", "Devices heard"),
        meaning=Text("一小时内有数据的设备占比", "Share of devices heard within the hour"),
        unit="%",
        version=1,
        window_s=3600.0,
        numerator=Term(Measure.ENTITIES_HEARD, entity_type=ENTITY_TYPE),
        denominator=Term(Measure.ENTITIES, entity_type=ENTITY_TYPE),
    ),
)
