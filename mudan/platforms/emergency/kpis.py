"""How well does the county hear its fire alarm devices, and how fast are alarms taken?"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.platforms.emergency.model.words import TRANSMITTER
from mudan.primitives.text import Text

HOUR_S: Final = 3_600.0
DAY_S: Final = 86_400.0

KPIS: Final = (
    Kpi(
        name="emergency.transmitters_heard",
        title=Text("传输装置在线率", "Transmission devices heard"),
        meaning=Text(
            "近一小时有数据的用户信息传输装置占比", "Transmission devices heard within the last hour, of all"
        ),
        unit="%",
        version=1,
        window_s=HOUR_S,
        numerator=Term(Measure.ENTITIES_HEARD, entity_type=TRANSMITTER),
        denominator=Term(Measure.ENTITIES, entity_type=TRANSMITTER),
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
    Kpi(
        name="emergency.bad_frames",
        title=Text("错误报文比例", "Bad frames"),
        meaning=Text("近一日不合规约的报文占比", "Frames of the last day that break the standard, of all"),
        unit="%",
        version=1,
        window_s=DAY_S,
        numerator=Term(Measure.FRAMES_BAD),
        denominator=Term(Measure.FRAMES),
        higher_is_better=False,
    ),
)
