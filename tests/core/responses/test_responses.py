"""Does a response go from advice to its end on a real database, decided by people, with everything issued once?"""

from datetime import datetime
from uuid import UUID

import pytest

from mudan.core.directives import queries as directives
from mudan.core.incidents import queries as incidents
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.core.plans import actions as plans
from mudan.core.plans import queries as plan_queries
from mudan.core.posts import queries as posts
from mudan.core.responses import actions, queries
from mudan.core.responses.model import Response
from mudan.playbooks import texts
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.storage.pool import Connection
from tests.core.county import actor, later, open_incident
from tests.core.plans.bench import small
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
CHIEF, DUTY = actor(Role.LEADER), actor(Role.DUTY_OFFICER)


@pytest.fixture
async def county(work: Connection) -> Connection:
    """A county with the small plan in force."""
    await plans.adopt(work, START, small(), area=COUNTY)
    return work


async def _said(county: Connection, at: datetime) -> Response | None:
    """What the engine makes of the county at a time."""
    await plans.watch(county, 0, at)
    await actions.tick(county, at)
    found = await queries.page(county)
    return found[0] if found else None


async def _advised(county: Connection, at: float = 0) -> Response:
    await plans.state(county, DUTY, later(at), "small-flood", "breach")
    response = await _said(county, later(at + 1))
    assert response is not None
    return response


async def test_the_engine_advises_and_nothing_starts_by_itself(county: Connection) -> None:
    response = await _advised(county)
    assert (response.state, response.proposed, response.level) == ("advised", "I", None)
    assert response.inputs["conditions"]["breach"]["holds"] is True
    assert await directives.of_origin(county, 0, f"response:{response.id}/") == []
    told = await notices.of_subject(county, "responses", str(response.id))
    assert len(told) == 1
    await actions.tick(county, later(2))
    assert len(await notices.of_subject(county, "responses", str(response.id))) == 1


async def test_an_approved_level_issues_everything_once_under_an_incident(county: Connection) -> None:
    response = await _advised(county)
    active = await actions.approve(county, CHIEF, later(5), response.id, response.version)
    assert (active.state, active.level, active.statutory) == ("active", "I", 1)
    assert active.incident_id is not None
    issued = await queries.issues(county, active.id)
    assert {(one.kind, one.item) for one in issued} >= {
        ("task", "watch"), ("task", "tell"), ("task", "leave"), ("notice", "call"), ("report", "I-0-first-phone"),
        ("unit", "I-0"), ("post", "post-I"),
    }  # fmt: skip
    assert [one for one in issued if one.state == "failed"] == []
    made = await directives.of_origin(county, 0, f"response:{active.id}/task/")
    assert len(made) == 3
    tell = next(one for one in made if one.origin == f"response:{active.id}/task/tell")
    assert tell.state == "pending"  # waits for the patrol
    post = await posts.of_incident(county, active.incident_id)
    assert post is not None
    timeline = await incidents.timeline(county, active.incident_id, 0)
    assert any(line.kind == "response" for line in timeline)
    await _said(county, later(30))
    assert len(await queries.issues(county, active.id)) == len(issued)


async def test_only_whom_the_plan_names_decides_and_the_second_comes_too_late(county: Connection) -> None:
    response = await _advised(county)
    with pytest.raises(NotAllowed):
        await actions.approve(county, DUTY, later(5), response.id, response.version)
    await actions.approve(county, CHIEF, later(5), response.id, response.version)
    with pytest.raises(Conflict):
        await actions.approve(county, CHIEF, later(6), response.id, response.version)


async def test_advice_is_taken_back_when_its_conditions_are_gone(county: Connection) -> None:
    response = await _advised(county)
    await plans.withdraw(county, DUTY, later(60), "small-flood", "breach")
    assert await _said(county, later(61)) is None
    assert (await queries.one(county, response.id)).state == "withdrawn"
    (told,) = await notices.of_subject(county, "responses", str(response.id))
    assert told.state != "open"


async def test_a_rejected_advice_needs_a_reason_and_stays_quiet_for_a_while(county: Connection) -> None:
    response = await _advised(county)
    with pytest.raises(Invalid):
        await actions.reject(county, CHIEF, later(5), response.id, response.version, " ")
    rejected = await actions.reject(county, CHIEF, later(5), response.id, response.version, "误报")
    assert rejected.state == "rejected"
    assert await _said(county, later(60)) is None
    again = await _said(county, later(5 + 31 * 60))
    assert again is not None
    assert again.state == "advised"


async def test_a_decision_that_is_late_is_reminded_of_once(county: Connection) -> None:
    response = await _advised(county)
    for seconds in (599, 605, 700):
        await actions.tick(county, later(seconds))
    found = await notices.of_subject(county, "responses", str(response.id))
    assert len(found) == 2
    kinds = [line.kind for line in await queries.lines(county, response.id)]
    assert kinds == ["advised", "overdue"]


