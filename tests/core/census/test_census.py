"""Is a file looked at before it is written, are bad rows told by field, and does the same file twice change nothing?"""

from datetime import timedelta
from typing import Any

import pytest

from mudan.core.census import actions, queries
from mudan.core.census.model import Survey
from mudan.core.entities import actions as entity_actions
from mudan.core.entities import queries as entities
from mudan.primitives.errors import Conflict
from mudan.storage.pool import Connection
from tests.core.census.files import KIND, LAMPS, given
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio


async def written(work: Connection, survey: Survey) -> Survey:
    """The file, written to its end."""
    await actions.apply(work, survey.id)
    for _ in range(10):
        await actions.tick(work, START)
    return await queries.one(work, survey.id)


async def lamps(work: Connection) -> dict[str, dict[str, Any]]:
    """The properties of every lamp by its number."""
    found = await entities.find(work, types=[KIND])
    return {one.urn.rsplit(":", 1)[1]: one.properties for one in found}


async def test_nothing_is_written_before_it_was_looked_at(work: Connection) -> None:
    survey = await given(work, [{"编号": "A1", "power": 40}, {"code": "A2"}])
    assert (survey.state, survey.total, survey.good, survey.added) == ("preview", 2, 2, 2)
    assert await lamps(work) == {}
    done = await written(work, survey)
    assert done.state == "done"
    assert (await lamps(work))["A1"] == {"power": 40.0}


async def test_good_rows_are_kept_and_bad_ones_told_by_row_and_field(work: Connection) -> None:
    rows: list[dict[str, Any]] = [
        {"code": "A1"}, {"code": "A2", "power": "viel"}, {"power": 3}, {"code": "A1", "power": 9}, {"code": "x y"},
    ]  # fmt: skip
    survey = await given(work, rows)
    bad = await queries.bad_rows(work, survey.id, 0, 10)
    told = [(row.number, row.faults[0].field, row.faults[0].reason.en) for row in bad]
    assert told == [
        (2, "power", "this is not a number"), (3, "code", "this is needed"),
        (4, "code", "this stands in the file already"), (5, "", "the number cannot be part of a name"),
    ]  # fmt: skip
    await written(work, survey)
    assert list(await lamps(work)) == ["A1"]


async def test_the_same_file_twice_changes_nothing(work: Connection) -> None:
    rows = [{"code": f"A{number}", "power": number} for number in range(30)]
    await written(work, await given(work, rows, whole=True))
    first = {one.urn: one.modified_at for one in await entities.find(work, types=[KIND])}
    again = await given(work, rows, whole=True)
    assert (again.added, again.changed, again.same, again.gone) == (0, 0, 30, 0)
    await actions.apply(work, again.id)
    for _ in range(3):
        await actions.tick(work, START + timedelta(hours=1))
    assert {one.urn: one.modified_at for one in await entities.find(work, types=[KIND])} == first


async def test_what_a_whole_file_does_not_name_is_marked_gone_and_comes_back(work: Connection) -> None:
    await written(work, await given(work, [{"code": "A1"}, {"code": "A2"}], whole=True))
    less = await given(work, [{"code": "A1"}], whole=True)
    assert less.gone == 1
    await written(work, less)
    assert (await lamps(work))["A2"]["gone_on"] == "2026-11-23"
    more = await given(work, [{"code": "A1"}, {"code": "A2"}], whole=True)
    assert (more.changed, more.same) == (1, 1)
    await written(work, more)
    assert "gone_on" not in (await lamps(work))["A2"]


async def test_a_bad_row_does_not_make_its_thing_gone(work: Connection) -> None:
    await written(work, await given(work, [{"code": "A1"}, {"code": "A2"}], whole=True))
    assert (await given(work, [{"code": "A1"}, {"code": "A2", "power": "viel"}], whole=True)).gone == 0
    held = await given(work, [{"code": "A1"}, {"power": 1}], whole=True)
    assert (held.gone, held.whole) == (0, False)
    assert "gone" in held.fault


