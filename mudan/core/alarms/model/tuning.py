"""How are alarms grouped and compared here? Figures that the county sets; as delivered they are examples (示例)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from typing import Any, Final

from mudan.core.alarms.model.families import FAMILIES
from mudan.primitives.errors import Invalid

RANGES: Final[dict[str, tuple[float, float]]] = {
    "group_wait_s": (0, 120),
    "rolling_min": (1, 120),
    "window_min": (1, 240),
    "suggest_from": (0.3, 1.0),
    "child_from": (0.5, 1.0),
    "child_window_min": (5, 1440),
    "child_wait_min": (1, 60),
}
RADIUS_M: Final = (1.0, 100_000.0)
DIGITS: Final = (6, 9)  # GB/T 2260 and GB/T 10114: a county, a town
AUTO_LINK: Final = (0.6, 1.0)


@dataclass(frozen=True, slots=True)
class Tuning:
    """Seconds and minutes as named; scores 0 … 1; `radius_m` and `digits` by family; `auto_link` score by rule.

    group_wait_s      what belongs together has come by then; the gravest level never waits
    rolling_min       a group goes on while its alarms follow each other so closely
    window_min        two alarms further apart in time are not compared
    suggest_from      what scores less is not worth an operator's look
    child_from        from there on an alarm is offered to an open incident
    child_window_min  an incident that has brought no alarm for so long draws none
    child_wait_min    an offer that nobody answers keeps its alarm quiet for so long, then it calls
    """

    group_wait_s: float = 15
    rolling_min: float = 10
    window_min: float = 15
    suggest_from: float = 0.5
    child_from: float = 0.65
    child_window_min: float = 120
    child_wait_min: float = 10
    radius_m: Mapping[str, float] = field(
        default_factory=lambda: {one.name: one.radius_m for one in FAMILIES}
    )
    digits: Mapping[str, int] = field(default_factory=lambda: {one.name: one.digits for one in FAMILIES})
    auto_link: Mapping[str, float] = field(default_factory=dict)

    def links_itself(self, rule: str, score: float) -> bool:
        """Whether an alarm of a rule joins an open incident without a person; off unless said of the rule."""
        return any(fnmatchcase(rule, one) and score >= least for one, least in self.auto_link.items())


DELIVERED: Final = Tuning()


def tuning_of(kept: Mapping[str, Any]) -> Tuning:
    """The figures kept, those delivered where none is."""
    known = {one.name for one in fields(Tuning)}
    values = asdict(DELIVERED)
    for name, value in kept.items():
        if name in known:
            values[name] = values[name] | value if name in ("radius_m", "digits") else value
    return Tuning(**values)


def plain(tuning: Tuning) -> dict[str, Any]:
    """The figures as they are kept."""
    return asdict(tuning)


def checked_tuning(tuning: Tuning) -> Tuning:
    """The figures when they make sense; raises Invalid with the field."""
    for name, (least, most) in RANGES.items():
        if not least <= getattr(tuning, name) <= most:
            raise Invalid(f"{name} is {least:g} to {most:g}", field=name)
    if set(tuning.radius_m) != set(DELIVERED.radius_m) or set(tuning.digits) != set(DELIVERED.digits):
        raise Invalid("every family has its radius and its area", field="radius_m")
    if not all(RADIUS_M[0] <= one <= RADIUS_M[1] for one in tuning.radius_m.values()):
        raise Invalid("a radius is 1 m to 100 km", field="radius_m")
    if not set(tuning.digits.values()) <= set(DIGITS):
        raise Invalid("alarms are one group within a county (6) or a town (9)", field="digits")
    if any(not rule.strip("*. ") for rule in tuning.auto_link):
        raise Invalid("automatic linking is said of a rule, not of everything", field="auto_link")
    if not all(AUTO_LINK[0] <= one <= AUTO_LINK[1] for one in tuning.auto_link.values()):
        raise Invalid(f"alarms link themselves from a score of {AUTO_LINK[0]:g} at least", field="auto_link")
    return tuning
