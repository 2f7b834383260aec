"""Is every record kept once, and does it open its case once and move it?"""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from mudan.core.cases import queries as cases
from mudan.core.cases.queries import Wanted
from mudan.core.records import actions, queries
from mudan.core.records.actions import Kept
from mudan.core.records.model.faults import fault
from mudan.core.records.model.words import BadRow, Moving, Opening, Record, Run, Tally, case_id
from mudan.primitives.errors import Conflict
from mudan.storage.pool import Connection, set_scope
from tests.core.cases.desk import DESK
from tests.core.county import PLACE, actor, add_entity, later
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
BAD = Opening("hotline", "99", "差评：窗口态度", form={"wish": "complain"})


def record(number: int = 1, run: UUID | None = None, **more: Any) -> Record:
    """A record of the feed `reviews`."""
    given: dict[str, Any] = {"feed": "reviews", "source_id": f"R{number}", "content": {"grade": "bad"},
                             "raw": {"g": 1}, "area_code": TOWN, "run": run, "row": number, **more}  # fmt: skip
    return Record(**given)


async def keep(work: Connection, *given: Record, at: float = 0, **more: Any) -> Kept:
    """Keep records of the platform `hall`."""
    return await actions.keep(work, "hall", given, more.get("bad", ()), more.get("runs", ()), later(at))


async def test_the_same_record_again_is_a_duplicate_and_a_changed_one_a_new_version(work: Connection) -> None:
    run, again = uuid4(), uuid4()
    first = await keep(work, record(1, run), record(2, run))
    assert first.of(run) == Tally(good=2)
    second = await keep(work, record(1, again), record(2, again, content={"grade": "good"}), at=60)
    assert second.of(again) == Tally(good=1, duplicate=1)
    rows = await (
        await work.execute("select source_id, version, content from record order by source_id")
    ).fetchall()
    assert [(row["source_id"], row["version"]) for row in rows] == [("R1", 1), ("R2", 2)]
    assert rows[1]["content"] == {"grade": "good"}


async def test_of_the_same_record_twice_in_a_batch_the_last_counts(work: Connection) -> None:
    run = uuid4()
    kept = await keep(work, record(1, run), record(1, run, content={"grade": "good"}))
    assert kept.of(run) == Tally(good=1, duplicate=1)


async def test_an_older_word_never_replaces_a_newer_one(work: Connection) -> None:
    await keep(work, record(source_at=later(100), content={"state": "done"}))
    late = await keep(work, record(source_at=later(50), content={"state": "begun"}))
    assert not late.fresh
    row = await (await work.execute("select content from record")).fetchone()
    assert row == {"content": {"state": "done"}}


async def test_a_record_opens_its_case_once_however_often_it_comes(work: Connection) -> None:
    run = uuid4()
    kept = await keep(work, record(1, run, opens=BAD))
    assert kept.of(run) == Tally(good=1, opened=1)
    await keep(work, record(1, opens=BAD, content={"grade": "bad", "more": 1}), at=60)
    found, total = await cases.page(work, DESK, Wanted(), later(60))
    assert (total, found[0].title, found[0].created_by) == (1, "差评：窗口态度", "hall")
    assert found[0].id == case_id("hall", "reviews", "R1")
    assert [row["source_id"] for row in await queries.of_case(work, found[0].id)] == ["R1"]


async def test_a_record_with_a_place_becomes_a_case_there_in_the_area_that_is_known_there(
    work: Connection,
) -> None:
    await add_entity(work)
    placed = replace(BAD, address="人民路 1 号", lon=PLACE[0] + 0.001, lat=PLACE[1])
    far = replace(BAD, lon=PLACE[0] + 1, lat=PLACE[1])
    await keep(work, record(1, opens=placed, area_code=COUNTY), record(2, opens=far, area_code=COUNTY))
    await keep(work, record(3, opens=placed, area_code=OTHER_TOWN))
    one, other, theirs = [await cases.one(work, case_id("hall", "reviews", f"R{n}")) for n in (1, 2, 3)]
    assert (one.address, one.lon, one.area_code) == ("人民路 1 号", PLACE[0] + 0.001, TOWN)
    assert (other.lat, other.area_code) == (PLACE[1], COUNTY)
    assert theirs.area_code == OTHER_TOWN


