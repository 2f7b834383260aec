"""Do a bad review and an overdue matter become cases with clocks, and does the second review move the first's case?"""

from fractions import Fraction
from pathlib import Path
from uuid import uuid4

import pytest

from mudan.connect.records.folder import DropFolder, put
from mudan.core.cases import actions, queries
from mudan.core.cases.actions import Step
from mudan.core.cases.model.chart import Author, Hand
from mudan.core.cases.model.known import learn
from mudan.core.cases.model.words import Case
from mudan.core.cases.queries import Wanted
from mudan.core.records import actions as records
from mudan.run.connect import PlatformIntake
from mudan.run.discover import declared
from tests.api.running import Running, running
from tests.core.cases.desk import DESK
from tests.database import COUNTY, Client

pytestmark = pytest.mark.anyio
GOV = declared("government_services")
HEAD = "projectNo,taskName,satisfaction,assessNumber,assessTime,writingEvaluation,proDepart,areaCode\n"
FIRST = (
    "P1,食品经营许可,1,1,2026-11-20 08:00:00,跑了三趟,行政审批局,371702000000\n"
    "P2,不动产登记,5,1,2026-11-20 09:00:00,,,371702\n"
)
STANDARD = "办件编号,事项名称,满意度代码,行政区划\nS1,户籍办理,1,371702\nS2,户籍办理,5,371702\n"
MATTERS = (
    "办件编号,事项名称,承诺办结时间,办结时间,行政区划\nM1,施工许可,2026-11-23 01:00:00,,371702\n"
    "M2,施工许可,2026-11-20,20261122T080000,371702\nM3,施工许可,2026-12-20,,371702\n"
)


@pytest.fixture
async def parts(app_client: Client) -> Running:
    learn(GOV.cases)
    return await running(app_client)


async def drop(parts: Running, folder: Path, feed: str, text: str, name: str) -> None:
    """Put a table into the folder of a feed and let it be taken."""
    intake = PlatformIntake(GOV, parts.path, parts.clock, b"s" * 32)
    taking = DropFolder(intake, GOV.name, folder, COUNTY, lambda _: None)
    put(folder, feed, name, text.encode("gbk"))
    for _ in range(2):
        await taking.look({one.name: one for one in GOV.feeds})


async def shown(parts: Running) -> list[Case]:
    """All cases, by number."""
    async with parts.db.work() as connection:
        found, _ = await queries.page(connection, DESK, Wanted(), parts.clock.now())
    return sorted(found, key=lambda case: case.number)


async def test_a_bad_review_is_a_case_that_the_second_review_ends(parts: Running, tmp_path: Path) -> None:
    await drop(parts, tmp_path, "reviews", HEAD + FIRST, "a.csv")
    (case,) = await shown(parts)
    assert (case.title, case.type, case.state) == ("差评：食品经营许可（P1）", "bad_review", "reported")
    assert case.number.startswith("HP")
    async with parts.db.work() as connection:
        (clock,) = [run for run in await queries.clocks(connection, case.id) if run.is_open]
        assert (clock.name, clock.limit.amount) == ("call_back", Fraction(1))
        desk, doer = Hand(None, "dispatcher"), Author("值班")
        for event, reason in (("accept", "本人称跑了三趟"), ("open", "")):
            known = await queries.one(connection, case.id)
            step = Step(event, known.version, uuid4(), reason)
            await actions.move_as(connection, case.id, step, desk, doer, parts.clock.now())
        runs = {run.name: run for run in await queries.clocks(connection, case.id)}
        assert (runs["rectify"].limit.amount, runs["call_back"].is_open) == (Fraction(15), False)
        await connection.execute("update case_file set state = 'evaluating' where id = %s", (case.id,))
    again = HEAD + "P1,食品经营许可,4,2,2026-11-22 08:00:00,改好了,行政审批局,371702000000\n"
    await drop(parts, tmp_path, "reviews", again, "b.csv")
    async with parts.db.work() as connection:
        ended = await queries.one(connection, case.id)
    assert ended.state == "archived"


async def test_each_source_s_direction_of_the_grades_is_kept_apart(parts: Running, tmp_path: Path) -> None:
    await drop(parts, tmp_path, "reviews_standard", STANDARD, "a.csv")
    assert [case.title for case in await shown(parts)] == ["差评：户籍办理（S2）"]


async def test_an_overdue_matter_is_a_case_when_its_time_has_passed(parts: Running, tmp_path: Path) -> None:
    await drop(parts, tmp_path, "matters", MATTERS, "a.csv")
    assert {case.class_code: case.title for case in await shown(parts)} == {
        "0101": "办件超期：施工许可（M1）", "0102": "办件超期办结：施工许可（M2）",
    }  # fmt: skip
    parts.clock.advance(40 * 86_400)
    async with parts.db.work() as connection:
        await records.tick(connection, parts.clock.now())
    assert [case.title for case in await shown(parts) if "M3" in case.title] == ["办件超期：施工许可（M3）"]
