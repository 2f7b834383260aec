"""Are orders reserved, sent in time, and followed by a name when nobody comes?"""

from datetime import timedelta
from uuid import uuid4

import pytest

from mudan.core.incidents import actions as incident_actions
from mudan.core.incidents import queries as incidents
from mudan.core.people.model import Actor
from mudan.core.tasks import actions, queries
from mudan.core.tasks.actions import FieldEvent
from mudan.core.tasks.model import OfferPolicy, Task
from mudan.core.units import actions as unit_actions
from mudan.core.units import queries as units
from mudan.core.units.model import Administrative, Availability, availability
from mudan.primitives.errors import Conflict, Invalid
from mudan.storage.pool import Connection
from tests.core.county import actor, add_crew, add_unit, later, open_incident
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
WHO = actor()


async def _assign(work: Connection, code: str = "R-1", **more: object) -> Task:
    incident, unit = await open_incident(work), await add_unit(work, code)
    return await actions.assign(work, incident.id, unit.id, "赶赴现场", WHO, START, **more)  # type: ignore[arg-type]  # by name


async def _texts(work: Connection, task: Task) -> list[str]:
    return [line.text_zh for line in await incidents.timeline(work, task.incident_id)]


async def test_a_reserved_unit_stays_free_and_is_sent_at_its_time(work: Connection) -> None:
    task = await _assign(work, starts_at=later(7200))
    unit = await units.one(work, task.unit_id)
    assert (task.state, unit.status) == ("planned", "available")
    assert availability(unit, START)[0] is Availability.AVAILABLE
    assert availability(unit, later(5500))[0] is Availability.DELAYED
    assert await actions.send_plans(work, later(7199)) == []
    [sent] = await actions.send_plans(work, later(7200))
    assert (sent.state, sent.expires_at) == ("offered", later(7260))
    assert await actions.send_plans(work, later(7201)) == []
    [ended] = await actions.expire_offers(work, later(7260))
    assert ended.state == "expired"


async def test_a_reservation_may_be_sent_early_or_given_up(work: Connection) -> None:
    task = await _assign(work, starts_at=later(7200))
    sent = await actions.send_now(work, task.id, WHO, later(60))
    assert (sent.state, sent.stamps["offered"]) == ("offered", later(60).isoformat())
    with pytest.raises(Conflict):
        await actions.send_now(work, task.id, WHO, later(61))
    other = await _assign(work, "R-2", starts_at=later(7200))
    gone = await actions.report(
        work, other.id, FieldEvent("cancel", uuid4(), later(5), reason="不用了"), WHO, later(5)
    )
    assert gone.state == "cancelled"


async def test_a_reservation_that_comes_late_says_so_and_one_that_cannot_be_kept_ends(
    work: Connection,
) -> None:
    task, off = await _assign(work, starts_at=later(600)), await _assign(work, "R-2", starts_at=later(600))
    await unit_actions.set_administrative(work, off.unit_id, Administrative.OFF_DUTY, "", None)
    sent = {one.id: one for one in await actions.send_plans(work, later(1200))}
    assert "预派迟发 10 分钟" in await _texts(work, task)
    assert (sent[off.id].state, sent[off.id].decline_reason) == ("cancelled", "该单位不在班")


@pytest.mark.parametrize("starts_at", [START, later(-1), START + timedelta(days=8)])
async def test_a_unit_is_reserved_for_a_time_to_come(work: Connection, starts_at: object) -> None:
    with pytest.raises(Invalid):
        await _assign(work, starts_at=starts_at)


async def test_nobody_is_locked_out_by_a_status_when_a_person_says_why(work: Connection) -> None:
    incident, unit = await open_incident(work), await add_unit(work)
    await unit_actions.set_administrative(work, unit.id, Administrative.OFF_DUTY, "", None)
    with pytest.raises(Conflict):
        await actions.assign(work, incident.id, unit.id, "去", WHO, START)
    task = await actions.assign(work, incident.id, unit.id, "去", WHO, START, override="全员召回")
    assert "派遣 救援R-1（破例：全员召回）" in await _texts(work, task)
    assert (await units.one(work, unit.id)).status == "off_duty"


async def test_a_crew_below_its_least_number_is_sent_only_with_a_reason(work: Connection) -> None:
    incident, unit = await open_incident(work), await add_unit(work)
    unit = await unit_actions.set_crew(work, unit.id, {"crew_count": 2, "min_crew": 3})
    assert availability(unit, START)[0] is Availability.UNAVAILABLE
    with pytest.raises(Conflict, match="at least 3"):
        await actions.assign(work, incident.id, unit.id, "去", WHO, START)
    assert (
        await actions.assign(work, incident.id, unit.id, "去", WHO, START, override="险情紧急")
    ).state == "offered"


