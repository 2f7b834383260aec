"""How does a journey get a centre? The real one in this process, on a database of its own, on free ports."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from mudan.core.entities import actions as entities
from mudan.core.people import actions as people
from mudan.core.people.model import Role
from mudan.core.units import actions as units
from mudan.primitives.clock import SystemClock
from mudan.run.discover import platforms
from mudan.run.serve import Running, running
from mudan.run.settings import settings_from
from mudan.storage.embedded import Dsns
from mudan.storage.pool import Database
from tests.database import COUNTY, ORIGIN, TOWN, WATER
from tests.journeys.wire import free_port

STATION, PHONE, FIRE_DEVICE = "0012345678", "013900000077", "4242"


@dataclass
class Journey:
    """A running centre with its ports, and people signed in to it."""

    centre: Running
    ports: dict[str, int]
    clients: dict[str, httpx.AsyncClient]

    async def get(self, who: str, path: str) -> Any:
        """What somebody reads."""
        answer = await self.clients[who].get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: str, path: str, body: dict[str, Any]) -> Any:
        """What somebody does."""
        answer = await self.clients[who].post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@pytest.fixture
async def journey(fresh_database: Dsns, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Journey]:
    """A centre with one river gauge, one vehicle with its unit, a duty officer and a crew member."""
    passwords = await _county(fresh_database)
    ports = {one.name: free_port() for one in platforms() if "port" in one.settings}
    settings = settings_from(
        {
            "MUDAN_DATA": str(tmp_path),
            "MUDAN_ORIGINS": ORIGIN,
            "MUDAN_SECURE_COOKIES": "0",
            **{f"MUDAN_{name.upper()}_PORT": str(port) for name, port in ports.items()},
            "MUDAN_EMERGENCY_AREA": COUNTY,
            "MUDAN_EMERGENCY_FOLDER": str(tmp_path / "warnings"),
        }
    )
    async with running(settings, fresh_database.centre) as centre:
        transport = httpx.ASGITransport(centre.screens.app())
        clients = {}
        for login, password in passwords.items():
            client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"origin": ORIGIN})
            answer = await client.post("/api/session", json={"login": login, "password": password})
            assert answer.status_code == 200, answer.text
            client.headers["x-csrf-token"] = answer.json()["csrf_token"]
            clients[login] = client
        yield Journey(centre, ports, clients)
        for client in clients.values():
            await client.aclose()


async def _county(dsns: Dsns) -> dict[str, str]:
    db = Database(dsns.centre, size=2)
    await db.open()
    passwords = {}

    now = SystemClock().now() - timedelta(days=1)
    async with db.work() as connection:
        about = {"area_code": TOWN, "department": WATER}
        gauge = {
            **about, "urn": f"urn:ngsi-ld:HydrometricStation:{STATION}", "type": "HydrometricStation",
            "platform": "water", "device": STATION, "name_zh": "测试站", "name_en": "Test gauge",
            "lon": 115.46, "lat": 35.2,
            "properties": {"kind": "river", "warning_level_m": 40.0, "guarantee_level_m": 42.0},
        }  # fmt: skip
        await entities.put(connection, gauge, now)
        vehicle = {
            **about, "department": None, "urn": f"urn:ngsi-ld:Vehicle:{PHONE}", "type": "Vehicle",
            "platform": "transport", "device": PHONE, "name_zh": "测试车", "name_en": "Test truck",
        }  # fmt: skip
        await entities.put(connection, _fire_device(), now)
        await entities.put(connection, _warning_area(), now)
        key = await entities.put(connection, vehicle, now)
        unit = await units.put(
            connection,
            {
                **about, "department": None, "code": "rescue-01", "name_zh": "抢险一队", "name_en": "Rescue one",
                "kind": "flood_rescue", "capabilities": ["swift_water", "rescue"], "crew_count": 4,
                "home_lon": 115.40, "home_lat": 35.2,
            },
            vehicle=key,
        )  # fmt: skip
    for login, role in (("duty", Role.DUTY_OFFICER), ("crew", Role.FIELD_WORKER)):
        password, password_hash = await people.generated_password()
        async with db.work() as connection:
            department = WATER if role is Role.FIELD_WORKER else None
            new = people.NewPerson(login, login, role, COUNTY, department)
            person = await people.create_person(connection, None, new, password_hash)
            if role is Role.FIELD_WORKER:
                await units.add_member(connection, unit, person.id)
        passwords[login] = password
    await db.close()
    return passwords


def _fire_device() -> dict[str, Any]:
    return {
        "area_code": TOWN, "department": None, "urn": f"urn:ngsi-ld:FireTransmitter:{FIRE_DEVICE}",
        "type": "FireTransmitter", "platform": "emergency", "device": FIRE_DEVICE, "name_zh": "测试商场",
        "name_en": "Test mall",
    }  # fmt: skip


def _warning_area() -> dict[str, Any]:
    return {
        "area_code": COUNTY, "department": None, "urn": f"urn:ngsi-ld:WarningArea:{COUNTY}", "type": "WarningArea",
        "platform": "emergency", "device": f"area-{COUNTY}", "name_zh": "预警区域", "name_en": "Warning area",
    }  # fmt: skip
