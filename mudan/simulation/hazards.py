"""What else goes wrong in the make-believe county: fog, a gas leak with the wind, a burning building, warnings?"""

from math import cos, exp, inf, pi, radians, sin
from random import Random
from typing import Final, NamedTuple

from mudan.primitives.geo import Point
from mudan.simulation.buildings import FIRE_SITE, GAS, GAS_SITE, PIPE, Building, Part
from mudan.simulation.shapes import to_plane

CLEAR_M: Final = 12_000.0
DENSE_M: Final = 60.0
FOG_FALLS_S, FOG_STAYS_S, FOG_LIFTS_S = 1_200.0, 7_200.0, 2_400.0
GAS_RISES_S, GAS_STAYS_S, GAS_FALLS_S = 240.0, 2_400.0, 900.0
GAS_PEAK_LEL: Final = 68.0
PLUME_M: Final = 400.0  # how far from the leak gas is still worth naming, with the wind
FIRE_LASTS_S: Final = 2_400.0
FIRE_FIRST_S, FIRE_NEXT_S = 15.0, 45.0  # when the first detector sees it, and each further one
SPRINKLER_S: Final = 120.0
GUST_S: Final = 1_800.0


Colours = tuple[tuple[float, str], ...]  # seconds after the begin, and the colour from then on


class Wind(NamedTuple):
    """Where the wind comes from (degrees clockwise from north) and how fast it is."""

    from_deg: float
    speed_ms: float


class Issued(NamedTuple):
    """A warning of the make-believe weather service: event code, colour word, begin and end in county seconds."""

    number: int
    code: str
    colour: str
    begun_s: float
    ended_s: float
    first: int  # the number of the first one of its event


class Hazards:
    """What was started when. All answers are functions of county seconds since the start."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._fog_s: list[float] = []
        self._gas_s: list[float] = []
        self._fire_s: list[float] = []
        self._storms: list[tuple[float, float]] = []

    def start(self, what: str, at_s: float) -> None:
        """Let fog, gas or fire begin; one of a kind at a time."""
        begun = {"fog": self._fog_s, "gas": self._gas_s, "fire": self._fire_s}[what]
        if not self.under_way(what, at_s):
            begun.append(at_s)

    def storm(self, begun_s: float, ended_s: float) -> None:
        """Take note of a storm, for the warnings."""
        self._storms.append((begun_s, ended_s))

    def under_way(self, what: str, at_s: float) -> bool:
        """Whether fog, gas or fire is under way."""
        begun = {"fog": self._fog_s, "gas": self._gas_s, "fire": self._fire_s}[what]
        lasts = {
            "fog": FOG_FALLS_S + FOG_STAYS_S + FOG_LIFTS_S,
            "gas": GAS_RISES_S + GAS_STAYS_S + GAS_FALLS_S,
            "fire": FIRE_LASTS_S,
        }[what]
        return any(0.0 <= at_s - since < lasts for since in begun)

    def wind(self, at_s: float) -> Wind:
        """The wind over the whole county: it turns slowly about the north-east."""
        random = Random(f"wind {self._seed}")
        from_deg = 45.0 + random.uniform(-30, 30) + 25.0 * sin(2 * pi * at_s / (6 * GUST_S))
        return Wind(from_deg % 360.0, 1.8 + 0.8 * sin(2 * pi * at_s / GUST_S) + random.uniform(0.0, 0.6))

    def visibility_m(self, point: Point, at_s: float) -> float:
        """How far one sees at a place: fog lies thickest along the river in the middle of the county."""
        thick = max(
            (_course(at_s - since, FOG_FALLS_S, FOG_STAYS_S, FOG_LIFTS_S) for since in self._fog_s),
            default=0.0,
        )
        if thick <= 0.0:
            return CLEAR_M
        x, y = to_plane(point)
        mid_x, mid_y = to_plane(Point(107.45, 30.29))
        near = exp(-((x - mid_x) ** 2 + (y - mid_y) ** 2) / 15_000.0**2)
        densest = DENSE_M + (1.0 - near) * 600.0
        return float(CLEAR_M * (densest / CLEAR_M) ** thick)

    def gas_lel(self, building: Building, part: Part, at_s: float) -> float:
        """Gas at a detector, % of the lower explosive limit; the wind decides which detector has more."""
        if part.kind != GAS or building is not GAS_SITE:
            return 0.0
        course = max(
            (_course(at_s - since, GAS_RISES_S, GAS_STAYS_S, GAS_FALLS_S) for since in self._gas_s),
            default=0.0,
        )
        toward = cos(radians(self.wind(at_s).from_deg + 180.0 - (90.0 if part.address & 1 else 270.0)))
        return max(0.0, GAS_PEAK_LEL * course * (0.75 + 0.25 * toward))

    def plume(self, at_s: float) -> tuple[Point, Wind] | None:
        """Where gas comes out, and the wind that carries it; None when nothing leaks."""
        return (GAS_SITE.point, self.wind(at_s)) if self.under_way("gas", at_s) else None

    def alight(self, building: Building, part: Part, at_s: float) -> bool:
        """Whether a detector or call point sees the fire."""
        if building is not FIRE_SITE or part.system != 1:
            return False
        order = [one for one in building.parts if one.system == 1].index(part)
        seen_s = FIRE_FIRST_S + order * FIRE_NEXT_S
        return any(seen_s <= at_s - since < FIRE_LASTS_S for since in self._fire_s)

    def pressure_kpa(self, building: Building, part: Part, at_s: float) -> float:
        """Pressure at the end of the sprinkler pipes; it falls while they run."""
        running = building is FIRE_SITE and any(
            SPRINKLER_S <= at_s - since < FIRE_LASTS_S for since in self._fire_s
        )
        base = 320.0 if part.kind == PIPE else 0.0
        return base * (0.4 if running else 1.0) + 2.0 * sin(at_s / 97.0 + building.address)

    def issued(self, at_s: float) -> list[Issued]:
        """All warnings issued up to a time, in order; each replaces the one before it of its event."""
        fog: Colours = ((300.0, "Yellow"), (1_200.0, "Orange"))
        rain: Colours = ((0.0, "Blue"), (600.0, "Yellow"), (1_500.0, "Orange"))
        lasts_s = FOG_FALLS_S + FOG_STAYS_S + FOG_LIFTS_S
        steps = [(begun, begun + lasts_s, "11B17", fog) for begun in self._fog_s]
        steps += [(begun, ended, "11B03", rain) for begun, ended in self._storms]
        found: list[Issued] = []
        for begun, ended, code, colours in sorted(steps):
            first = len(found) + 1
            for at, (after_s, colour) in enumerate(colours):
                until = begun + colours[at + 1][0] if at + 1 < len(colours) else ended
                found.append(Issued(len(found) + 1, code, colour, begun + after_s, until, first))
        return [one for one in found if one.begun_s <= at_s]


def _course(age_s: float, rises_s: float, stays_s: float, falls_s: float) -> float:
    """0 to 1 and back: rising, staying, falling."""
    if age_s <= 0.0 or age_s == inf:
        return 0.0
    if age_s < rises_s:
        return age_s / rises_s
    return max(0.0, min(1.0, 1.0 - (age_s - rises_s - stays_s) / falls_s))
