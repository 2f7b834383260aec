"""How does a demo's register of households come in? As somebody of the department that keeps it would bring it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mudan.core.households import actions as households
from mudan.core.people import queries as people
from mudan.core.people.model import ROLE_PERMISSIONS, Actor, scope_of
from mudan.core.visits import actions as visits
from mudan.primitives.clock import CST, Clock
from mudan.storage.pool import Database


async def keep_homes(db: Database, clock: Clock, given: Mapping[str, Any], login: str) -> int:
    """Take the seed's register in the name of this login; how many visits are on the list."""
    now = clock.now()
    rows = [
        {name: value for name, value in row.items() if name != "days_since"}
        | {"last_visit_on": (now - timedelta(days=row["days_since"])).astimezone(CST).date().isoformat()}
        for row in given["rows"]
    ]
    async with db.work() as connection:
        (person,) = [one for one in await people.people(connection) if one.login == login]
        scope = scope_of(person.id, person.role, person.area_code, person.department)
        scope = replace(
            scope, departments=frozenset({given["department"]})
        )  # nobody else's people visit for it
        actor = Actor(person.id, person.login, person.name, b"", ROLE_PERMISSIONS[person.role], scope)
        made = await households.register(connection, actor, now, given["source"], rows, example=True)
        return await visits.plan_registered(connection, actor, now, made.households)
