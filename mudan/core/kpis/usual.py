"""Which figures has almost every platform?"""

from typing import Final

from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.primitives.text import Text

HOUR_S: Final = 3_600.0


def heard(name: str, title: Text, meaning: Text, entity_type: str, window_s: float) -> Kpi:
    """The share of the things of a type that were heard within so many seconds."""
    return Kpi(
        name=name,
        title=title,
        meaning=meaning,
        unit="%",
        version=1,
        window_s=window_s,
        numerator=Term(Measure.ENTITIES_HEARD, entity_type=entity_type),
        denominator=Term(Measure.ENTITIES, entity_type=entity_type),
    )


def bad_frames(platform: str) -> Kpi:
    """The share of a platform's frames that broke their standard; the centre counts them by the hour."""
    return Kpi(
        name=f"{platform}.bad_frames",
        title=Text("错误报文比例", "Bad frames"),
        meaning=Text("近一小时不合规约的报文占比", "Frames of the last hour that break the standard, of all"),
        unit="%",
        version=2,
        window_s=HOUR_S,
        numerator=Term(Measure.FRAMES_BAD),
        denominator=Term(Measure.FRAMES),
        higher_is_better=False,
    )
