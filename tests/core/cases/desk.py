"""Who works on cases in the tests, and how is one reported and moved?"""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Step
from mudan.core.cases.model.words import Case, NewCase
from mudan.core.people.model import Actor, Role
from mudan.storage.pool import Connection
from tests.core.county import PLACE, actor, later
from tests.database import FIRE, START, TOWN, WATER

DESK, OTHER_DESK = actor(Role.DISPATCHER), actor(Role.DUTY_OFFICER)
LEADER = actor(Role.LEADER)
WATER_DESK = actor(Role.DEPARTMENT_LIAISON, department=WATER)
FIRE_DESK = actor(Role.DEPARTMENT_LIAISON, department=FIRE)
WALKER = actor(Role.FIELD_WORKER, department=FIRE)


def new_case(**more: Any) -> NewCase:
    """A broken manhole in the town, told by a collector."""
    given: dict[str, Any] = {
        "id": uuid4(), "type": "hotline", "class_code": "0201", "source": "collector", "title": "井盖破损",
        "area_code": TOWN, "lon": PLACE[0], "lat": PLACE[1], **more,
    }  # fmt: skip
    return NewCase(**given)


async def reported(work: Connection, who: Actor = DESK, at: float = 0, **more: Any) -> Case:
    """A case as it was reported."""
    return await actions.report(work, who, later(at), new_case(**more))


async def step(
    work: Connection, case: Case, event: str, who: Actor = DESK, at: float = 0, **more: Any
) -> Case:
    """One step by somebody who has looked at the case as it is, `at` seconds after the start."""
    known = await queries.one(work, case.id)
    return await actions.move(work, case.id, Step(event, known.version, uuid4(), **more), who, later(at))


async def at_work(work: Connection, **more: Any) -> Case:
    """A case that the water bureau has signed for; five minutes a step."""
    case = await reported(work, **more)
    await step(work, case, "accept", at=300)
    await step(work, case, "open", at=600)
    await step(work, case, "dispatch", at=900, owner=WATER)
    return await step(work, case, "sign", WATER_DESK, 1200)


async def to_check(work: Connection, **more: Any) -> Case:
    """A case that the water bureau has reported back, being checked."""
    case = await at_work(work, **more)
    await step(work, case, "answer", WATER_DESK, 1500)
    return await step(work, case, "check", at=1800)


def elsewhere(who: Actor, space: int) -> Actor:
    """The same person in an exercise."""
    return replace(who, scope=replace(who.scope, space=space))


__all__ = [
    "DESK", "FIRE_DESK", "LEADER", "OTHER_DESK", "START", "WALKER", "WATER_DESK", "at_work", "elsewhere", "new_case",
    "reported", "step", "to_check",
]  # fmt: skip
