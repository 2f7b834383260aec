"""Do entities come to be known, change without losing their key, and never take another's name or device?"""

from typing import Any

import pytest

from mudan.core.entities import actions, queries
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.geo import Point
from mudan.storage.pool import Connection, set_scope
from tests.core.county import PLACE, actor, add_entity
from tests.database import OTHER_TOWN, TOWN, WATER

pytestmark = pytest.mark.anyio


async def test_an_entity_keeps_its_key_when_it_changes(work: Connection) -> None:
    first = await add_entity(work, properties={"warning_level_m": 40.5})
    second = await add_entity(work, name_zh="新名", properties={"warning_level_m": 41})
    assert (second.key, second.name.zh, second.properties) == (first.key, "新名", {"warning_level_m": 41})
    assert second.point == Point(*PLACE)
    assert second.place == {"type": "Point", "coordinates": list(PLACE)}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"urn": "urn:ngsi-ld:Other:S1"}, "urn"),
        ({"urn": "S1"}, "urn"),
        ({"urn": "urn:ngsi-ld:HydrometricStation:a b"}, "urn"),
        ({"area_code": "37"}, "area_code"),
        ({"area_code": "371702%"}, "area_code"),
        ({"lon": 181.0}, "lon"),
        ({"lat": None}, "lon"),
        ({"lat": -91.0}, "lon"),
        ({"department": "nobody"}, "department"),
    ],
)
async def test_a_wrong_entity_is_refused_with_the_field(work: Connection, wrong: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await add_entity(work, **wrong)
    assert refused.value.field == field


async def test_a_device_belongs_to_one_entity(work: Connection) -> None:
    await add_entity(work, "S1", device="0001")
    with pytest.raises(Conflict):
        await add_entity(work, "S2", device="0001")
    other = await add_entity(work, "S2", device="0001", platform="transport")
    assert await queries.device_of(work, other.key) == "0001"


async def test_a_name_taken_in_another_area_is_not_overwritten(work: Connection) -> None:
    theirs = await add_entity(work, area_code=OTHER_TOWN)
    await set_scope(work, actor(area=TOWN).scope.settings())
    with pytest.raises(Conflict):
        await add_entity(work)
    await set_scope(work, actor(area=OTHER_TOWN).scope.settings())
    assert await queries.by_urn(work, theirs.urn) == theirs


async def test_they_are_found_by_every_wish(work: Connection) -> None:
    near = await add_entity(work, "S1", name_zh="沙河闸", department=WATER)
    far = await add_entity(work, "S2", area_code=OTHER_TOWN, platform="transport", type="Vehicle")
    for wish, expected in (
        ({"types": ["Vehicle"]}, [far]),
        ({"urns": [near.urn]}, [near]),
        ({"platform": "transport"}, [far]),
        ({"area": TOWN}, [near]),
        ({"text": "沙河"}, [near]),
        ({"limit": 1}, [near]),
        ({"limit": 1, "offset": 1}, [far]),
    ):
        assert [one.urn for one in await queries.find(work, **wish)] == [one.urn for one in expected]


async def test_another_area_or_department_looks_like_nothing(work: Connection) -> None:
    station = await add_entity(work, department=WATER)
    await set_scope(work, actor(area=OTHER_TOWN).scope.settings())
    with pytest.raises(NotFound):
        await queries.by_urn(work, station.urn)
    with pytest.raises(NotFound):
        await queries.by_key(work, station.key)


async def test_everything_is_told_with_its_devices(work: Connection) -> None:
    station = await add_entity(work, device="0001", properties={"password": "x"})
    thing = await add_entity(work, "S2")
    known = {one.entity.key: one for one in await queries.everything(work)}
    device = known[station.key].device
    assert device is not None
    assert (device.device, device.settings) == ("0001", {"password": "x"})
    assert known[thing.key].device is None


async def test_areas_and_layers_are_replaced_by_name(work: Connection) -> None:
    await actions.put_area(work, "371702103", "新镇", "New Town", "town")
    await actions.put_area(work, "371702103", "更名镇", "Renamed", "town")
    assert (await queries.areas(work))["371702103"][0].zh == "更名镇"
    row = {
        "name": "roads",
        "title_zh": "路",
        "title_en": "Roads",
        "schematic": True,
        "credit": "",
        "position": 1,
    }
    await actions.put_layer(work, row | {"features": {"type": "FeatureCollection", "features": []}})
    await actions.put_layer(work, row | {"features": {"type": "FeatureCollection", "features": [1]}})
    assert (await queries.layer(work, "roads"))["features"] == [1]
    assert [layer["name"] for layer in await queries.layers(work)] == ["roads"]
    with pytest.raises(NotFound):
        await queries.layer(work, "none")
