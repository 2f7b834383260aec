"""How well are the vehicles seen and helped, in figures?"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term, bad_frames, heard
from mudan.primitives.text import Text

KPIS: Final = (
    heard(
        "transport.heard",
        Text("车辆在线率", "Vehicles heard"),
        Text("五分钟内有数据的车辆占全部车辆", "vehicles heard in five minutes of all vehicles"),
        "Vehicle",
        300,
    ),
    bad_frames("transport"),
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
