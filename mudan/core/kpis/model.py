"""What is an indicator, and how is it worked out?"""

from dataclasses import dataclass
from enum import StrEnum

from mudan.primitives.text import Text


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