async def test_an_offer_waits_as_long_as_its_level_says(work: Connection) -> None:
    lives = {}
    for level in (1, 2, 3, 4):
        incident, unit = await open_incident(work, level=level), await add_unit(work, f"L-{level}")
        task = await actions.assign(work, incident.id, unit.id, "去", WHO, START)
        lives[level] = (task.expires_at - START).total_seconds()
    assert lives == {1: 60, 2: 60, 3: 180, 4: 300}
    policy = OfferPolicy(4, timedelta(seconds=90), auto_next=False)
    await actions.set_policy(work, 0, policy, WHO, START)
    assert (await queries.policy(work, 0, 4)).life == timedelta(seconds=90)


async def test_who_does_not_come_is_followed_by_a_name(work: Connection) -> None:
    task = await _assign(work)
    near, _ = await add_unit(work, "R-2"), await add_unit(work, "R-3", home_lon=116.5)
    declined = await actions.report(
        work, task.id, FieldEvent("decline", uuid4(), later(5), reason="车坏了"), WHO, later(5)
    )
    assert declined.successor is not None
    assert (declined.successor["unit_code"], declined.successor["task_id"]) == (near.code, None)
    assert "建议改派 救援R-2" in await _texts(work, task)
    assert len(await queries.several(work, incident=task.incident_id)) == 1


async def test_policy_may_ask_the_next_unit_at_once_and_never_the_same_again(work: Connection) -> None:
    await actions.set_policy(work, 0, OfferPolicy(2, timedelta(seconds=60), auto_next=True), WHO, START)
    task = await _assign(work)
    await add_unit(work, "R-2")
    await actions.expire_offers(work, later(60))
    [second] = await queries.several(work, incident=task.incident_id, open_only=True)
    assert (second.unit_code, second.created_by) == ("R-2", "system")
    await actions.expire_offers(work, later(120))
    assert await queries.several(work, incident=task.incident_id, open_only=True) == []
    assert "没有其他合适力量可派，请扩大范围或求援" in await _texts(work, task)


async def _expired(work: Connection) -> tuple[Task, Actor]:
    task = await _assign(work)
    crew = await add_crew(work, await units.one(work, task.unit_id), area=COUNTY)
    await actions.expire_offers(work, later(60))
    return task, crew


async def test_an_acceptance_given_in_time_without_network_brings_the_task_back(work: Connection) -> None:
    task, crew = await _expired(work)
    heard = await actions.hear(work, task.id, FieldEvent("accept", uuid4(), later(30)), crew, later(400))
    assert (heard.task.state, heard.task.ended_at, heard.why_not) == ("accepted", None, None)
    assert any("任务恢复" in text for text in await _texts(work, task))


async def test_an_acceptance_that_comes_after_the_unit_was_sent_again_is_kept_only(work: Connection) -> None:
    task, crew = await _expired(work)
    again = await actions.assign(work, task.incident_id, task.unit_id, "再派", WHO, later(90))
    heard = await actions.hear(work, task.id, FieldEvent("accept", uuid4(), later(30)), crew, later(400))
    assert heard.why_not is not None
    assert (heard.task.state, await queries.one(work, again.id)) == ("expired", again)
    trail = await queries.trail(work, heard.task)
    assert [(stamp.event, stamp.counted) for stamp in trail] == [("accept", False), ("expire", True)]


async def test_a_late_report_opens_no_incident_that_has_ended(work: Connection) -> None:
    task, crew = await _expired(work)
    incident = await incidents.one(work, task.incident_id)
    await incident_actions.close(work, incident.id, "resolved", "毕", incident.version, WHO, later(100))
    heard = await actions.hear(work, task.id, FieldEvent("accept", uuid4(), later(30)), crew, later(400))
    assert (heard.task.state, heard.why_not is None) == ("expired", False)


async def test_a_crews_report_without_a_place_is_kept_and_said(work: Connection) -> None:
    task = await _assign(work)
    crew = await add_crew(work, await units.one(work, task.unit_id), area=COUNTY)
    await actions.report(
        work, task.id, FieldEvent("cancel", uuid4(), later(20), reason="误报"), WHO, later(20)
    )
    heard = await actions.hear(work, task.id, FieldEvent("accept", uuid4(), later(25)), crew, later(30))
    assert heard.task.state == "cancelled"
    assert heard.why_not is not None
    assert any("已收存、未计入" in text for text in await _texts(work, task))


async def test_out_of_service_ends_at_its_time(work: Connection) -> None:
    unit = await add_unit(work)
    await unit_actions.set_administrative(
        work, unit.id, Administrative.OUT_OF_SERVICE, "保养", later(600), START
    )
    assert await unit_actions.back_in_service(work, later(599)) == []
    assert await unit_actions.back_in_service(work, later(600)) == [unit.id]
    back = await units.one(work, unit.id)
    assert (back.administrative, back.administrative_at) == (Administrative.ON_DUTY, later(600))
