"""What does the demo's database hold before the first frame arrives? Places, devices, units, people, map."""

from typing import Any, Final

from mudan.primitives.ids import urn
from mudan.primitives.text import Text
from mudan.simulation.buildings import emergency_entities
from mudan.simulation.county import Station, Vehicle
from mudan.simulation.duty_room import duty_room
from mudan.simulation.fleet import SERVICES, VEHICLES
from mudan.simulation.gauges import STATIONS
from mudan.simulation.geography import COUNTY_CODE, COUNTY_NAME, SCHEMATIC_TOWNS, TOWNS, Town
from mudan.simulation.hall import record_sources
from mudan.simulation.homes import GRID_TOWN, firms, homes
from mudan.simulation.layers import layers
from mudan.simulation.matters import matters
from mudan.simulation.network import network
from mudan.simulation.stores import supplies
from mudan.simulation.streets import urban_entities

Row = dict[str, Any]

DEPARTMENTS: Final = {
    "emergency": Text("应急局", "Emergency management bureau"),
    "water": Text("水利局", "Water bureau"),
    "traffic_police": Text("交巡警", "Traffic police"),
    "health": Text("卫健委", "Health commission"),
    "fire": Text("消防救援", "Fire and rescue"),
    "public_security": Text("公安局", "Public security bureau"),
    "weather": Text("气象局", "Weather bureau"),
    "housing": Text("住建委", "Housing and construction commission"),
    "urban_management": Text("城管局", "Urban management bureau"),
    "urban_supervision": Text("城管监督中心", "Urban supervision centre"),
    "transport": Text("交通局", "Transport bureau"),
    "ecology": Text("生态环境局", "Ecology and environment bureau"),
    "forestry": Text("林业局", "Forestry bureau"),
    "natural_resources": Text("规划自然资源局", "Planning and natural resources bureau"),
    "civil_affairs": Text("民政局", "Civil affairs bureau"),
    "education": Text("教委", "Education commission"),
    "culture_tourism": Text("文旅委", "Culture and tourism commission"),
    "power": Text("供电公司", "Power supply company"),
    "publicity": Text("融媒体中心", "Media centre"),
}

MAX_SPEED_KMH: Final = 90.0  # 示例; no vehicle of the county drives faster unless a fault makes it
VEHICLE_STALE_S: Final = 300.0  # 示例; a terminal at rest reports every 30 s

TOWN_DUTY_AREA: Final = "500231106"  # 高安: on the invented river, in the middle of the county


def demo_seed() -> dict[str, Any]:
    """The whole seed, ready for JSON: areas, departments, entities, units, layers, roads and users.

    Units and entities refer to each other by `vehicle_urn`, users to units by code. Everything but the names
    and points of towns is invented and says so (示例).
    """
    return {
        "areas": _areas(),
        "departments": [
            {"code": code, "name_zh": name.zh, "name_en": name.en, "area_code": COUNTY_CODE}
            for code, name in DEPARTMENTS.items()
        ],
        "entities": [
            *(_town(town) for town in TOWNS),
            *(_station(station) for station in STATIONS),
            *(_vehicle(vehicle) for vehicle in VEHICLES),
            *emergency_entities(),
            *urban_entities(),
            *firms(),
            *record_sources(),
        ],
        "units": [_unit(vehicle) for vehicle in VEHICLES],
        "layers": layers(),
        "cases": matters(),
        "duty": duty_room(),
        "roads": network(),
        "supplies": supplies(),
        "homes": homes(),
        "users": _users(),
    }


def _areas() -> list[Row]:
    county = {"code": COUNTY_CODE, "name_zh": COUNTY_NAME.zh, "name_en": COUNTY_NAME.en, "level": "county"}
    towns = [
        {"code": town.code, "name_zh": town.name.zh, "name_en": town.name.en, "level": "town"}
        for town in TOWNS
    ]
    return [county, *towns]


