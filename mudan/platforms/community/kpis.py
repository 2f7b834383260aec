"""How well are property firms heard, and how much do they leave open? Figures of grids: mudan.core.visits."""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term, heard
from mudan.platforms.community.model import FIRM, OPEN_ORDERS
from mudan.primitives.text import Text

DAY_S: Final = 86_400.0

KPIS: Final = (
    heard(
        "community.firms_heard",
        Text("物业系统到报率", "Property firms heard"),
        Text("一日内有报修数据的物业企业占比", "Share of property firms heard within the day"),
        FIRM,
        DAY_S,
    ),
    Kpi(
        name="community.orders_open",
        title=Text("每家物业未完成报修", "Repair orders open, per firm"),
        meaning=Text(
            "各物业最新未完成报修单数的平均", "Mean of the firms' latest counts of open repair orders"
        ),
        unit="1",
        version=1,
        window_s=DAY_S,
        numerator=Term(Measure.MEAN, entity_type=FIRM, quantity=OPEN_ORDERS),
        higher_is_better=False,
    ),
)
