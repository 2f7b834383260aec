"""How well does the county hear its waters?"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term, bad_frames, heard
from mudan.platforms.water.model.words import ENTITY_TYPE
from mudan.primitives.text import Text

HOUR_S: Final = 3_600.0
DAY_S: Final = 86_400.0

KPIS: Final = (
    heard(
        "water.stations_heard",
        Text("测站到报率", "Stations heard"),
        Text("近一小时有数据的测站占全部测站的比例", "Stations heard within the last hour, of all"),
        ENTITY_TYPE,
        HOUR_S,
    ),
    Kpi(
        name="water.reservoirs_over_limit",
        title=Text("超汛限水库数", "Reservoirs at or over the flood limit"),
        meaning=Text(
            "最新水位达到或超过汛限水位的水库座数",
            "Reservoirs whose latest level is at or over their flood limit level",
        ),
        unit="1",
        version=1,
        window_s=HOUR_S,
        numerator=Term(
            Measure.ENTITIES_OVER,
            entity_type=ENTITY_TYPE,
            quantity="water_level",
            limit="flood_limit_level_m",
        ),
        higher_is_better=False,
    ),
    Kpi(
        name="water.rivers_over_warning",
        title=Text("超警河道站数", "Rivers at or over the warning level"),
        meaning=Text(
            "最新水位达到或超过警戒水位的河道站数",
            "River stations whose latest level is at or over their warning level",
        ),
        unit="1",
        version=1,
        window_s=HOUR_S,
        numerator=Term(
            Measure.ENTITIES_OVER,
            entity_type=ENTITY_TYPE,
            quantity="water_level",
            limit="warning_level_m",
        ),
        higher_is_better=False,
    ),
    bad_frames("water"),
    Kpi(
        name="water.acknowledged_in_time",
        title=Text("十分钟内确认率", "Acknowledged within ten minutes"),
        meaning=Text(
            "近一日告警中十分钟内被确认的比例", "Alarms of the last day acknowledged within ten minutes"
        ),
        unit="%",
        version=1,
        window_s=DAY_S,
        numerator=Term(Measure.ALARMS_ACKNOWLEDGED, within_s=600.0),
        denominator=Term(Measure.ALARMS_RAISED),
    ),
)
