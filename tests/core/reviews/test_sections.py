"""Does each section of a report hold what its noun recorded, on a real database?"""

from datetime import datetime
from uuid import UUID

import pytest

from mudan.core.directives import actions as directives
from mudan.core.directives import queries as directive_queries
from mudan.core.notices import actions as notices
from mudan.core.people.model import Role
from mudan.core.plans import actions as plans
from mudan.core.responses import actions as responses
from mudan.core.responses import queries as response_queries
from mudan.core.responses.model import Response
from mudan.core.reviews import queries
from mudan.core.reviews.model import Record, paper
from mudan.primitives.ids import new_id
from mudan.primitives.paper import Heading, Table
from mudan.storage.pool import Connection
from tests.core.county import actor, add_person, later, open_incident
from tests.core.plans.bench import small
from tests.core.warnings.words import Office
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
CHIEF, DUTY = actor(Role.LEADER), actor(Role.DUTY_OFFICER)


@pytest.fixture
async def response(work: Connection) -> Response:
    """The small plan under an incident: one task done in time, one late, one never; a notice that was receipted."""
    await add_person(work, "chief", Role.LEADER)
    await plans.adopt(work, START, small(), area=COUNTY)
    incident = await open_incident(work, DUTY)
    begun = await responses.start(work, CHIEF, START, "small-flood", "I", "决口", incident.id)
    await _done(work, begun, "watch", later(60))
    await _done(work, begun, "tell", later(1200))
    (posted,) = [
        one for one in await response_queries.issues(work, begun.id) if one.kind == "notice" and one.ref
    ]
    await notices.acknowledge(work, UUID(posted.ref), CHIEF, later(30))
    return begun


async def _done(work: Connection, response: Response, item: str, at: datetime) -> None:
    """The task is received, done, and found good by somebody else."""
    issued = {one.item: one for one in await response_queries.issues(work, response.id)}
    for who, event in ((DUTY, "receive"), (DUTY, "start"), (DUTY, "submit"), (CHIEF, "verify")):
        one = await directive_queries.one(work, UUID(issued[item].ref))
        await directives.move(
            work, one.id, directives.Step(event, one.version, new_id(), "电话报告"), who, at
        )


async def _record(work: Connection, response: Response, at: float) -> Record:
    assert response.incident_id is not None
    about = await queries.subject(work, "incident", response.incident_id)
    return await queries.record(work, about, later(at))


def _rows(record: Record, title: str) -> list[list[str]]:
    blocks = paper(record, ()).blocks
    at = next(n for n, one in enumerate(blocks) if isinstance(one, Heading) and one.text.zh == title)
    table = blocks[at + 1]
    assert isinstance(table, Table), table
    return [[cell.zh for cell in row] for row in table.rows]


async def test_the_plan_is_held_against_what_was_done_and_when(work: Connection, response: Response) -> None:
    rows = {row[0].split(" ")[-1]: row for row in _rows(await _record(work, response, 7200), "预案任务偏差")}
    assert rows["巡查"][1] == "水务局"
    assert rows["巡查"][2:7] == [
        "2026-11-23 09:30:00", "2026-11-23 09:00:00", "2026-11-23 09:01:00", "2026-11-23 09:01:00", "按时",
    ]  # fmt: skip
    assert rows["报告"][6] == "迟"
    assert rows["撤离"][6] == "超期未完成"
    assert rows["告知"][4:7] == ["2026-11-23 09:00:30", "2026-11-23 09:00:30", "按时"]


async def test_receipts_of_notices_and_of_warnings_by_channel_stand_in_it(
    work: Connection, response: Response
) -> None:
    office = Office(work)
    await office.sent(await office.drafted(area_code=COUNTY, incident=response.incident_id))
    record = await _record(work, response, 7200)
    told = {row[0]: row for row in _rows(record, "通知回执")}
    asked = next(row for row in told.values() if row[4] == "需回执" and row[5] == "1")
    assert asked[6:] == ["2026-11-23 09:00:30", "0:30"]
    channels = {row[3] for row in _rows(record, "预警按渠道送达")}
    assert {"数据发布", "公众网页"} <= channels


async def test_a_response_is_reviewed_with_the_incident_it_is_for(
    work: Connection, response: Response
) -> None:
    about = await queries.subject(work, "response", response.id)
    record = await queries.record(work, about, later(60))
    assert {row["incident"] for row in record.sections["timeline"]} > {""}
    listed, total = await queries.listed(work, kinds=(), states=("none",), words="小预案", limit=10)
    assert ([one.id for one in listed], total) == ([response.id], 1)