async def test_a_record_moves_its_case_as_far_as_the_chart_allows(work: Connection) -> None:
    await keep(work, record(opens=BAD))
    name = case_id("hall", "reviews", "R1")
    await keep(
        work, record(content={"grade": "good"}, moves=(Moving("void", "改为好评"), Moving("supervise", "x")))
    )
    assert (
        await cases.one(work, name)
    ).state == "reported"  # nothing of the hotline's chart is the centre's to do


async def test_what_cannot_become_a_case_stays_a_record_and_a_bad_row(work: Connection) -> None:
    run = Run(uuid4(), "reviews", "drop", "a.csv", sent=1)
    kept = await keep(work, record(1, run.id, opens=Opening("hotline", "00", "没有这一类")), runs=[run], at=5)
    assert kept.of(run.id) == Tally(good=1, bad=1)
    (bad,) = await queries.bad_rows(work, "hall", "reviews", None, 10)
    assert "cannot become a case: there is no such class" in bad["faults"][0]["en"]


async def test_a_case_that_is_due_opens_when_its_moment_comes_unless_the_record_changed(
    work: Connection,
) -> None:
    due = Opening("hotline", "99", "超期", at=later(100))
    await keep(work, record(1, opens=due), record(2, opens=due))
    await keep(work, record(2, content={"state": "done"}), at=50)
    assert not await actions.tick(work, later(99))
    assert len((await actions.tick(work, later(101))).others) == 1
    assert not await actions.tick(work, later(102))
    assert (await cases.find(work, case_id("hall", "reviews", "R1"))) is not None
    assert (await cases.find(work, case_id("hall", "reviews", "R2"))) is None


async def test_bad_rows_wait_by_their_run_and_are_kept_once(work: Connection) -> None:
    run = Run(uuid4(), "reviews", "drop", "a.csv", reached=3, sent=1, mark="17")
    bad = BadRow("reviews", 3, {"g": "x" * 20_000}, (fault("g", "不对", "wrong"),), run.id)
    await keep(work, bad=[bad], runs=[run])
    kept = await keep(work, bad=[bad], runs=[run])
    assert kept.of(run.id).bad == 0
    (row,) = await queries.bad_rows(work, "hall", "reviews", None, 10)
    assert (row["row"], row["name"], row["faults"]) == (
        3,
        "a.csv",
        [{"field": "g", "zh": "不对", "en": "wrong"}],
    )
    assert len(row["raw"][""]) == 8000
    assert await queries.mark(work, "hall", "reviews", "drop") == "17"
    (counted,) = await queries.reconciled(work, START)
    assert (counted["bad"], counted["bad_waiting"], counted["sent"]) == (1, 1, 2)


async def test_a_mended_row_is_kept_once(work: Connection) -> None:
    run = Run(uuid4(), "reviews", "drop", "a.csv")
    await keep(
        work, bad=[BadRow("reviews", 3, {"g": "x"}, (fault("g", "不对", "wrong"),), run.id)], runs=[run]
    )
    (row,) = await queries.bad_rows(work, "hall", "reviews", None, 10)
    await actions.mend(work, "hall", row["id"], record(), "张三", later(9))
    assert await queries.bad_rows(work, "hall", "reviews", None, 10) == []
    with pytest.raises(Conflict):
        await actions.mend(work, "hall", row["id"], record(), "张三", later(9))


async def test_records_are_read_where_their_area_is_and_bad_rows_by_the_centre_only(work: Connection) -> None:
    run = Run(uuid4(), "reviews", "drop", "a.csv")
    bad = BadRow("reviews", 3, {}, (fault("g", "不对", "wrong"),), run.id)
    await keep(work, record(1), record(2, area_code=OTHER_TOWN), bad=[bad], runs=[run])
    await set_scope(work, actor(area=TOWN).scope.settings())
    rows = await (await work.execute("select source_id from record")).fetchall()
    assert [row["source_id"] for row in rows] == ["R1"]
    assert await queries.bad_rows(work, "hall", "reviews", None, 10) == []
    assert await queries.runs(work) == []
