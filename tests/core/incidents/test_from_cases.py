"""Do an alarm, its case and the incident it becomes keep each other's numbers and histories, both ways?"""

from typing import Any
from uuid import UUID, uuid4

import pytest

from mudan.core.alarms import queries as alarms
from mudan.core.cases import actions as cases
from mudan.core.cases import queries as case_queries
from mudan.core.cases.model.words import Case
from mudan.core.incidents import actions, queries
from mudan.core.incidents.actions import Becoming
from mudan.core.incidents.model import Incident
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import Connection
from tests.core.cases.desk import DESK, OTHER_DESK, at_work, reported, step, to_check
from tests.core.county import later, open_incident, raise_alarm

pytestmark = pytest.mark.anyio


async def become(
    work: Connection, case: Case, who: Actor = OTHER_DESK, at: float = 3000, **more: Any
) -> tuple[Incident, Case]:
    """The case becomes a grave fire by whoever has looked at it."""
    known = await case_queries.one(work, case.id)
    given: dict[str, Any] = {
        "kind": "fire",
        "level": 3,
        "version": known.version,
        "client_id": uuid4(),
        **more,
    }
    return await actions.open_from_case(work, case.id, Becoming(**given), who, later(at))


async def told(work: Connection, case: Case) -> list[str]:
    """What the case's history says of incidents."""
    return [line.text.zh for line in await case_queries.history(work, case.id) if line.kind == "incident"]


async def test_an_alarm_opens_one_case_at_its_place_and_both_say_so(work: Connection) -> None:
    alarm = await raise_alarm(work)
    name = uuid4()

    async def opened(case: UUID, title: str = "") -> Case:
        return await cases.report_alarm(work, alarm, case, "hotline", "0201", title, DESK, later(60))

    case = await opened(name)
    assert (await opened(name)).number == case.number
    known = await alarms.one(work, alarm)
    assert (case.alarm_id, case.situation.source, case.lon, case.area_code) == (
        alarm, "alarm", known.lon, known.area_code,
    )  # fmt: skip
    assert case.title == known.words["sentence"]["zh"]
    events = await alarms.events(work, alarm)
    assert [event["detail"]["number"] for event in events if event["kind"] == "case"] == [case.number]
    assert [one.number for one in await case_queries.of_alarm(work, alarm)] == [case.number]
    with pytest.raises(Conflict, match=case.number):
        await opened(uuid4())
    await step(work, case, "refuse", reason="误报")
    assert (await opened(uuid4(), "再次告警")).title == "再次告警"
    with pytest.raises(NotFound, match="alarm"):
        await cases.report_alarm(work, uuid4(), uuid4(), "hotline", "0201", "", DESK, later(60))
    other = await raise_alarm(work)
    with pytest.raises(Invalid, match="class"):
        await cases.report_alarm(work, other, uuid4(), "hotline", "77", "", DESK, later(60))


async def test_a_case_becomes_an_incident_at_its_place_and_goes_on(work: Connection) -> None:
    case = await at_work(work)
    incident, same = await become(work, case)
    assert (incident.title, incident.lon, incident.area_code) == (case.title, case.lon, case.area_code)
    assert (same.incident_id, same.state) == (incident.id, "handling")
    lines = [(line.kind, line.detail.get("number")) for line in await queries.timeline(work, incident.id)]
    assert ("case", case.number) in lines
    assert await told(work, case) == [f"转为突发事件 {incident.number}"]
    assert [one.id for one in await case_queries.of_incident(work, incident.id)] == [case.id]
    again, _ = await become(work, case, version=1)
    assert again.id == incident.id
    assert len(await told(work, case)) == 1
    with pytest.raises(Conflict, match="meanwhile"):
        await become(work, await reported(work), version=99)


async def test_a_case_ends_with_becoming_an_incident_when_that_is_chosen_and_allowed(
    work: Connection,
) -> None:
    case = await to_check(work)
    with pytest.raises(Conflict, match="cannot end"):
        await become(work, case, DESK, ends=True)
    assert (await case_queries.one(work, case.id)).incident_id is None
    incident, ended = await become(work, case, ends=True)
    assert (ended.state, ended.situation.forced, ended.incident_id) == ("evaluating", True, incident.id)
    fresh = await reported(work)
    _, refused = await become(work, fresh, DESK, ends=True)
    assert (refused.state, refused.ended_at) == ("refused", later(3000))


async def test_what_becomes_of_the_incident_is_written_into_the_case(work: Connection) -> None:
    case = await at_work(work)
    incident, _ = await become(work, case)
    closed = await actions.close(
        work, incident.id, "resolved", "已扑灭", incident.version, OTHER_DESK, later(4000)
    )
    assert (await told(work, case))[-1] == f"突发事件 {incident.number} 结案：已扑灭"
    opened = await actions.reopen(work, incident.id, "复燃", closed.version, OTHER_DESK, later(5000))
    assert "重新打开" in (await told(work, case))[-1]
    await actions.void(work, incident.id, "误开", opened.version, OTHER_DESK, later(6000))
    freed = await case_queries.one(work, case.id)
    assert freed.incident_id is None
    assert "作废" in (await told(work, case))[-1]
    second, _ = await become(work, case)
    assert second.id != incident.id


async def test_a_case_follows_its_incident_into_another_and_back(work: Connection) -> None:
    case = await at_work(work)
    incident, _ = await become(work, case)
    main = await open_incident(work, OTHER_DESK)
    await actions.merge(work, incident.id, main.id, incident.version, "同一起", OTHER_DESK, later(4000))
    assert (await case_queries.one(work, case.id)).incident_id == main.id
    assert main.number in (await told(work, case))[-1]
    await actions.undo_merge(work, incident.id, "不是一起", OTHER_DESK, later(5000))
    assert (await case_queries.one(work, case.id)).incident_id == incident.id
    assert "撤销并入" in (await told(work, case))[-1]
