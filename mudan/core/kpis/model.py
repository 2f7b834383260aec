"""What is an indicator, and how is it worked out?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mudan.primitives.text import Text

HOUR_S: Final = 3_600.0


class Measure(StrEnum):
    """What a numerator or denominator counts or takes."""

    ENTITIES = "entities"  # entities of the type
    ENTITIES_HEARD = "entities_heard"  # entities of the type heard within the window
    ENTITIES_TIMED = (
        "entities_timed"  # entities of the type that declare, as `limit`, within how long they speak
    )
    ENTITIES_IN_TIME = "entities_in_time"  # those of them that were heard within it
    ENTITIES_OVER = "entities_over"  # entities whose latest value is at or over their own limit property
    ALARMS_RAISED = "alarms_raised"  # alarms of the platform raised within the window
    ALARMS_ACKNOWLEDGED = "alarms_acknowledged"  # those of them acknowledged within `within_s`
    FRAMES = "frames"  # frames received within the window
    FRAMES_BAD = "frames_bad"  # those of them that broke their standard
    MEAN = "mean"  # mean of the latest values of the quantity


@dataclass(frozen=True, slots=True)
class Term:
    """One side of an indicator."""

    measure: Measure
    entity_type: str = ""
    quantity: str = ""
    limit: str = ""
    within_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Kpi:
    """An indicator as data. `name` is a stable identifier; without denominator it is a plain count."""

    name: str
    title: Text
    meaning: Text
    unit: str
    version: int
    window_s: float
    numerator: Term
    denominator: Term | None = None
    higher_is_better: bool = True


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
