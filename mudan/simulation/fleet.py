"""Which vehicles are there, where are they at home, and what can their crews do? (示例)"""

from typing import Final, NamedTuple

from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.simulation.county import Vehicle
from mudan.simulation.geography import short_en, short_zh, town_named


class Service(NamedTuple):
    """What the vehicles of one kind have in common."""

    name: Text
    department: str
    capabilities: tuple[str, ...]
    crew_count: int
    speed_factor: float  # times the usual speed of a road
    homes: tuple[str, ...]


SERVICES: Final = {
    "patrol": Service(
        Text("示例·巡逻车", "Example patrol car"),
        "traffic_police",
        ("patrol", "traffic_control"),
        2,
        0.8,
        ("桂阳", "桂溪", "高安", "澄溪", "周嘉", "坪山"),
    ),
    "ambulance": Service(
        Text("示例·救护车", "Example ambulance"),
        "health",
        ("medical", "transport_patient"),
        3,
        1.3,
        ("桂阳", "高安", "澄溪", "坪山"),
    ),
    "fire": Service(
        Text("示例·消防车", "Example fire engine"),
        "fire",
        ("firefighting", "rescue"),
        6,
        1.1,
        ("桂溪", "高安", "澄溪", "普顺", "坪山"),
    ),
    "flood_rescue": Service(
        Text("示例·防汛抢险车", "Example flood rescue truck"),
        "emergency",
        ("rescue", "swift_water", "pump", "evacuation"),
        5,
        1.0,
        ("桂阳", "永安", "高峰", "五洞", "包家"),
    ),
}


def built_vehicles() -> tuple[Vehicle, ...]:
    """All vehicles, patrols first; every second one has a terminal of the 2019 edition."""
    found: list[Vehicle] = []
    for kind, service in SERVICES.items():
        for i, home in enumerate(service.homes):
            number = len(found) + 1
            town = town_named(home)
            at = Point(round(town.point.lon + 0.0012 * (i + 1), 4), round(town.point.lat - 0.002, 4))
            name = Text(
                f"{service.name.zh}{i + 1:02}·{short_zh(town)}",
                f"{service.name.en} {i + 1:02} {short_en(town)}",
            )
            edition = 2013 if number % 2 else 2019
            phone, plate = f"0139{number:08}", f"渝G·示例{number:02}"
            found.append(Vehicle(phone, edition, plate, kind, name, at, town.code))
    return tuple(found)


VEHICLES: Final = built_vehicles()
