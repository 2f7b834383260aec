"""What does a grid worker enter at a door in the tests?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.cases.model import known
from mudan.core.households import queries as households
from mudan.core.households.model.words import Household
from mudan.core.people.model import Actor
from mudan.core.visits import actions, queries
from mudan.core.visits.model.words import Entry, Visit
from mudan.run.discover import declared
from mudan.storage.pool import Connection
from tests.core.county import later
from tests.core.households.doors import KEEPER, registered, row


@pytest.fixture
def repairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The case type that the community platform brings, for one test."""
    (repair,) = declared("community").cases
    monkeypatch.setitem(known._KNOWN, repair.name, repair)


def entry(at: float = 0, **more: Any) -> Entry:
    """A care visit at which somebody was met, entered `at` seconds after the start."""
    given: dict[str, Any] = {"client_id": uuid4(), "kind": "care", "outcome": "met", "at": later(at), **more}
    return Entry(**given)


async def due(work: Connection, who: Actor = KEEPER, **more: Any) -> tuple[Household, Visit]:
    """A household of the register and its next visit by cadence."""
    made = await registered(work, row(**more), who=who)
    await actions.plan_registered(work, who, later(0), made.households)
    found = await queries.planned_by_cadence(work, made.households[0][0])
    assert found is not None
    return await households.one(work, made.households[0][0]), found
