"""What is the state of the whole make-believe county now? One clock, one seed, every simulator reads it."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from math import inf, pi, sin
from random import Random
from typing import Final, Literal, NamedTuple

from mudan.primitives.clock import CST, Clock
from mudan.primitives.errors import Invalid, NotFound
from mudan.primitives.geo import Point
from mudan.simulation.buildings import BUILDINGS, Building, Part
from mudan.simulation.county import Fault, Motion, Station, Vehicle
from mudan.simulation.driving import Driver
from mudan.simulation.fleet import VEHICLES
from mudan.simulation.gauges import STATIONS
from mudan.simulation.hazards import Hazards, Issued, Wind
from mudan.simulation.rivers import STEP_S, Waters
from mudan.simulation.shapes import to_plane
from mudan.simulation.storm import Sky

Scenario = Literal["calm", "storm", "fog", "gas", "fire"]
HAZARDS: Final = ("fog", "gas", "fire")

STORM_SCALE: Final = 30.0  # an hour of nature in two minutes: the first limits fall after half an hour of it
SCALE_BOUNDS: Final = (0.01, 600.0)
HOUR_STEPS: Final = 360
DAY_S: Final = 86_400.0
FULL_BATTERY_V: Final = 12.9
EMPTY_BATTERY_V: Final = 11.6
SOLAR_V: Final = 0.3  # how much the panel lifts the voltage at noon
RIPPLE_M: Final = 0.005
LEVEL_LIMITS: Final = ("guarantee_level_m", "warning_level_m", "flood_limit_level_m")


class Over(NamedTuple):
    """A station past one of its limits."""

    device: str
    limit: str
    limit_value: float
    value: float


@dataclass(frozen=True, slots=True)
class _Window:
    fault: Fault
    from_s: float
    to_s: float


class World:
    """The county of one seed. Implements `County`; the same times give the same values, however often asked.

    Nature goes on in steps of STEP_S county seconds, as many as `advance` finds due. `start` sets the
    calendar (None: the clock's own time). `scale` is nature's pace against the real one.
    """

    stations: tuple[Station, ...] = STATIONS
    vehicles: tuple[Vehicle, ...] = VEHICLES
    buildings: tuple[Building, ...] = BUILDINGS

    def __init__(
        self,
        seed: int,
        clock: Clock,
        scale: float = 1.0,
        start: datetime | None = None,
        scenario: Scenario = "calm",
    ) -> None:
        self.seed = seed
        self._clock = clock
        self._scale = _checked(scale)
        self._since_s = clock.monotonic_s()
        self._before_s = 0.0
        self._began = start or clock.now()
        self._offset = self._began - clock.now()
        self._steps = 0
        self._sky = Sky(seed)
        self._hazards = Hazards(seed)
        self._waters = Waters()
        self._places = [to_plane(station.point) for station in self.stations]
        self._index = {station.device: i for i, station in enumerate(self.stations)}
        self._totals = deque([(0.0,) * len(self.stations)], maxlen=HOUR_STEPS + 1)
        self._drivers = {vehicle.phone: Driver(vehicle, seed) for vehicle in self.vehicles}
        self._faults: dict[str, list[_Window]] = {}
        if scenario == "storm":
            self.start_storm()
        elif scenario in HAZARDS:
            self.start(scenario)

    @property
    def scale(self) -> float:
        """County seconds per real second."""
        return self._scale

    @property
    def elapsed_s(self) -> float:
        """County seconds since the start."""
        return self._before_s + (self._clock.monotonic_s() - self._since_s) * self._scale

    def set_scale(self, scale: float) -> None:
        """Change nature's pace from now on. Raises Invalid outside SCALE_BOUNDS."""
        checked = _checked(scale)
        self._before_s, self._since_s = self.elapsed_s, self._clock.monotonic_s()
        self._scale = checked

    def start_storm(self) -> None:
        """Let a storm begin now. At STORM_SCALE two stations pass their limits within two real minutes."""
        self.advance()
        begun_s = self._steps * STEP_S
        self._sky.call_storm(begun_s)
        self._hazards.storm(begun_s, self._sky.over_s)

    def start(self, hazard: str) -> None:
        """Let fog, a gas leak or a fire begin now. Raises Invalid for another word."""
        if hazard not in HAZARDS:
            raise Invalid(f"no hazard '{hazard}'; there are: {', '.join(HAZARDS)}", field="hazard")
        self._hazards.start(hazard, self.elapsed_s)

    def under_way(self) -> list[str]:
        """Which of fog, gas and fire are under way."""
        return [hazard for hazard in HAZARDS if self._hazards.under_way(hazard, self.elapsed_s)]

    def storming(self) -> bool:
        """Whether a storm is under way."""
        return self._sky.storming(self.elapsed_s)

    def inject(self, device: str, fault: Fault, from_s: float = 0.0, to_s: float = inf) -> None:
        """Break a station or vehicle between two times, in county seconds since the start; the last call wins.

        Raises NotFound for an unknown device.
        """
        places = {str(building.address) for building in self.buildings}
        if device not in self._index and device not in self._drivers and device not in places:
            raise NotFound(f"no station, vehicle or building '{device}'")
        self._faults.setdefault(device, []).append(_Window(fault, from_s, to_s))

    def over_limits(self) -> list[Over]:
        """The stations now past a limit of level (the gravest of each) or of rain per hour."""
        self.advance()
        found = []
        for station in self.stations:
            limits = {name: station.properties[name] for name in LEVEL_LIMITS if name in station.properties}
            level = self.stage_m(station.device) if limits else 0.0
            passed = [Over(station.device, name, limit, level) for name, limit in limits.items()]
            rain = self.rain_mm(station.device, 3600.0)
            passed.append(
                Over(station.device, "rain_limit_mm_h", station.properties["rain_limit_mm_h"], rain)
            )
            gravest = max(
                (over for over in passed if over.value >= over.limit_value), default=None, key=_grave
            )
            if gravest is not None:
                found.append(gravest)
        return found

    def now(self) -> datetime:
        return self._clock.now() + self._offset

    def seconds(self, county_s: float) -> float:
        return county_s / self._scale

    def advance(self) -> None:
        due = int(self.elapsed_s // STEP_S)
        while self._steps < due:
            self._step()

    def stage_m(self, device: str) -> float:
        station = self._station(device)
        if station.kind == "rain":
            raise NotFound(f"station '{device}' measures no level")
        level = self._waters.stage_m(device)
        if station.kind == "river":
            level += RIPPLE_M * sin(self._steps * STEP_S / 23.0 + self._index[device])
        return level

    def flow_m3s(self, device: str) -> float:
        if self._station(device).kind == "rain":
            raise NotFound(f"station '{device}' measures no flow")
        return self._waters.flow_m3s(device)

    def rain_mm(self, device: str, seconds: float) -> float:
        i = self._index[self._station(device).device]
        steps = min(max(0, round(seconds / STEP_S)), len(self._totals) - 1)
        return self._totals[-1][i] - self._totals[-1 - steps][i]

    def rain_total_mm(self, device: str) -> float:
        return self._totals[-1][self._index[self._station(device).device]]

    def battery_v(self, device: str) -> float:
        self._station(device)
        at_s = self._steps * STEP_S
        drain_v_day = Random(f"battery {self.seed} {device}").uniform(0.004, 0.012)
        midnight = self._began.astimezone(CST).replace(hour=0, minute=0, second=0, microsecond=0)
        hour_angle = ((self._began - midnight).total_seconds() + at_s) / DAY_S * 2 * pi
        resting = max(EMPTY_BATTERY_V, FULL_BATTERY_V - drain_v_day * at_s / DAY_S)
        return resting + SOLAR_V * max(0.0, sin(hour_angle - pi / 2))

    def fault(self, device: str) -> Fault | None:
        now_s = self.elapsed_s
        windows = reversed(self._faults.get(device, []))
        return next((window.fault for window in windows if window.from_s <= now_s < window.to_s), None)

    def motion(self, phone: str) -> Motion:
        return self._driver(phone).motion(self.elapsed_s)

    def drive_to(self, phone: str, target: Point) -> None:
        self._driver(phone).drive_to(target, self.elapsed_s)

    def elapsed(self) -> float:
        return self.elapsed_s

    def wind(self) -> Wind:
        return self._hazards.wind(self.elapsed_s)

    def visibility_m(self, point: Point) -> float:
        return self._hazards.visibility_m(point, self.elapsed_s)

    def gas_lel(self, building: Building, part: Part) -> float:
        return self._hazards.gas_lel(building, part, self.elapsed_s)

    def alight(self, building: Building, part: Part) -> bool:
        return self._hazards.alight(building, part, self.elapsed_s)

    def pressure_kpa(self, building: Building, part: Part) -> float:
        return self._hazards.pressure_kpa(building, part, self.elapsed_s)

    def issued(self) -> list[Issued]:
        return self._hazards.issued(self.elapsed_s)

    def _step(self) -> None:
        at_s = (self._steps + 0.5) * STEP_S
        cells = self._sky.cells(at_s)
        totals = self._totals[-1]
        if cells:
            hours = STEP_S / 3600.0
            totals = tuple(
                total + hours * sum(cell.rate_mm_h(place, at_s) for cell in cells)
                for total, place in zip(totals, self._places, strict=True)
            )
        self._totals.append(totals)
        self._waters.step(cells, at_s)
        self._steps += 1

    def _station(self, device: str) -> Station:
        if device not in self._index:
            raise NotFound(f"no station '{device}'")
        return self.stations[self._index[device]]

    def _driver(self, phone: str) -> Driver:
        if phone not in self._drivers:
            raise NotFound(f"no vehicle '{phone}'")
        return self._drivers[phone]


def _grave(over: Over) -> float:
    """Which of a station's passed limits to name: the highest level before the rain."""
    return -1.0 if over.limit == "rain_limit_mm_h" else over.limit_value


def _checked(scale: float) -> float:
    low, high = SCALE_BOUNDS
    if not low <= scale <= high:
        raise Invalid(f"scale must lie between {low:g} and {high:g}", field="scale")
    return scale
