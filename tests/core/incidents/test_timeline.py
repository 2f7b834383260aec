"""Does an incident remember its alarms and every word, in order, for ever?"""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from mudan.core.alarms import queries as alarms
from mudan.core.incidents import actions, queries
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import Connection, set_scope
from tests.core.county import PLACE, actor, add_entity, later, open_incident, raise_alarm
from tests.database import COUNTY, OTHER_TOWN, START, TOWN

pytestmark = pytest.mark.anyio
WHO = actor()


async def _count(work: Connection) -> int:
    row = await (await work.execute("select count(*)::int as n from incident")).fetchone()
    assert row is not None
    return int(row["n"])


async def test_it_opens_where_its_first_alarm_is(work: Connection) -> None:
    station = await add_entity(work, area_code=OTHER_TOWN, lon=115.6, lat=35.3)
    alarm = await raise_alarm(work, station)
    incident = await open_incident(work, alarm_ids=[alarm], lon=None, lat=None, note="村民来电")
    assert (incident.lon, incident.lat, incident.area_code) == (115.6, 35.3, OTHER_TOWN)
    assert (incident.phase, incident.alarm_count, incident.number) == ("accepted", 1, "20261123-001")
    kinds = [event.kind for event in await queries.timeline(work, incident.id)]
    assert kinds == ["opened", "alarm_linked", "note"]


async def test_without_alarm_it_belongs_to_the_area_of_who_opened_it(work: Connection) -> None:
    assert (await open_incident(work, actor(area=TOWN))).area_code == TOWN
    assert (await open_incident(work)).area_code == COUNTY


async def test_numbers_follow_each_other_and_start_anew_each_chinese_day(work: Connection) -> None:
    given = {"title": "甲", "kind": "other", "level": 4}
    moments = [
        START,
        later(1),
        datetime(2026, 11, 23, 15, 59, tzinfo=UTC),
        datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
    ]
    numbers = [(await actions.open_incident(work, WHO, at, **given)).number for at in moments]  # type: ignore[arg-type]  # one mapping for all
    assert numbers == ["20261123-001", "20261123-002", "20261123-003", "20261124-001"]


async def test_an_alarm_belongs_to_one_incident_only(work: Connection) -> None:
    alarm = await raise_alarm(work)
    first = await open_incident(work, alarm_ids=[alarm])
    with pytest.raises(Conflict):
        async with work.transaction():
            await open_incident(work, alarm_ids=[alarm])
    assert await _count(work) == 1
    second = await open_incident(work)
    with pytest.raises(Conflict):
        async with work.transaction():
            await actions.link_alarms(work, second.id, [alarm], WHO, later(1))
    assert (await alarms.one(work, alarm)).incident_id == first.id


async def test_more_alarms_are_linked_while_it_is_open(work: Connection) -> None:
    incident = await open_incident(work)
    linked = await actions.link_alarms(work, incident.id, [await raise_alarm(work)], WHO, later(1))
    assert (linked.alarm_count, linked.version) == (1, incident.version + 1)
    await actions.close(work, incident.id, "resolved", "已处置", linked.version, WHO, later(2))
    with pytest.raises(Conflict):
        await actions.link_alarms(work, incident.id, [await raise_alarm(work)], WHO, later(3))


async def test_an_unknown_alarm_opens_and_links_nothing(work: Connection) -> None:
    incident = await open_incident(work)
    known = await raise_alarm(work)
    for ids in ([uuid4()], [known, uuid4()]):
        with pytest.raises(NotFound):
            await open_incident(work, alarm_ids=ids)
        with pytest.raises(NotFound):
            await actions.link_alarms(work, incident.id, ids, WHO, later(1))
    assert await _count(work) == 1


async def test_what_happened_and_when_it_was_written_down_are_both_kept(work: Connection) -> None:
    incident = await open_incident(work)
    await actions.add_note(work, incident.id, " 已通知下游 ", WHO, later(60))
    note = (await queries.timeline(work, incident.id))[-1]
    assert (note.kind, note.text_zh, note.source, note.actor) == ("note", "已通知下游", "operator", WHO.name)
    assert note.at == note.recorded_at == later(60)
    assert await queries.timeline(work, incident.id, note.seq) == []


@pytest.mark.parametrize("text", ["", " \n", "长" * 4001])
async def test_a_note_says_something_and_not_too_much(work: Connection, text: str) -> None:
    incident = await open_incident(work)
    with pytest.raises(Invalid):
        await actions.add_note(work, incident.id, text, WHO, later(1))


async def test_notes_may_follow_the_end(work: Connection) -> None:
    incident = await open_incident(work)
    await actions.close(work, incident.id, "resolved", "已处置", incident.version, WHO, later(1))
    await actions.add_note(work, incident.id, "补记", WHO, later(2))
    assert (await queries.timeline(work, incident.id))[-1].text_zh == "补记"


async def test_lists_are_newest_first_and_paged_by_number(work: Connection) -> None:
    opened = [await open_incident(work, title=f"险情{n}") for n in range(5)]
    await actions.close(work, opened[0].id, "resolved", "已处置", opened[0].version, WHO, later(1))
    first, total, following = await queries.page(work, phase="all", limit=3)
    rest, _, end = await queries.page(work, phase="all", limit=3, before=following)
    assert [one.number for one in first + rest] == [one.number for one in reversed(opened)]
    assert (total, end) == (5, None)
    assert [one.id for one in (await queries.page(work, phase="closed"))[0]] == [opened[0].id]
    assert len((await queries.page(work))[0]) == 4
    assert [one.id for one in (await queries.page(work, text="险情3"))[0]] == [opened[3].id]


async def test_a_foreign_area_looks_like_nothing(work: Connection) -> None:
    mine = await open_incident(work, actor(area=TOWN))
    theirs = await open_incident(work, actor(area=OTHER_TOWN), lon=PLACE[0], lat=PLACE[1])
    await set_scope(work, actor(area=TOWN).scope.settings())
    found, total, _ = await queries.page(work, phase="all")
    assert ([one.id for one in found], total) == ([mine.id], 1)
    assert await queries.timeline(work, theirs.id) == []
    with pytest.raises(NotFound):
        await queries.one(work, theirs.id)
    with pytest.raises(NotFound):
        await actions.close(work, theirs.id, "resolved", "已处置", 1, actor(area=TOWN), later(1))
