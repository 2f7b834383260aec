"""Does the demo's seed hold together: unique names, known references, a person for every role?"""

import json

from mudan.primitives.geo import Point, inside
from mudan.simulation.geography import OUTLINE
from mudan.simulation.seed import demo_seed

SEED = json.loads(json.dumps(demo_seed()))
AREAS = {area["code"] for area in SEED["areas"]}
DEPARTMENTS = {department["code"] for department in SEED["departments"]}


def test_it_has_all_its_parts() -> None:
    assert set(SEED) == {
        "areas", "cases", "departments", "duty", "entities", "homes", "units", "layers", "roads", "supplies", "users",
    }  # fmt: skip


def test_areas_are_the_county_and_its_26_towns() -> None:
    levels = [area["level"] for area in SEED["areas"]]

    assert levels.count("county") == 1
    assert levels.count("town") == 26


def test_names_on_the_wire_are_unique_and_of_their_form() -> None:
    stations = [one for one in SEED["entities"] if one["type"] == "HydrometricStation"]
    vehicles = [one for one in SEED["entities"] if one["type"] == "Vehicle"]
    urns = [one["urn"] for one in SEED["entities"]]

    assert len(set(urns)) == len(urns)
    assert len(stations) == 24
    assert all(len(one["device"]) == 10 and one["device"].startswith("00500231") for one in stations)
    assert len(vehicles) == 20
    assert all(len(one["device"]) == 12 and one["device"].isdigit() for one in vehicles)
    assert sorted(one["properties"]["edition"] for one in vehicles) == [2013] * 10 + [2019] * 10


def test_every_reference_is_known() -> None:
    urns = {one["urn"] for one in SEED["entities"]}
    units = {one["code"] for one in SEED["units"]}
    for row in (*SEED["entities"], *SEED["units"], *SEED["users"]):
        assert any(row["area_code"].startswith(code) for code in AREAS)  # a grid lies within its town
        assert row["department"] is None or row["department"] in DEPARTMENTS
    assert all(unit["vehicle_urn"] in urns for unit in SEED["units"])
    assert all(code in units for user in SEED["users"] for code in user["units"])


def test_each_kind_of_station_has_the_limits_that_rules_judge_by() -> None:
    needed = {
        "river": {"warning_level_m", "guarantee_level_m", "base_level_m"},
        "reservoir": {"flood_limit_level_m", "dead_level_m", "crest_level_m"},
        "rain": set(),
    }
    for one in SEED["entities"]:
        if one["type"] == "HydrometricStation":
            properties = one["properties"]
            assert {"rain_limit_mm_h", "stale_after_s", *needed[properties["kind"]]} <= set(properties)
            assert properties["example"] is True


def test_invented_things_say_so() -> None:
    for one in SEED["entities"]:
        if one["type"] != "Town":
            assert "示例" in one["name_zh"]
            assert "Example" in one["name_en"]
    assert all(user["name"].startswith("示例") for user in SEED["users"])


def test_every_role_has_a_person_and_field_workers_have_a_crew_or_a_grid() -> None:
    roles = [user["role"] for user in SEED["users"]]

    assert set(roles) == {
        *("leader", "duty_officer", "dispatcher", "department_liaison"),
        *("field_worker", "integrator", "administrator", "auditor"),
    }
    crews = [user["units"] for user in SEED["users"] if user["role"] == "field_worker"]
    assert crews == [["flood_rescue-01"], ["ambulance-01"], [], [], []]  # the last three walk the streets
    towns = [user for user in SEED["users"] if len(user["area_code"]) == 9]
    assert [user["role"] for user in towns] == ["duty_officer", "field_worker"]


def test_everything_stands_in_the_county() -> None:
    for one in SEED["entities"]:
        if one["type"] == "RecordSource":  # another system stands nowhere
            continue
        assert inside(Point(one["lon"], one["lat"]), OUTLINE)
