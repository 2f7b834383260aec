"""Who is on duty in the make-believe county, and who is called in its towns and villages? (示例: all invented)"""

from typing import Any, Final

from mudan.simulation.geography import COUNTY_CODE, TOWNS, Town

Row = dict[str, Any]

VILLAGES: Final = ("示例一村", "示例二村")
HOUSEHOLDS: Final = ("示例户甲", "示例户乙", "示例户丙")
HOUSEHOLD_TOWNS: Final = frozenset({"500231106", "500231108"})  # by the invented river
RESIDENTS_OF_A_VILLAGE: Final = 1200
_COUNTY: Final = (
    # key, name after 示例·, post, login, channels
    ("leader1", "县领导甲", "带班领导", "leader", ("app", "voice")),
    ("leader2", "县领导乙", "带班领导", "", ("voice", "text")),
    ("leader3", "县领导丙", "带班领导", "", ("voice", "text")),
    ("chief1", "值班长甲", "值班长", "duty", ("app", "voice")),
    ("chief2", "值班长乙", "值班长", "", ("voice", "text")),
    ("officer1", "值班员甲", "值班员", "duty", ("app", "voice")),
    ("officer2", "值班员乙", "值班员", "", ("voice", "text")),
    ("officer3", "值班员丙", "值班员", "", ("voice", "text")),
    ("desk1", "接警席甲", "接警", "dispatcher", ("app", "voice")),
    ("desk2", "接警席乙", "接警", "", ("voice",)),
    ("sender1", "调度席甲", "调度", "dispatcher", ("app", "voice")),
    ("sender2", "调度席乙", "调度", "", ("voice",)),
    ("water", "水利联络员", "水利局联络员", "liaison-water", ("app", "voice")),
)
_ROTA: Final = {
    "leader_on_duty": ("leader1", "leader2", "leader3"),
    "duty_chief": ("chief1", "chief2"),
    "duty_officer": ("officer1", "officer2", "officer3"),
    "call_taker": ("desk1", "desk2"),
    "dispatcher": ("sender1", "sender2"),
}


def duty_room() -> Row:
    """Phone book, rota and call tree, ready for JSON; the numbers are no telephone numbers."""
    contacts = [
        _contact(key, COUNTY_CODE, f"{number:04}", name, post, channels, login)
        for number, (key, name, post, login, channels) in enumerate(_COUNTY, start=1)
    ]
    rota = [
        {"position": position, "area_code": COUNTY_CODE, "contacts": list(keys)}
        for position, keys in _ROTA.items()
    ]
    tree: list[Row] = []
    for town in TOWNS:
        contacts += _town_contacts(town)
        tree += _town_tree(town)
        if town.code == "500231106":  # the town whose desk has a sign-in
            rota.append({"position": "duty_officer", "area_code": town.code, "contacts": [f"{town.code}a"]})
    return {"contacts": contacts, "rota": rota, "tree": tree}


def _contact(
    key: str,
    area: str,
    number: str,
    name: str,
    post: str,
    channels: tuple[str, ...] = ("voice", "text"),
    login: str = "",
) -> Row:
    return {
        "key": key, "area_code": area, "name": f"示例·{name}", "post": post, "phone": f"000-{area[-4:]}-{number}",
        "channels": list(channels), "login": login,
    }  # fmt: skip


def _town_contacts(town: Town) -> list[Row]:
    short = town.name.zh
    login = "duty-gaoan" if town.code == "500231106" else ""
    first = ("app", "voice", "text") if login else ("voice", "text")
    found = [
        _contact(f"{town.code}a", town.code, "0001", f"{short}值班员", f"{short}值班室", first, login),
        _contact(f"{town.code}b", town.code, "0002", f"{short}分管领导", f"{short}分管领导"),
    ]
    for number, village in enumerate(VILLAGES, start=1):
        code, grid = f"{town.code}20{number}", ("voice", "broadcast")
        found.append(_contact(f"{code}a", code, "0001", f"{village}主任", f"{short}{village}主任"))
        found.append(_contact(f"{code}b", code, "0002", f"{village}网格员", f"{short}{village}网格员", grid))
    if town.code in HOUSEHOLD_TOWNS:
        code, where = f"{town.code}201", f"{short}{VILLAGES[0]}"
        found += [
            _contact(f"{code}h{number}", code, f"001{number}", f"{name}户主", where, ("voice",))
            for number, name in enumerate(HOUSEHOLDS)
        ]
    return found


def _town_tree(town: Town) -> list[Row]:
    places = [
        {
            "key": f"town:{town.code}", "parent": "", "level": "town", "area_code": town.code, "name": town.name.zh,
            "people": town.residents, "lon": town.point.lon, "lat": town.point.lat,
            "contacts": [f"{town.code}a", f"{town.code}b"],
        }
    ]  # fmt: skip
    for number, village in enumerate(VILLAGES, start=1):
        code = f"{town.code}20{number}"
        aside = 0.012 * (1 if number == 1 else -1)
        places.append({
            "key": f"village:{code}", "parent": f"town:{town.code}", "level": "village", "area_code": code,
            "name": f"{town.name.zh}{village}", "people": RESIDENTS_OF_A_VILLAGE, "lon": town.point.lon + aside,
            "lat": town.point.lat + aside / 2, "contacts": [f"{code}a", f"{code}b"],
        })  # fmt: skip
    if town.code in HOUSEHOLD_TOWNS:
        code = f"{town.code}201"
        places += [
            {
                "key": f"household:{code}:{number}", "parent": f"village:{code}", "level": "household",
                "area_code": code, "name": f"{town.name.zh}{name}", "people": 3, "lon": town.point.lon + 0.013,
                "lat": town.point.lat + 0.006 + number * 0.002, "contacts": [f"{code}h{number}"],
            }
            for number, name in enumerate(HOUSEHOLDS)
        ]  # fmt: skip
    return places
