"""Is the inbox in its fixed order, paged without gaps, counted right and kept within the reader's scope?"""

import random
from uuid import UUID

import pytest

from mudan.core.alarms import queries
from mudan.core.alarms.actions import handle
from mudan.core.alarms.model import Action
from mudan.core.alarms.queries import Wanted
from mudan.core.people.model import Role
from mudan.primitives.errors import Invalid, NotFound
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, add_entity, cross, later, open_incident, raise_alarm
from tests.core.rules.bench import rule
from tests.database import FIRE, OTHER_TOWN, TOWN, WATER

pytestmark = pytest.mark.anyio


async def _fill(work: Connection, count: int) -> list[UUID]:
    """Alarms of all levels, some of the very same moment, every third one acknowledged."""
    rng = random.Random(7)
    ids = []
    for n in range(count):
        judged = rule(name=f"water.r{n}", level=rng.randint(1, 4))
        station = await add_entity(work, f"P{n}")
        ids.append(
            await raise_alarm(work, station, rule=judged, at=rng.randint(0, 4) + rng.choice([0, 0.000001]))
        )
    await handle(work, Action.ACKNOWLEDGE, ids[::3], actor(), later(9))
    return ids


async def _pages(work: Connection, wanted: Wanted) -> list[UUID]:
    ids: list[UUID] = []
    cursor = None
    while True:
        alarms, total, cursor = await queries.page(
            work, Wanted(wanted.state, levels=wanted.levels, limit=wanted.limit, cursor=cursor)
        )
        ids += [alarm.id for alarm in alarms]
        if cursor is None:
            assert len(ids) == total
            return ids


async def test_unacknowledged_come_first_then_the_gravest_then_the_newest(work: Connection) -> None:
    await _fill(work, 30)
    alarms, total, _ = await queries.page(work, Wanted())
    keys = [(one.acknowledged, one.level, -one.raised_at.timestamp()) for one in alarms]
    assert total == len(keys) == 30
    assert keys == sorted(keys)


@pytest.mark.parametrize("limit", [1, 7, 30])
async def test_pages_follow_each_other_without_gap_or_repeat(work: Connection, limit: int) -> None:
    ids = await _fill(work, 30)
    paged = await _pages(work, Wanted(limit=limit))
    assert len(paged) == len(set(paged)) == len(ids)
    assert paged == [alarm.id for alarm in (await queries.page(work, Wanted()))[0]]


async def test_what_arrives_while_one_pages_moves_nothing(work: Connection) -> None:
    await _fill(work, 12)
    before = await _pages(work, Wanted())
    first, _, cursor = await queries.page(work, Wanted(limit=5))
    await raise_alarm(work, rule=rule(name="water.new", level=1), at=100)
    rest, _, _ = await queries.page(work, Wanted(cursor=cursor))
    assert [alarm.id for alarm in first + rest] == before


@pytest.mark.parametrize("cursor", ["x", "bm9wZQ==", "W10=", "WzEsMiwzXQ==", "====", "\x00"])
async def test_a_made_up_cursor_is_refused(work: Connection, cursor: str) -> None:
    with pytest.raises(Invalid):
        await queries.page(work, Wanted(cursor=cursor))


async def test_an_unknown_state_is_refused(work: Connection) -> None:
    with pytest.raises(Invalid):
        await queries.page(work, Wanted("true or true"))


async def test_counts_tell_what_the_lists_hold(work: Connection) -> None:
    ids = await _fill(work, 12)
    await handle(work, Action.SHELVE, ids[1:4], actor(), later(9), minutes=5, reason="检修")
    counts = await queries.counts(work)
    for state in ("unacknowledged", "standing", "shelved"):
        assert counts[state] == (await queries.page(work, Wanted(state)))[1]
    for level in (1, 2, 3, 4):
        assert counts["by_level"][str(level)] == (await queries.page(work, Wanted(levels=[level])))[1]


async def test_the_list_is_narrowed_by_every_wish(work: Connection) -> None:
    near = await raise_alarm(work, await add_entity(work, "near", name_zh="沙河闸"))
    far = await raise_alarm(work, await add_entity(work, "far", area_code=OTHER_TOWN, platform="fire"))
    who = actor()
    await handle(work, Action.ACKNOWLEDGE, [far], who, later(1))
    for wanted, expected in (
        (Wanted(platform="fire"), far),
        (Wanted(area=TOWN), near),
        (Wanted(owner=who.person), far),
        (Wanted(text="沙河"), near),
        (Wanted(entity="urn:ngsi-ld:HydrometricStation:far"), far),
        (Wanted("unacknowledged"), near),
    ):
        assert [one.id for one in (await queries.page(work, wanted))[0]] == [expected], wanted


async def test_each_reader_sees_their_own(work: Connection) -> None:
    mine = await raise_alarm(work, await add_entity(work, "mine", department=WATER))
    theirs = await raise_alarm(work, await add_entity(work, "theirs", department=FIRE))
    far = await raise_alarm(work, await add_entity(work, "far", area_code=OTHER_TOWN, department=WATER))
    await set_scope(work, actor(Role.DEPARTMENT_LIAISON, TOWN, WATER).scope.settings())
    alarms, total, _ = await queries.page(work, Wanted("all"))
    assert ([alarm.id for alarm in alarms], total) == ([mine], 1)
    assert (await queries.counts(work))["standing"] == 1
    assert [alarm.id for alarm in await queries.several(work, [theirs, far, mine])] == [mine]
    for foreign in (theirs, far):
        with pytest.raises(NotFound):
            await queries.one(work, foreign)
        assert await queries.events(work, foreign) == []


async def test_an_alarm_names_its_incident_and_the_entity_its_gravest_level(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station, rule=rule(name="water.mild", level=4))
    grave = await raise_alarm(work, station, rule=rule(name="water.grave", level=2))
    incident = await open_incident(work, alarm_ids=[alarm])
    assert (await queries.one(work, alarm)).incident_number == incident.number
    assert [one.id for one in await queries.of_incident(work, incident.id)] == [alarm]
    assert await queries.worst(work, [station.key]) == {station.key: 2}
    assert set(await queries.standing(work)) == {("water.mild", station.key), ("water.grave", station.key)}
    await cross(work, station, active=False, rule=rule(name="water.grave", level=2))
    assert await queries.worst(work, [station.key]) == {station.key: 4}
    assert grave not in {one.id for one in await queries.of_incident(work, incident.id)}
