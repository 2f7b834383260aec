"""What is the smallest county in which something can go wrong? Stations, people, units, an alarm."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from mudan.core.alarms.actions import apply_crossing
from mudan.core.entities import actions as entity_actions
from mudan.core.entities import queries as entities
from mudan.core.entities.model import Entity
from mudan.core.incidents import actions as incidents
from mudan.core.incidents.model import Incident
from mudan.core.people.actions import NewPerson, create_person
from mudan.core.people.model import DEPARTMENT_BOUND, ROLE_PERMISSIONS, Actor, Person, Role, scope_of
from mudan.core.rules.model import Rule
from mudan.core.rules.model.engine import Crossing
from mudan.core.units import actions as units
from mudan.core.units import queries as unit_queries
from mudan.core.units.model import Unit
from mudan.primitives.clock import to_us
from mudan.storage.pool import Connection
from tests.core.rules.bench import rule as made_rule
from tests.database import COUNTY, START, TOWN, WATER

PLACE = (115.48, 35.24)
RULE = made_rule(name="water.high")


def later(seconds: float) -> datetime:
    """So many seconds after the start."""
    return START + timedelta(seconds=seconds)


def actor(role: Role = Role.DUTY_OFFICER, area: str = COUNTY, department: str | None = None) -> Actor:
    """Somebody signed in who has no account."""
    person = uuid4()
    scope = scope_of(person, role, area, department)
    return Actor(person, role.value, f"测试 {role.value}", b"", ROLE_PERMISSIONS[role], scope)


def actor_of(person: Person) -> Actor:
    """Somebody with an account, signed in."""
    scope = scope_of(person.id, person.role, person.area_code, person.department)
    return Actor(person.id, person.login, person.name, b"", ROLE_PERMISSIONS[person.role], scope)


async def add_entity(connection: Connection, local: str = "S1", **more: Any) -> Entity:
    """A river station of the town; `more` are columns by name."""
    entity_type = more.get("type", "HydrometricStation")
    urn = f"urn:ngsi-ld:{entity_type}:{local}"
    given: Mapping[str, Any] = {
        "urn": urn, "type": entity_type, "platform": "water", "name_zh": f"站{local}", "name_en": f"Station {local}",
        "area_code": TOWN, "lon": PLACE[0], "lat": PLACE[1], **more,
    }  # fmt: skip
    await entity_actions.put(connection, given, START)
    return await entities.by_urn(connection, urn)


async def cross(
    connection: Connection,
    entity: Entity,
    *,
    active: bool = True,
    at: float = 0,
    value: float = 11.0,
    rule: Rule = RULE,
    taken_over: bool = False,
) -> UUID | None:
    """The rule's condition on the entity begins or ends, `at` seconds after the start."""
    crossing = Crossing(rule, entity.key, active, "level", value, 10.0, to_us(later(at)), taken_over)
    return await apply_crossing(connection, crossing, entity, "m")


async def raise_alarm(connection: Connection, entity: Entity | None = None, **options: Any) -> UUID:
    """An alarm on a station (a new one unless given)."""
    station = entity if entity is not None else await add_entity(connection, f"A{uuid4().hex[:8]}")
    alarm = await cross(connection, station, **options)
    assert alarm is not None
    return alarm


async def open_incident(connection: Connection, who: Actor | None = None, **more: Any) -> Incident:
    """A flood at the usual place; `more` are arguments of `open_incident`."""
    given: dict[str, Any] = {
        "title": "堤防渗水", "kind": "flood", "level": 2, "lon": PLACE[0], "lat": PLACE[1], **more,
    }  # fmt: skip
    return await incidents.open_incident(connection, who or actor(), START, **given)


async def add_unit(
    connection: Connection, code: str = "R-1", *, vehicle: int | None = None, **more: Any
) -> Unit:
    """A flood rescue unit at home near the usual place; `more` are columns by name."""
    given: dict[str, Any] = {
        "code": code, "name_zh": f"救援{code}", "name_en": f"Rescue {code}", "kind": "flood_rescue",
        "capabilities": ["swift_water"], "crew_count": 4, "home_lon": PLACE[0] + 0.05, "home_lat": PLACE[1],
        "area_code": TOWN, "department": None, **more,
    }  # fmt: skip
    unit = await units.put(connection, given, vehicle=vehicle)
    return await unit_queries.one(connection, unit)


async def add_person(connection: Connection, login: str, role: Role, area: str = COUNTY) -> Person:
    """An account that nobody can sign in to: no password has its hash."""
    department = WATER if role in DEPARTMENT_BOUND else None
    return await create_person(connection, None, NewPerson(login, login, role, area, department), "-")


async def add_crew(connection: Connection, unit: Unit, login: str = "crew", area: str = TOWN) -> Actor:
    """A field worker of the unit."""
    person = await add_person(connection, login, Role.FIELD_WORKER, area)
    await units.add_member(connection, unit.id, person.id)
    return actor_of(person)
