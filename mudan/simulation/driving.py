"""Where is each vehicle now? Patrols wander between the towns near home; the others wait to be sent."""

from math import inf
from random import Random
from typing import Final

from mudan.primitives.geo import Point
from mudan.simulation.county import Motion, Vehicle
from mudan.simulation.fleet import SERVICES
from mudan.simulation.geography import TOWNS
from mudan.simulation.journeys import Journey, route
from mudan.simulation.shapes import plane_distance_m

BEAT_TOWNS: Final = 6  # a patrol stays among so many towns nearest to its home
REST_S: Final = (60.0, 300.0)


class Driver:
    """One vehicle's journeys. Times are county seconds and may only grow from call to call."""

    def __init__(self, vehicle: Vehicle, seed: int) -> None:
        self._random = Random(f"drive {seed} {vehicle.phone}")
        self._factor = SERVICES[vehicle.kind].speed_factor
        self._point = vehicle.home
        self._heading_deg = 0.0
        self._driven_m = self._random.uniform(8_000_000.0, 60_000_000.0)
        self._journey: Journey | None = None
        nearest = sorted(TOWNS, key=lambda town: plane_distance_m(town.point, vehicle.home))
        self._beat = [town.point for town in nearest[:BEAT_TOWNS]]
        self._leaves_s = self._random.uniform(0.0, 120.0) if vehicle.kind == "patrol" else inf

    def motion(self, now_s: float) -> Motion:
        """Where the vehicle is at this time."""
        self._catch_up(now_s)
        if self._journey is None:
            return Motion(self._point, 0.0, self._heading_deg, self._driven_m / 1000)
        point, speed_kmh, heading_deg, metres = self._journey.at(now_s)
        return Motion(point, speed_kmh, heading_deg, (self._driven_m + metres) / 1000)

    def drive_to(self, target: Point, now_s: float) -> None:
        """Leave what it does and drive there by road; it stays there until sent on."""
        here = self.motion(now_s)
        self._point, self._heading_deg, self._driven_m = here.point, here.heading_deg, here.odometer_km * 1000
        self._leaves_s = inf
        self._journey = Journey.of(now_s, route(self._point, target, self._factor))

    def _catch_up(self, now_s: float) -> None:
        """Journeys follow each other at their own times, however seldom somebody looks."""
        while True:
            journey = self._journey
            if journey is not None and now_s >= journey.ended_s:
                self._arrive(journey)
            elif journey is None and now_s >= self._leaves_s:
                target = self._random.choice([town for town in self._beat if town != self._point])
                self._journey = Journey.of(self._leaves_s, route(self._point, target, self._factor))
            else:
                return

    def _arrive(self, journey: Journey) -> None:
        if journey.legs:
            self._point, _, self._heading_deg, _ = journey.at(journey.ended_s)
            self._driven_m += journey.length_m
        if self._leaves_s < inf:
            self._leaves_s = journey.ended_s + self._random.uniform(*REST_S)
        self._journey = None
