"""Are things shown as they are now, drawn as they were, and changed without harm?"""

from typing import Any
from urllib.parse import quote

import pytest

from mudan.core.entities import actions as entities
from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.core.county import add_entity
from tests.database import START, TOWN, Client

pytestmark = pytest.mark.anyio
NEW = {
    "urn": "urn:ngsi-ld:HydrometricStation:N1", "type": "HydrometricStation", "platform": "water",
    "name_zh": "新站", "name_en": "New", "area_code": TOWN, "device": "0009", "lon": 115.4, "lat": 35.2,
    "properties": {"warning_level_m": 10},
}  # fmt: skip


@pytest.fixture
async def parts(app_client: Client) -> Running:
    parts = await running(app_client)
    await parts.enter(Role.INTEGRATOR)
    return parts


async def _known(parts: Running, **more: Any) -> Any:
    async with parts.db.work() as connection:
        station = await add_entity(connection, **more)
    await parts.path.entities_changed()
    return station


async def test_a_station_is_shown_with_its_latest_values_and_gravest_alarm(parts: Running) -> None:
    station = await _known(
        parts, properties={"warning_level_m": 10, "stale_after_s": 60, "password": "secret"}
    )
    await parts.observe(station.key, ("level", 11.0), ("link", 1.0))
    answer = await parts.client.get(f"/api/entities/{station.urn}")
    shown = answer.json()
    assert shown["latest"] == {
        "level": {
            "value": 11.0, "unit": "m", "observed_at": "2026-11-23T01:00:00.000Z",
            "received_at": "2026-11-23T01:00:00.000Z", "quality": ["good"], "stale": False,
        }
    }  # fmt: skip
    assert (shown["online"], shown["worst_level"], shown["area_name"]["zh"]) == (True, 3, "沙土镇")
    assert "secret" not in answer.text
    parts.clock.advance(61)
    assert (await parts.client.get(f"/api/entities/{station.urn}")).json()["latest"]["level"]["stale"]


async def test_a_new_station_is_known_at_once_and_once(parts: Running) -> None:
    assert (await parts.client.post("/api/entities", NEW)).status_code == 201
    assert ("water", "0009") in parts.path.directory.devices
    for wrong, status in (
        ({}, 422),
        ({"urn": "urn:ngsi-ld:HydrometricStation:N2"}, 409),
        ({"urn": "urn:ngsi-ld:HydrometricStation:N2", "device": "7", "department": "nobody"}, 422),
        ({"urn": "urn:ngsi-ld:HydrometricStation:N2", "device": "7", "platform": "magic"}, 422),
        ({"urn": "urn:ngsi-ld:HydrometricStation:N2", "device": "7", "lat": None}, 422),
        ({"urn": "urn:ngsi-ld:HydrometricStation:N2", "device": "7\x00"}, 422),
    ):
        assert (await parts.client.post("/api/entities", NEW | wrong)).status_code == status, wrong


async def test_a_changed_threshold_is_judged_at_once_and_written_down(parts: Running) -> None:
    station = await _known(parts, properties={"warning_level_m": 10, "password": "secret"})
    await parts.observe(station.key, ("level", 9.0))
    body = {"properties": {"warning_level_m": 8.5, "password": "other"}}
    answer = await parts.client.patch(f"/api/entities/{station.urn}", body)
    assert answer.json()["properties"] == {"warning_level_m": 8.5}
    assert answer.json()["name"]["zh"] == station.name.zh
    async with parts.db.work() as connection:
        alarms = await (await connection.execute("select limit_value from alarm where active")).fetchall()
        trail = await (
            await connection.execute("select detail from audit where action = 'entity.change'")
        ).fetchall()
    assert alarms == [{"limit_value": 8.5}]
    assert [row["detail"] for row in trail] == [
        {"before": {"warning_level_m": 10}, "after": {"warning_level_m": 8.5}}
    ]
    gone = await parts.client.patch(f"/api/entities/{station.urn}", {"properties": {"warning_level_m": None}})
    assert gone.json()["properties"] == {}


async def test_a_place_that_is_no_point_survives_a_change_of_name(parts: Running) -> None:
    line = {"type": "LineString", "coordinates": [[115.4, 35.2], [115.5, 35.3]]}
    given = {**NEW, "lon": None, "lat": None, "place": line}
    async with parts.db.work() as connection:
        await entities.put(connection, given, START)
    await parts.client.patch(f"/api/entities/{NEW['urn']}", {"name_zh": "更名"})
    async with parts.db.work() as connection:
        row = await (await connection.execute("select place, name_zh from entity")).fetchone()
    assert row == {"place": line, "name_zh": "更名"}


async def test_history_is_drawn_and_leaves_as_a_table(parts: Running) -> None:
    station = await _known(parts)
    for n in range(5):
        await parts.observe(station.key, ("level", float(n)), at_s=n - 10)
    path = f"/api/entities/{station.urn}/observations"
    [series] = (await parts.client.get(f"{path}?quantity=level,none")).json()["series"]
    assert ([value for _, value, _ in series["points"]], series["unit"]) == ([0, 1, 2, 3, 4], "m")
    table = (await parts.client.get(f"{path}.csv?quantity=level")).content.decode("utf-8-sig").splitlines()
    assert len(table) == 6
    assert table[1].endswith("0.0,m,2026-11-23T00:59:50.000Z,2026-11-23T01:00:00.000Z,good,WGS-84")


async def test_a_window_that_is_none_is_refused(parts: Running) -> None:
    station = await _known(parts)
    for window in (
        "from=2026-11-23T01:00:00", "from=2026-11-23T01:00:00Z&to=2026-11-23T00:00:00Z", "from=2020-01-01T00:00:00Z",
        "to=0001-01-01T00:00:00Z", "to=nonsense",
    ):  # fmt: skip
        path = f"/api/entities/{station.urn}/observations?quantity=level&{window}"
        assert (await parts.client.get(path)).status_code == 422, window


async def test_lists_are_narrowed_by_type_platform_area_and_words(parts: Running) -> None:
    await _known(parts, name_zh="沙河闸")
    await _known(parts, local="V1", type="Vehicle", platform="transport")
    for wish, count in (
        ("type=Vehicle", 1), ("type=Vehicle,HydrometricStation", 2), ("platform=water", 1), ("area=371702101", 2),
        ("area=99", 0), (f"q={quote('沙河')}", 1), ("limit=1", 1),
    ):  # fmt: skip
        assert len((await parts.client.get(f"/api/entities?{wish}")).json()["items"]) == count, wish


async def test_areas_and_layers_of_the_map(parts: Running) -> None:
    areas = (await parts.client.get("/api/areas")).json()["items"]
    assert [one["code"] for one in areas] == ["371702", "371702101", "371702102"]
    row = {
        "name": "roads",
        "title_zh": "路",
        "title_en": "Roads",
        "schematic": True,
        "credit": "x",
        "position": 1,
    }
    features = {"type": "FeatureCollection", "features": []}
    async with parts.db.work() as connection:
        await entities.put_layer(connection, row | {"features": features})
    [layer] = (await parts.client.get("/api/map/layers")).json()["items"]
    assert (layer["name"], layer["schematic"]) == ("roads", True)
    assert (await parts.client.get("/api/map/layers/roads")).json() == features
    assert (await parts.client.get("/api/map/layers/none")).status_code == 404
