"""How well does the county hear its fire alarm devices, and how fast are alarms taken?"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term, bad_frames, heard
from mudan.platforms.emergency.model.words import TRANSMITTER
from mudan.primitives.text import Text

HOUR_S: Final = 3_600.0
DAY_S: Final = 86_400.0

KPIS: Final = (
    heard(
        "emergency.transmitters_heard",
        Text("传输装置在线率", "Transmission devices heard"),
        Text(
            "近一小时有数据的用户信息传输装置占比", "Transmission devices heard within the last hour, of all"
        ),
        TRANSMITTER,
        HOUR_S,
    ),
    Kpi(
        name="emergency.acknowledged_in_time",
        title=Text("三分钟内确认率", "Acknowledged within three minutes"),
        meaning=Text(
            "近一日告警中三分钟内被确认的比例", "Alarms of the last day acknowledged within three minutes"
        ),
        unit="%",
        version=1,
        window_s=DAY_S,
        numerator=Term(Measure.ALARMS_ACKNOWLEDGED, within_s=180.0),
        denominator=Term(Measure.ALARMS_RAISED),
    ),
    Kpi(
        name="emergency.alarms_raised",
        title=Text("近一日告警数", "Alarms of the last day"),
        meaning=Text("近一日本平台产生的告警数", "Alarms of this platform raised within the last day"),
        unit="1",
        version=1,
        window_s=DAY_S,
        numerator=Term(Measure.ALARMS_RAISED),
        higher_is_better=False,
    ),
    bad_frames("emergency"),
)