async def test_a_part_of_the_county_leaves_the_rest_alone(work: Connection) -> None:
    rows = [{"code": "A1", "area": TOWN}, {"code": "B1", "area": OTHER_TOWN}]
    await written(work, await given(work, rows))
    town = await given(
        work, [{"code": "A2", "area": TOWN}, {"code": "B2", "area": OTHER_TOWN}], area=TOWN, whole=True
    )
    assert (town.added, town.gone, town.bad) == (1, 1, 1)
    await written(work, town)
    assert {code: "gone_on" in held for code, held in (await lamps(work)).items()} == {
        "A1": True, "A2": False, "B1": False,
    }  # fmt: skip


async def test_a_file_of_one_town_does_not_move_another_towns_thing(work: Connection) -> None:
    await written(work, await given(work, [{"code": "B1", "area": OTHER_TOWN, "power": 7}]))
    await written(work, await given(work, [{"code": "B1", "area": TOWN, "power": 1}], area=TOWN))
    assert (await lamps(work))["B1"] == {"power": 7.0}


async def test_what_others_have_set_of_a_thing_stays(work: Connection) -> None:
    await written(work, await given(work, [{"code": "A1", "power": 1}]))
    [known] = await entities.find(work, types=[KIND])
    row = {
        "urn": known.urn, "type": KIND, "platform": "water", "device": "A1", "name_zh": "灯A1", "name_en": "Lamp A1",
        "area_code": TOWN, "lon": 107.3, "lat": 30.3, "properties": {"power": 1, "limit": 5},
    }  # fmt: skip
    await entity_actions.put(work, row, START)
    await written(work, await given(work, [{"code": "A1", "power": 2}]))
    assert (await lamps(work))["A1"] == {"power": 2.0, "limit": 5}


async def test_a_file_given_up_is_not_written_and_one_that_runs_is_not_given_up(work: Connection) -> None:
    survey = await given(work, [{"code": "A1"}])
    await actions.drop(work, survey.id, START)
    with pytest.raises(Conflict):
        await actions.apply(work, survey.id)
    other = await given(work, [{"code": "A1"}])
    await actions.apply(work, other.id)
    with pytest.raises(Conflict):
        await actions.drop(work, other.id, START)


async def test_a_file_that_nobody_goes_on_with_is_forgotten_after_a_day(work: Connection) -> None:
    survey = await given(work, [{"code": "A1"}])
    await actions.tick(work, START + timedelta(hours=25))
    assert (await queries.one(work, survey.id)).state == "dropped"
    assert await queries.sample(work, survey.id, 5) == []


async def test_a_number_that_another_thing_has_on_the_wire_is_told(work: Connection) -> None:
    row = {
        "urn": "urn:ngsi-ld:Lamp:OLD", "type": KIND, "platform": "water", "device": "A1", "name_zh": "旧",
        "name_en": "old",
        "area_code": COUNTY, "properties": {},
    }  # fmt: skip
    await entity_actions.put(work, row, START)
    survey = await given(work, [{"code": "A1"}, {"code": "A2"}])
    assert (survey.good, survey.bad) == (1, 1)
    [bad] = await queries.bad_rows(work, survey.id, 0, 5)
    assert bad.faults[0].reason.en == "another entity has this number on the wire"


async def test_a_file_larger_than_a_batch_goes_on_where_it_stood(
    work: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 7)
    survey = await given(work, [{"code": f"A{number}"} for number in range(20)])
    await actions.apply(work, survey.id)
    await actions.tick(work, START)
    assert (await queries.one(work, survey.id)).done == 7
    assert len(await lamps(work)) == 7
    for _ in range(3):
        await actions.tick(work, START)
    assert (await queries.one(work, survey.id)).state == "done"
    assert len(await lamps(work)) == 20
    assert LAMPS.name == survey.census
