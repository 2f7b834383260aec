"""How well are the vehicles seen and helped, in figures?"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.primitives.text import Text

KPIS: Final = (
    Kpi(
        name="transport.heard",
        title=Text("车辆在线率", "Vehicles heard"),
        meaning=Text("五分钟内有数据的车辆占全部车辆", "vehicles heard in five minutes of all vehicles"),
        unit="%",
        version=1,
        window_s=300,
        numerator=Term(Measure.ENTITIES_HEARD, entity_type="Vehicle"),
        denominator=Term(Measure.ENTITIES, entity_type="Vehicle"),
    ),
    Kpi(
        name="transport.bad_frames",
        title=Text("坏帧率", "Bad frames"),
        meaning=Text(
            "一小时内不合标准的帧占全部帧", "frames of an hour that break the standard, of all frames"
        ),
        unit="%",
        version=1,
        window_s=3600,
        numerator=Term(Measure.FRAMES_BAD),
        denominator=Term(Measure.FRAMES),
        higher_is_better=False,
    ),
    Kpi(
        name="transport.acknowledged",
        title=Text("报警一分钟确认率", "Alarms acknowledged in a minute"),
        meaning=Text(
            "一天内六十秒内得到确认的报警占全部报警", "alarms of a day acknowledged in 60 s, of all"
        ),
        unit="%",
        version=1,
        window_s=86_400,
        numerator=Term(Measure.ALARMS_ACKNOWLEDGED, within_s=60),
        denominator=Term(Measure.ALARMS_RAISED),
    ),
)
