"""Is the county readable as NGSI-LD, within one's scope, and are mistakes named as the standard names them?"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from mudan.api.errors import Refused
from mudan.api.ngsi_ld import temporal
from mudan.api.ngsi_ld.context import core, own
from mudan.api.ngsi_ld.q import parsed
from mudan.core.people.model import Role
from tests.database import FIRE, ORIGIN, OTHER_TOWN, START, TOWN, WATER, Client

pytestmark = pytest.mark.anyio

STATION, OTHER, TRUCK = (
    "urn:ngsi-ld:HydrometricStation:0001",
    "urn:ngsi-ld:HydrometricStation:0002",
    "urn:ngsi-ld:Vehicle:0001",
)
ENTITIES = "/ngsi-ld/v1/entities"
HISTORY = f"/ngsi-ld/v1/temporal/entities/{STATION}"
OWN_LINK = f'<{ORIGIN}/api/context/mudan.jsonld>; rel="http://www.w3.org/ns/json-ld#context"'
CORE_URL = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
CORE_LINK = f'<{CORE_URL}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'

_ENTITY = (
    "insert into entity (urn, type, platform, name_zh, name_en, area_code, department, lon, lat, properties,"
    " created_at, modified_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning key"
)


def _fill(connection: psycopg.Connection[Any]) -> None:
    for name, unit in (("water_level", "m"), ("flow", "m3/s"), ("longitude", "deg"), ("latitude", "deg")):
        connection.execute(
            "insert into quantity (name, unit, title_zh, title_en, decimals) values (%s, %s, %s, %s, 2)",
            (name, unit, name, name),
        )
    station = json.dumps({"kind": "river", "warning_level_m": 50.5, "example": True, "note": None})
    rows = [
        (STATION, "HydrometricStation", "water", "刘庄站", "Liuzhuang", TOWN, WATER, 115.5, 35.2, station),
        (OTHER, "HydrometricStation", "water", "双河站", "Shuanghe", OTHER_TOWN, WATER, 115.6, 35.3, "{}"),
        (TRUCK, "Vehicle", "transport", "消防一号", "Engine 1", TOWN, FIRE, None, None, "{}"),
    ]
    keys = {}
    for row in rows:
        made = connection.execute(_ENTITY, (*row, START, START)).fetchone()
        assert made is not None
        keys[row[0]] = made[0]
    for urn, quantity, value, quality in (
        (STATION, "water_level", 51.2, 0),
        (STATION, "flow", 12.0, 1),
        (OTHER, "water_level", 48.0, 0),
        (TRUCK, "longitude", 115.501, 0),
        (TRUCK, "latitude", 35.201, 0),
    ):
        for minutes in range(5):
            moment = START + timedelta(minutes=minutes)
            connection.execute(
                "insert into observation select %s, %s, %s, %s, id, 0, %s from quantity where name = %s",
                (moment, moment, value - 4 + minutes, keys[urn], quality, quantity),
            )
        connection.execute(
            "insert into observation_latest select entity, quantity, space, quality, observed_at, received_at,"
            " %s from observation where entity = %s and quantity ="
            " (select id from quantity where name = %s) order by observed_at desc limit 1",
            (value, keys[urn], quantity),
        )


@pytest.fixture
async def client(app_client: Client) -> Client:
    """Two stations and a vehicle, read by the duty officer of the county."""
    with psycopg.connect(app_client.dsns.superuser) as connection:
        _fill(connection)
    await app_client.sign_in(Role.DUTY_OFFICER)
    return app_client


async def _ids(client: Client, query: str) -> list[str]:
    answer = await client.get(f"{ENTITIES}?{query}")
    assert answer.status_code == 200, answer.text
    return [entity["id"] for entity in answer.json()]


async def _error(client: Client, path: str, **options: Any) -> tuple[int, str]:
    answer = await client.get(path, **options)
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()["type"].removeprefix("https://uri.etsi.org/ngsi-ld/errors/")


class TestForms:
    """How an entity looks."""

    async def test_normalised(self, client: Client) -> None:
        answer = await client.get(f"{ENTITIES}/{STATION}")
        assert answer.json() == {
            "id": STATION,
            "type": "HydrometricStation",
            "name": {"type": "LanguageProperty", "languageMap": {"zh": "刘庄站", "en": "Liuzhuang"}},
            "example": {"type": "Property", "value": True},
            "kind": {"type": "Property", "value": "river"},
            "warning_level_m": {"type": "Property", "value": 50.5},
            "flow": {
                "type": "Property",
                "value": 12.0,
                "unitCode": "MQS",
                "observedAt": "2026-11-23T01:04:00.000Z",
                "quality": {"type": "Property", "value": ["doubtful"]},
            },
            "water_level": {
                "type": "Property",
                "value": 51.2,
                "unitCode": "MTR",
                "observedAt": "2026-11-23T01:04:00.000Z",
            },
            "location": {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [115.5, 35.2]}},
        }
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["link"] == f'{OWN_LINK}; type="application/ld+json"'

    @pytest.mark.parametrize("options", ["options=keyValues", "options=simplified", "format=keyValues"])
    async def test_simplified(self, client: Client, options: str) -> None:
        body = (await client.get(f"{ENTITIES}/{STATION}?{options}&attrs=water_level,name,location")).json()
        assert body == {
            "id": STATION,
            "type": "HydrometricStation",
            "name": {"languageMap": {"zh": "刘庄站", "en": "Liuzhuang"}},
            "water_level": 51.2,
            "location": {"type": "Point", "coordinates": [115.5, 35.2]},
        }

    async def test_with_system_attributes(self, client: Client) -> None:
        body = (await client.get(f"{ENTITIES}/{STATION}?options=sysAttrs")).json()
        assert body["createdAt"] == body["modifiedAt"] == "2026-11-23T01:00:00.000Z"
        assert body["water_level"]["modifiedAt"] == "2026-11-23T01:04:00.000Z"

    async def test_a_vehicle_is_where_it_last_said_it_was(self, client: Client) -> None:
        location = (await client.get(f"{ENTITIES}/{TRUCK}")).json()["location"]
        assert location["value"] == {"type": "Point", "coordinates": [115.501, 35.201]}
        assert location["observedAt"] == "2026-11-23T01:04:00.000Z"


class TestContexts:
    """What names mean."""

    async def test_json_ld_carries_its_context_inside(self, client: Client) -> None:
        answer = await client.get(f"{ENTITIES}?type=Vehicle", headers={"accept": "application/ld+json"})
        assert answer.headers["content-type"] == "application/ld+json"
        assert "link" not in answer.headers
        assert answer.json()[0]["@context"] == [f"{ORIGIN}/api/context/mudan.jsonld"]

    async def test_under_the_core_context_our_names_are_iris(self, client: Client) -> None:
        headers = {"link": CORE_LINK}
        assert await _ids(client, "type=HydrometricStation") == [STATION, OTHER]
        assert (await client.get(f"{ENTITIES}?type=HydrometricStation", headers=headers)).json() == []
        full = quote("urn:mudan:term:HydrometricStation")
        found = (await client.get(f"{ENTITIES}?type={full}", headers=headers)).json()
        assert found[0]["type"] == "urn:mudan:term:HydrometricStation"
        assert found[0]["urn:mudan:term:water_level"]["value"] == 51.2
        assert "location" in found[0]

    async def test_our_own_context_may_be_named(self, client: Client) -> None:
        answer = await client.get(f"{ENTITIES}?type=Vehicle", headers={"link": OWN_LINK})
        assert len(answer.json()) == 1

    async def test_no_other_context_is_fetched(self, client: Client) -> None:
        link = CORE_LINK.replace(CORE_URL, "http://127.0.0.1:1/context.jsonld")
        assert await _error(client, f"{ENTITIES}?type=T", headers={"link": link}) == (
            504,
            "LdContextNotAvailable",
        )

    async def test_the_own_context_is_there_for_everybody(self, client: Client) -> None:
        client.http.cookies.clear()
        answer = await client.get("/api/context/mudan.jsonld")
        assert answer.headers["content-type"] == "application/ld+json"
        words = answer.json()["@context"]
        assert words["water_level"] == "mudan:water_level"
        assert words["mudan"] == words["@vocab"] == "urn:mudan:term:"
        assert words["location"] == "ngsi-ld:location"

    async def test_terms_and_iris_are_inverse(self) -> None:
        for context in (own(), core()):
            for term in ("water_level", "location", "somethingNew", "urn:x:y", "name"):
                assert context.iri(context.term(context.iri(term))) == context.iri(term)
        assert own().iri("somethingNew") == "urn:mudan:term:somethingNew"
        assert core().iri("somethingNew") == "https://uri.etsi.org/ngsi-ld/default-context/somethingNew"
        assert own().iri("location") == "https://uri.etsi.org/ngsi-ld/location"

    @pytest.mark.parametrize(
        ("accept", "status", "kind"),
        [
            ("*/*", 200, "application/json"),
            ("application/ld+json, application/json", 200, "application/json"),
            ("application/json;q=0.5, application/ld+json", 200, "application/ld+json"),
            ("application/*;q=0.1", 200, "application/json"),
            ("text/html, application/ld+json;q=0.2", 200, "application/ld+json"),
            ("text/html", 406, "application/json"),
            ("application/json;q=0", 406, "application/json"),
        ],
    )
    async def test_formats(self, client: Client, accept: str, status: int, kind: str) -> None:
        answer = await client.get(f"{ENTITIES}?type=Vehicle", headers={"accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (status, kind)


class TestQueries:
    """Which entities are found."""

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("type=Vehicle", [TRUCK]),
            ("type=Vehicle,HydrometricStation", [STATION, OTHER, TRUCK]),
            ("type=*", [STATION, OTHER, TRUCK]),
            ("type=Nothing", []),
            (f"type=*&id={STATION},{TRUCK}", [STATION, TRUCK]),
            ("attrs=flow", [STATION]),
            ("attrs=flow,longitude", [STATION, TRUCK]),
            ("attrs=nothing", []),
            ("q=water_level>50", [STATION]),
            ("q=water_level>=48;water_level<=48", [OTHER]),
            ("q=water_level", [STATION, OTHER]),
            ("q=!water_level", [TRUCK]),
            ("q=water_level==47..49", [OTHER]),
            ("q=water_level!=48", [STATION]),
            ("q=water_level==48,51.2", [STATION, OTHER]),
            ('q=kind=="river"', [STATION]),
            ("q=kind==river", [STATION]),
            ('q=kind=="river"|longitude', [STATION, TRUCK]),
            ('q=(kind=="lake"|kind=="river");example==true', [STATION]),
            ('q=name[en]=="Engine 1"', [TRUCK]),
            ('q=name=="双河站"', [OTHER]),
            ("q=water_level.observedAt>=2026-11-23T01:04:00Z", [STATION, OTHER]),
            ("q=water_level.observedAt>2026-11-23T01:04:00Z", []),
            ("q=flow.quality==doubtful", [STATION]),
            ('q=water_level.unitCode=="MTR"', [STATION, OTHER]),
            ('q=water_level=="51.2"', []),
            ("q=urn:mudan:term:water_level>50", [STATION]),
            ("georel=near;maxDistance==200&geometry=Point&coordinates=[115.5,35.2]", [STATION, TRUCK]),
            ("georel=near;maxDistance==50&geometry=Point&coordinates=[115.5,35.2]", [STATION]),
            ("georel=near;minDistance==5000&geometry=Point&coordinates=[115.5,35.2]", [OTHER]),
            ("type=*&limit=1&offset=1", [OTHER]),
        ],
    )
    async def test_found(self, client: Client, query: str, found: list[str]) -> None:
        assert await _ids(client, quote(query, safe="=&*")) == found

    @pytest.mark.parametrize(
        ("query", "error"),
        [
            ("", (400, "BadRequestData")),
            (f"id={STATION}", (400, "BadRequestData")),
            ("type=*&id=no uri", (400, "BadRequestData")),
            ("type=*&attrs=id", (400, "BadRequestData")),
            ("type=*&limit=0", (400, "BadRequestData")),
            ("type=*&limit=-1", (400, "BadRequestData")),
            ("type=*&limit=1001", (400, "BadRequestData")),
            ("type=*&offset=x", (400, "BadRequestData")),
            ("type=*&count=yes", (400, "BadRequestData")),
            ("type=*&unknown=1", (400, "InvalidRequest")),
            ("type=*&type=*", (400, "InvalidRequest")),
            ("type=*&options=keyValues,odd", (400, "InvalidRequest")),
            ("type=(A;B)", (422, "OperationNotSupported")),
            ("georel=near;maxDistance==1&geometry=Point", (400, "BadRequestData")),
            ("georel=near;maxDistance==0&geometry=Point&coordinates=[1,2]", (400, "BadRequestData")),
            ("georel=near&geometry=Point&coordinates=[1,2]", (400, "BadRequestData")),
            ("georel=near;maxDistance==1&geometry=Point&coordinates=[1]", (400, "BadRequestData")),
            ("georel=near;maxDistance==1&geometry=Point&coordinates=[999,2]", (400, "BadRequestData")),
            ("georel=within&geometry=Point&coordinates=[1,2]", (422, "OperationNotSupported")),
            ("georel=around&geometry=Point&coordinates=[1,2]", (400, "BadRequestData")),
            ("q=water_level~=x", (422, "OperationNotSupported")),
            ("q=water_level>", (400, "BadRequestData")),
            ("q=(water_level", (400, "BadRequestData")),
            ("q=water_level>1..2", (400, "BadRequestData")),
            ("q=;;", (400, "BadRequestData")),
            ('q=a=="open', (400, "BadRequestData")),
            ("q=a==2026-02-31T00:00:00Z", (400, "BadRequestData")),
            ("q=" + "(" * 40 + "a" + ")" * 40, (400, "BadRequestData")),
            ("q=" + "a;" * 1500, (400, "BadRequestData")),
        ],
    )
    async def test_refused(self, client: Client, query: str, error: tuple[int, str]) -> None:
        assert await _error(client, f"{ENTITIES}?{quote(query, safe='=&*')}") == error

    async def test_and_binds_tighter_than_or(self) -> None:
        values = {"a": 1.0, "b": 2.0, "c": 3.0}
        for text, holds in (("a==9;b==2|c==3", True), ("a==9;(b==2|c==3)", False), ("c==3|a==9;b==2", True)):
            assert parsed(text).holds(lambda name, _below, _member: values.get(name)) is holds

    async def test_odd_texts_raise_one_error_only(self) -> None:
        for text in (
            "[",
            "a[",
            "a[b",
            "..",
            "a..b",
            "a.",
            ".a",
            '"',
            "a==,",
            "!",
            "a!",
            "a,b",
            "()",
            "\\",
            "==",
        ):
            with pytest.raises(Refused):
                parsed(text)

    async def test_pages_link_to_each_other(self, client: Client) -> None:
        answer = await client.get(f"{ENTITIES}?type=*&limit=1&offset=1&count=true")
        assert answer.headers["ngsild-results-count"] == "3"
        links = answer.headers["link"]
        assert (
            f'<{ENTITIES}?count=true&limit=1&offset=2&type=%2A>; rel="next"; type="application/json"' in links
        )
        assert f'<{ENTITIES}?count=true&limit=1&offset=0&type=%2A>; rel="prev"' in links
        last = (await client.get(f"{ENTITIES}?type=*&limit=2&offset=2")).headers["link"]
        assert 'rel="next"' not in last

    async def test_only_the_count_may_be_asked(self, client: Client) -> None:
        answer = await client.get(f"{ENTITIES}?type=Vehicle&limit=0&count=true")
        assert (answer.json(), answer.headers["ngsild-results-count"]) == ([], "1")


class TestRetrieval:
    """One entity."""

    @pytest.mark.parametrize(
        ("path", "error"),
        [
            ("urn:ngsi-ld:Vehicle:none", (404, "ResourceNotFound")),
            ("novalidid", (400, "BadRequestData")),
            (f"{TRUCK}?attrs=water_level", (404, "ResourceNotFound")),
            (f"{TRUCK}?type=HydrometricStation", (404, "ResourceNotFound")),
            (f"{TRUCK}?odd=1", (400, "InvalidRequest")),
        ],
    )
    async def test_refused(self, client: Client, path: str, error: tuple[int, str]) -> None:
        assert await _error(client, f"{ENTITIES}/{path}") == error

    async def test_writing_is_not_offered(self, client: Client) -> None:
        assert (await client.post(ENTITIES, {"id": TRUCK, "type": "Vehicle"})).status_code == 405


class TestHistory:
    """One entity over time."""

    async def _levels(self, client: Client, query: str) -> list[float]:
        answer = await client.get(f"{HISTORY}?attrs=water_level&{query}")
        assert answer.status_code == 200, answer.text
        return [round(instance["value"], 1) for instance in answer.json()["water_level"]]

    @pytest.mark.parametrize(
        ("query", "values"),
        [
            ("", [47.2, 48.2, 49.2, 50.2, 51.2]),
            ("timerel=before&timeAt=2026-11-23T01:02:00Z", [47.2, 48.2]),
            ("timerel=after&timeAt=2026-11-23T01:02:00Z", [49.2, 50.2, 51.2]),
            (
                "timerel=between&timeAt=2026-11-23T01:01:00Z&endTimeAt=2026-11-23T01:03:00.000Z",
                [48.2, 49.2],
            ),
            ("lastN=2", [51.2, 50.2]),
            ("lastN=1&timerel=before&timeAt=2026-11-23T01:02:00Z", [48.2]),
        ],
    )
    async def test_intervals(self, client: Client, query: str, values: list[float]) -> None:
        assert await self._levels(client, query) == values

    async def test_an_instance_has_unit_time_and_name(self, client: Client) -> None:
        [instance] = (await client.get(f"{HISTORY}?attrs=water_level&lastN=1")).json()["water_level"]
        assert instance.pop("instanceId").startswith("urn:ngsi-ld:Instance:")
        assert instance == {
            "type": "Property",
            "value": 51.2,
            "unitCode": "MTR",
            "observedAt": "2026-11-23T01:04:00.000Z",
        }

    async def test_values_only(self, client: Client) -> None:
        body = (await client.get(f"{HISTORY}?options=temporalValues&lastN=2")).json()
        assert set(body) == {"id", "type", "flow", "water_level"}
        assert body["flow"] == {
            "type": "Property",
            "values": [[12.0, "2026-11-23T01:04:00.000Z"], [11.0, "2026-11-23T01:03:00.000Z"]],
        }

    async def test_too_many_instances_are_cut_and_said(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(temporal, "INSTANCES_MOST", 3)
        answer = await client.get(f"{HISTORY}?attrs=water_level&options=temporalValues")
        assert answer.status_code == 206
        assert [value for value, _ in answer.json()["water_level"]["values"]] == [51.2, 50.2, 49.2]
        assert (
            answer.headers["content-range"] == "date-time 2026-11-23T01:04:00.000Z-2026-11-23T01:02:00.000Z/*"
        )

    @pytest.mark.parametrize(
        ("query", "error"),
        [
            ("timerel=before", (400, "BadRequestData")),
            ("timeAt=2026-11-23T01:02:00Z", (400, "BadRequestData")),
            ("timerel=during&timeAt=2026-11-23T01:02:00Z", (400, "BadRequestData")),
            ("timerel=before&timeAt=2026-11-23", (400, "BadRequestData")),
            ("timerel=before&timeAt=2026-11-23T01:02:00%2B08:00", (400, "BadRequestData")),
            ("timerel=before&timeAt=2026-13-23T01:02:00Z", (400, "BadRequestData")),
            ("timerel=between&timeAt=2026-11-23T01:02:00Z", (400, "BadRequestData")),
            ("lastN=0", (400, "BadRequestData")),
            ("lastN=x", (400, "BadRequestData")),
            ("options=aggregatedValues", (400, "InvalidRequest")),
            ("timeproperty=createdAt", (422, "OperationNotSupported")),
            ("attrs=rain_1h", (404, "ResourceNotFound")),
        ],
    )
    async def test_refused(self, client: Client, query: str, error: tuple[int, str]) -> None:
        assert await _error(client, f"{HISTORY}?{query}") == error


class TestScope:
    """Nobody reads past their own area and department."""

    async def test_a_town_liaison_finds_own_entities_only(self, client: Client) -> None:
        await client.sign_in(Role.DEPARTMENT_LIAISON, TOWN, WATER)
        assert await _ids(client, "type=*") == [STATION]
        count = (await client.get(f"{ENTITIES}?type=*&count=true")).headers["ngsild-results-count"]
        assert count == "1"
        for urn in (OTHER, TRUCK):
            assert (await client.get(f"{ENTITIES}/{urn}")).status_code == 404
            assert (await client.get(f"/ngsi-ld/v1/temporal/entities/{urn}")).status_code == 404

    async def test_roles_without_permission_are_refused(self, client: Client) -> None:
        for role in (Role.FIELD_WORKER, Role.AUDITOR, Role.ADMINISTRATOR):
            await client.sign_in(role)
            for path in (f"{ENTITIES}?type=*", f"{ENTITIES}/{STATION}", HISTORY):
                assert (await client.get(path)).status_code == 403

    async def test_nobody_signed_in_is_refused(self, client: Client) -> None:
        client.http.cookies.clear()
        assert (await client.get(f"{ENTITIES}?type=*")).status_code == 401
