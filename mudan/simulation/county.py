"""What is there in the make-believe county, and what is its state now? (示例, 示意: invented and schematic)"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.simulation.buildings import Building, Part
from mudan.simulation.hazards import Issued, Wind


class Fault(StrEnum):
    """What can be wrong with a device."""

    SILENT = "silent"  # sends nothing
    STUCK = "stuck"  # repeats one value
    BAD_CLOCK = "bad_clock"  # its clock is a day ahead


@dataclass(frozen=True, slots=True)
class Station:
    """A hydrometric station. `device` is its SL 651 address (10 hex digits); `kind` river, reservoir or rain.

    `properties` are the entity's: warning_level_m, guarantee_level_m (river), flood_limit_level_m
    (reservoir), rain_limit_mm_h (all), and whatever else the page draws.
    """

    device: str
    kind: str
    name: Text
    point: Point
    area_code: str
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle with a JT/T 808 terminal. `phone` is 12 digits; `edition` 2013 or 2019; `kind` patrol,
    ambulance, fire or flood_rescue."""

    phone: str
    edition: int
    plate: str
    kind: str
    name: Text
    home: Point
    area_code: str


@dataclass(frozen=True, slots=True)
class Motion:
    """Where a vehicle is and how it moves now."""

    point: Point
    speed_kmh: float
    heading_deg: float
    odometer_km: float


class County(Protocol):
    """The world that all simulators read.

    It has one calendar and one pace. The calendar, `now()`, keeps step with the real clock at every scale:
    a frame stamped with it is never from the future, so the centre judges it. Nature (weather, rivers,
    journeys, batteries) runs `scale` times as fast; its seconds are the county seconds of every argument
    below, and `seconds()` says how long to sleep. Pace by `seconds()`, stamp by `now()`; never pace by `now()`.
    """

    stations: tuple[Station, ...]
    vehicles: tuple[Vehicle, ...]
    buildings: tuple[Building, ...]

    def now(self) -> datetime:
        """The county's calendar (aware UTC): the time to stamp a frame with. The real time, whatever the scale."""
        ...

    def seconds(self, county_s: float) -> float:
        """How many real seconds so many county seconds take."""
        ...

    def advance(self) -> None:
        """Bring the world up to `now()`; cheap, called before reading."""
        ...

    def stage_m(self, device: str) -> float:
        """Water level at a river or reservoir station, metres above its datum."""
        ...

    def flow_m3s(self, device: str) -> float:
        """Discharge at a river station."""
        ...

    def rain_mm(self, device: str, seconds: float) -> float:
        """Rain at a station over the last so many county seconds (up to an hour), millimetres."""
        ...

    def rain_total_mm(self, device: str) -> float:
        """Rain at a station since the start, millimetres."""
        ...

    def battery_v(self, device: str) -> float:
        """Battery voltage of a station."""
        ...

    def fault(self, device: str) -> Fault | None:
        """What is wrong with a station, vehicle or building's device now, if anything."""
        ...

    def elapsed(self) -> float:
        """County seconds since the start: what `Issued` is measured in."""
        ...

    def wind(self) -> Wind:
        """The wind over the county."""
        ...

    def visibility_m(self, point: Point) -> float:
        """How far one sees at a place, metres."""
        ...

    def gas_lel(self, building: Building, part: Part) -> float:
        """Combustible gas at a detector, % of the lower explosive limit."""
        ...

    def alight(self, building: Building, part: Part) -> bool:
        """Whether a detector or call point sees a fire."""
        ...

    def pressure_kpa(self, building: Building, part: Part) -> float:
        """Pressure in a building's sprinkler pipes."""
        ...

    def issued(self) -> list[Issued]:
        """The warnings that the make-believe weather service has issued so far."""
        ...

    def motion(self, phone: str) -> Motion:
        """Where a vehicle is now."""
        ...

    def drive_to(self, phone: str, target: Point) -> None:
        """Send a vehicle along the roads to a point; it stays there until sent on."""
        ...