async def test_ending_stops_what_recurs_and_is_over_when_the_last_tasks_are(county: Connection) -> None:
    response = await _advised(county)
    active = await actions.approve(county, CHIEF, later(5), response.id, response.version)
    with pytest.raises(NotAllowed):
        await actions.end(county, DUTY, later(60), active.id, active.version, "险情解除")
    await _over(county, later(59))
    ending = await actions.end(county, CHIEF, later(60), active.id, active.version, "险情解除")
    assert ending.state == "deactivating"
    await actions.tick(county, later(61))
    assert (await queries.one(county, active.id)).state == "ended"
    made = await directives.of_origin(county, 0, f"response:{active.id}/task/watch")
    assert all(one.series_stopped for one in made if one.series_id is not None)


async def _over(county: Connection, at: datetime) -> None:
    await plans.withdraw(county, DUTY, at, "small-flood", "breach")
    await plans.watch(county, 0, at)


async def test_ending_while_the_condition_holds_is_said_first_and_kept_in_the_log(county: Connection) -> None:
    response = await _advised(county)
    active = await actions.approve(county, CHIEF, later(5), response.id, response.version)
    with pytest.raises(Conflict, match="Level I: Breach"):
        await actions.end(county, CHIEF, later(60), active.id, active.version, "市里接手")
    assert (await queries.one(county, active.id)).state == "active"
    ending = await actions.end(county, CHIEF, later(61), active.id, active.version, "市里接手", despite=True)
    assert ending.state == "deactivating"
    line = next(one for one in await queries.lines(county, active.id) if one.kind == "end")
    assert "市里接手" in line.text.zh
    assert "条件仍满足：一级：决口" in line.text.zh


async def test_lowering_while_the_condition_holds_is_said_first_and_needs_no_word_once_it_is_gone(
    county: Connection,
) -> None:
    response = await _advised(county)
    active = await actions.approve(county, CHIEF, later(5), response.id, response.version)
    with pytest.raises(Conflict, match="Breach"):
        await actions.lower(county, CHIEF, later(60), active.id, "IV", active.version, "雨停")
    await _over(county, later(70))
    lowered = await actions.lower(county, CHIEF, later(80), active.id, "IV", active.version, "雨停")
    assert (lowered.level, lowered.state) == ("IV", "active")
    assert "条件仍满足" not in (await queries.lines(county, active.id))[-1].text.zh


async def test_a_fire_is_raised_by_hand_and_never_lowered(work: Connection) -> None:
    await plans.adopt(work, START, texts()["building-fire"], area=COUNTY)
    levels = (await plan_queries.approved_of(work, "building-fire", 0)).plan.levels
    fire = await open_incident(work, kind="fire")
    first = await actions.start(work, CHIEF, later(1), "building-fire", levels[0].key, "火警", fire.id)
    raised = await actions.lower(work, CHIEF, later(2), first.id, levels[1].key, first.version, "火势扩大")
    for despite in (False, True):
        with pytest.raises(Conflict):
            await actions.lower(
                work, CHIEF, later(3), raised.id, levels[0].key, raised.version, "压住了", despite=despite
            )
    assert (await queries.one(work, raised.id)).level == levels[1].key
    ended = await actions.end(work, CHIEF, later(9), raised.id, raised.version, "火已扑灭")
    assert ended.state == "deactivating"


async def test_an_incident_is_held_open_by_its_response(county: Connection) -> None:
    response = await _advised(county)
    active = await actions.approve(county, CHIEF, later(5), response.id, response.version)
    assert active.incident_id is not None
    matters = await incidents.open_matters(county, active.incident_id)
    assert any(matter.noun == "response" and matter.mandatory for matter in matters)


async def test_a_running_response_keeps_the_version_it_began_with(county: Connection) -> None:
    response = await _advised(county)
    active = await actions.approve(county, CHIEF, later(5), response.id, response.version)
    assert active.version_id == response.version_id
    assert active.plan_hash == (await plan_queries.approved_of(county, "small-flood", 0)).version.hash


async def _started(work: Connection, slug: str, incident: UUID | None) -> tuple[Response, str]:
    plan = (await plan_queries.approved_of(work, slug, 0)).plan
    key = plan.levels[-1].key
    return await actions.start(work, CHIEF, later(10), slug, key, "演练脚本", incident), key


@pytest.mark.parametrize("slug", sorted(texts()))
async def test_every_shipped_plan_can_be_started_at_its_gravest_level(work: Connection, slug: str) -> None:
    await plans.adopt(work, START, texts()[slug], area=COUNTY)
    plan = (await plan_queries.approved_of(work, slug, 0)).plan
    incident = await open_incident(work, CHIEF, kind=plan.incident_kinds[0])
    response, key = await _started(work, slug, incident.id)
    assert (response.state, response.level) == ("active", key)
    issued = await queries.issues(work, response.id)
    wanted = sum(len(level.tasks) for level in plan.levels)
    assert len({one.item.split("@")[0] for one in issued if one.kind == "task"}) == wanted
    assert [(one.item, one.note) for one in issued if one.kind == "warning" and one.state != "issued"] == []
    warned = sum(len(level.warnings) for level in plan.levels)
    assert sum(one.kind == "warning" and one.state == "issued" for one in issued) == warned
    failed = [(one.item, one.note) for one in issued if one.state == "failed"]
    # The test county has two departments and no phone book.
    assert all("department" in note or "nobody to call" in note for _, note in failed), failed