def _town(town: Town) -> Row:
    return {
        "urn": urn("Town", town.code),
        "type": "Town",
        "platform": "county",
        "name_zh": town.name.zh,
        "name_en": town.name.en,
        "area_code": town.code,
        "department": None,
        "lon": town.point.lon,
        "lat": town.point.lat,
        "device": None,
        "properties": {
            "demo_residents": town.residents,
            "demo_grids": town.grids,
            "schematic": town.code in SCHEMATIC_TOWNS,
        },
    }


def _station(station: Station) -> Row:
    return {
        "urn": urn("HydrometricStation", station.device),
        "type": "HydrometricStation",
        "platform": "water",
        "name_zh": station.name.zh,
        "name_en": station.name.en,
        "area_code": station.area_code,
        "department": "water",
        "lon": station.point.lon,
        "lat": station.point.lat,
        "device": station.device,
        "properties": dict(station.properties),
    }


def _vehicle(vehicle: Vehicle) -> Row:
    return {
        "urn": urn("Vehicle", vehicle.phone),
        "type": "Vehicle",
        "platform": "transport",
        "name_zh": vehicle.name.zh,
        "name_en": vehicle.name.en,
        "area_code": vehicle.area_code,
        "department": SERVICES[vehicle.kind].department,
        "lon": vehicle.home.lon,
        "lat": vehicle.home.lat,
        "device": vehicle.phone,
        "properties": {
            "kind": vehicle.kind,
            "plate": vehicle.plate,
            "edition": vehicle.edition,
            "max_speed_kmh": MAX_SPEED_KMH,
            "stale_after_s": VEHICLE_STALE_S,
            "example": True,
        },
    }


def _unit(vehicle: Vehicle) -> Row:
    service = SERVICES[vehicle.kind]
    return {
        "code": _unit_code(vehicle),
        "name_zh": vehicle.name.zh,
        "name_en": vehicle.name.en,
        "kind": vehicle.kind,
        "capabilities": list(service.capabilities),
        "crew_count": service.crew_count,
        "home_lon": vehicle.home.lon,
        "home_lat": vehicle.home.lat,
        "area_code": vehicle.area_code,
        "department": service.department,
        "vehicle_urn": urn("Vehicle", vehicle.phone),
    }


def _unit_code(vehicle: Vehicle) -> str:
    of_kind = [other for other in VEHICLES if other.kind == vehicle.kind]
    return f"{vehicle.kind}-{of_kind.index(vehicle) + 1:02}"


def _users() -> list[Row]:
    def user(
        login: str,
        name: str,
        role: str,
        department: str | None = None,
        area_code: str = COUNTY_CODE,
        units: tuple[str, ...] = (),
    ) -> Row:
        return {
            "login": login,
            "name": f"示例·{name}",
            "role": role,
            "department": department,
            "area_code": area_code,
            "units": list(units),
        }

    return [
        user("leader", "县领导", "leader"),
        user("duty", "值班长", "duty_officer"),
        user("duty-gaoan", "高安镇值班员", "duty_officer", area_code=TOWN_DUTY_AREA),
        user("dispatcher", "调度员", "dispatcher"),
        user("liaison-water", "水利联络员", "department_liaison", "water"),
        user("liaison-urban", "城管联络员", "department_liaison", "urban_management"),
        user("field-flood", "抢险队员", "field_worker", "emergency", units=("flood_rescue-01",)),
        user("field-ambulance", "急救员", "field_worker", "health", units=("ambulance-01",)),
        user("collector", "采集员", "field_worker", "urban_supervision"),
        user("handler-urban", "城管处置员", "field_worker", "urban_management"),
        user("field-grid", "网格员", "field_worker", "civil_affairs", area_code=GRID_TOWN),
        user("integrator", "接入工程师", "integrator"),
        user("administrator", "管理员", "administrator"),
        user("auditor", "审计员", "auditor"),
    ]
