"""Which warnings are in force where? All messages of late, by key, and what they come to for each area."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from mudan.core.entities.model import Device
from mudan.core.observations.model import Quality
from mudan.core.warnings.model.cap import Alert, Area, Key
from mudan.core.warnings.model.chain import in_force
from mudan.core.warnings.model.china import touches
from mudan.core.warnings.model.geometry import holds, polygon_of
from mudan.platforms.emergency.model.messages import area_device
from mudan.platforms.emergency.model.quantities import HAZARDS
from mudan.platforms.emergency.model.readings import Warned
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point

MOST_ALERTS: Final = 5_000
KEPT: Final = timedelta(days=3)
_HOLE: Final = "EXCLUDE_POLYGON"  # how the German service writes a hole in its area
Values = dict[int, dict[str, float]]


class Ledger:
    """The messages received, and the rank of each hazard in each registered area, as last told."""

    def __init__(
        self,
        area: str,
        life: timedelta,
        warned: Callable[[Alert], tuple[Warned, ...]],
        registered: Callable[[str], Device | None],
    ) -> None:
        self._area = area
        self._life = life
        self._warned = warned
        self._registered = registered
        self._alerts: dict[Key, Alert] = {}
        self._told: Values = {}

    def __len__(self) -> int:
        return len(self._alerts)

    def add(self, alerts: Iterable[Alert]) -> int:
        """Take messages, in whatever order; how many were new."""
        new = 0
        for alert in alerts:
            if alert.key is not None and alert.key not in self._alerts:
                self._alerts[alert.key] = alert
                new += 1
        while len(self._alerts) > MOST_ALERTS:
            self._alerts.pop(min(self._alerts, key=lambda key: key.sent))
        return new

    def in_force(self, now: datetime) -> list[Alert]:
        """The actual warnings in force; one without an end holds for the time set, not for ever."""
        oldest = now - self._life
        found = in_force(self._alerts.values(), now)
        return [
            one for one in found if one.expires is not None or (one.sent is not None and one.sent > oldest)
        ]

    def news(self, now: datetime) -> Values:
        """By area entity, the hazards whose rank is another than was told last; the first time all of them."""
        self._forget(now)
        fresh: Values = {}
        for entity, values in self._values(now).items():
            told = self._told.get(entity, {})
            changed = {name: value for name, value in values.items() if told.get(name) != value}
            if changed:
                fresh[entity] = changed
            self._told[entity] = values
        return fresh

    def forget_told(self) -> None:
        """What was told last could not be recorded: tell it all again."""
        self._told.clear()

    def _forget(self, now: datetime) -> None:
        held = {one.key for one in self.in_force(now)}
        for key in [key for key in self._alerts if key.sent < now - KEPT and key not in held]:
            del self._alerts[key]

    def _values(self, now: datetime) -> Values:
        county = self._registered(area_device(self._area))
        if county is None:
            return {}
        towns = _towns(county.settings)
        devices = {self._area: county}
        for code in towns:
            device = self._registered(area_device(code))
            if device is not None:
                devices[code] = device
        values = {device.key: dict.fromkeys(_NAMES, 0.0) for device in devices.values()}
        for alert in self.in_force(now):
            reached = self._reached(alert, towns, str(county.settings.get("name", ""))) & devices.keys()
            named = {self._area} if len(reached) == len(devices) else reached - {self._area}
            for code in reached:
                _raise(values[devices[code].key], self._warned(alert), named=code in named)
        return values

    def _reached(self, alert: Alert, towns: Mapping[str, "_Town"], county_name: str) -> set[str]:
        """The areas a message reaches: by its codes, else by its shapes, else by the names of its words."""
        reached: set[str] = set()
        for info in alert.infos:
            for area in info.areas:
                codes = [value.value for value in area.geocodes if _division(value.name, value.value)]
                if codes:
                    found = {town for town in towns if any(touches(code, town) for code in codes)}
                    whole = any(touches(code, self._area) for code in codes)
                    reached |= found | ({self._area} if whole or found else set())
                elif area.polygons or area.circles:
                    found = {code for code, town in towns.items() if _covers(area, town.point)}
                    reached |= found | ({self._area} if found else set())
                else:
                    found = {
                        code for code, town in towns.items() if town.name and town.name in area.description
                    }
                    named = bool(county_name) and county_name in area.description
                    reached |= (
                        set(towns) | {self._area} if named else found | ({self._area} if found else set())
                    )
        return reached


class _Town:
    """A town as the county's entity names it."""

    __slots__ = ("name", "point")

    def __init__(self, name: str, point: Point) -> None:
        self.name = name
        self.point = point


_NAMES: Final = ("warning_any", "warning_named", *(f"warning_{name}" for name in HAZARDS))


def _towns(settings: Mapping[str, Any]) -> dict[str, _Town]:
    """The property `towns` of the county: code → [name, lon, lat]."""
    towns = settings.get("towns")
    found = {}
    for code, row in towns.items() if isinstance(towns, dict) else ():
        if isinstance(row, list) and len(row) == 3 and all(isinstance(part, int | float) for part in row[1:]):
            found[str(code)] = _Town(str(row[0]), Point(float(row[1]), float(row[2])))
    return found


def _division(name: str, code: str) -> bool:
    """Whether a geocode is a Chinese division: CMA calls it by the region, the national XML by the standard."""
    foreign = name.upper() in {"SAME", "UGC", "EMMA_ID", "FIPS6", "WARNCELLID", "NUTS3", "NUTS2"}
    return not foreign and code.isascii() and code.isdigit() and len(code) in {6, 9, 12}


def _covers(area: Area, point: Point) -> bool:
    if not holds(area.polygons, area.circles, point):
        return False
    for value in area.geocodes:
        if value.name.upper() == _HOLE:
            try:
                if holds((polygon_of(value.value),), (), point):
                    return False
            except Invalid:
                continue
    return True


def _raise(values: dict[str, float], warned: Iterable[Warned], *, named: bool) -> None:
    """`named`: an alarm is raised on this area. One for the whole county is one alarm, not one for each town."""
    names = ("warning_any", "warning_named") if named else ("warning_any",)
    for one in warned:
        if one.quality & Quality.TEST:
            continue
        for name in (f"warning_{one.hazard}", *names):
            values[name] = max(values[name], float(one.rank))
