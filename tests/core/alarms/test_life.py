"""Does an alarm rise once, repeat, go, and come back as the same or a new one?"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from mudan.core.alarms import actions, queries
from mudan.core.alarms.actions import count_repeats, handle
from mudan.core.alarms.model import Action, Alarm, Suppression
from mudan.core.rules.model.engine import Repeat
from mudan.primitives.clock import to_us
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.county import RULE, actor, add_entity, cross, later, raise_alarm
from tests.core.rules.bench import rule
from tests.database import START

pytestmark = pytest.mark.anyio
LATCHED = rule(name="water.latched", latched=True)


async def _one(work: Connection, alarm: UUID) -> Alarm:
    return await queries.one(work, alarm)


async def _kinds(work: Connection, alarm: UUID) -> list[str]:
    return [event["kind"] for event in await queries.events(work, alarm)]


async def _do(work: Connection, action: Action, alarm: UUID, at: float = 1, **options: Any) -> Alarm:
    handled = await handle(work, action, [alarm], actor(), later(at), **options)
    assert not handled.refused, handled.refused
    return handled.done[0]


async def test_it_rises_active_and_waits_for_somebody(work: Connection) -> None:
    station = await add_entity(work, properties={"example": True})
    alarm = await _one(work, await raise_alarm(work, station, value=11.504))
    assert (alarm.active, alarm.acknowledged, alarm.latched, alarm.count) == (True, False, False, 1)
    assert (alarm.level, alarm.value, alarm.limit, alarm.unit, alarm.example) == (3, 11.504, 10.0, "m", True)
    assert (alarm.entity_urn, alarm.area_code) == (station.urn, station.area_code)
    assert await _kinds(work, alarm.id) == ["raised"]


async def test_its_words_are_filled_in_when_it_rises(work: Connection) -> None:
    spoken = rule(name="water.spoken")
    object.__setattr__(
        spoken, "sentence", Text("{entity}水位{value}{unit}，限{limit}{unit}", "{entity} at {value} {unit}")
    )
    alarm = await _one(work, await raise_alarm(work, await add_entity(work), rule=spoken, value=11.504))
    assert alarm.words["sentence"] == {"zh": "站S1水位11.5m，限10m", "en": "Station S1 at 11.5 m"}


async def test_a_value_that_is_none_is_shown_as_a_dash_and_stored_as_null(work: Connection) -> None:
    alarm = await _one(work, await raise_alarm(work, value=float("nan")))
    assert alarm.value is None


async def test_the_same_crossing_again_counts_and_makes_no_second_row(work: Connection) -> None:
    station = await add_entity(work)
    first = await raise_alarm(work, station)
    assert await raise_alarm(work, station, at=5, value=12.0) == first
    alarm = await _one(work, first)
    assert (alarm.count, alarm.value, alarm.raised_at, alarm.last_at) == (2, 12.0, START, later(5))


async def test_repeats_are_counted_on_active_alarms_only(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    repeat = Repeat(RULE, station.key, 12.5, to_us(later(60)), 7)
    await count_repeats(work, [repeat, repeat._replace(entity=station.key + 1)])
    shown = await _one(work, alarm)
    assert (shown.count, shown.value, shown.last_at) == (8, 12.5, later(60))
    await cross(work, station, active=False, at=70)
    await count_repeats(work, [repeat])
    assert (await _one(work, alarm)).count == 8
    await count_repeats(work, [])


async def test_gone_before_anybody_took_it_it_stays_in_sight(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    assert await cross(work, station, active=False, at=9) == alarm
    shown = await _one(work, alarm)
    assert (shown.active, shown.acknowledged, shown.cleared_at) == (False, False, later(9))
    assert [one.id for one in (await queries.page(work, queries.Wanted()))[0]] == [alarm]
    await _do(work, Action.ACKNOWLEDGE, alarm)
    assert (await queries.page(work, queries.Wanted()))[0] == []
    assert [one.id for one in (await queries.page(work, queries.Wanted("cleared")))[0]] == [alarm]


async def test_clearing_what_is_not_active_changes_nothing(work: Connection) -> None:
    station = await add_entity(work)
    assert await cross(work, station, active=False) is None


async def test_an_unacknowledged_one_that_comes_back_is_the_same(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    await cross(work, station, active=False, at=5)
    assert await raise_alarm(work, station, at=9) == alarm
    shown = await _one(work, alarm)
    assert (shown.active, shown.count, shown.cleared_at, shown.raised_at) == (True, 2, None, START)
    assert await _kinds(work, alarm) == ["raised", "cleared", "raised_again"]


async def test_a_closed_one_that_comes_back_is_a_new_alarm(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    await _do(work, Action.ACKNOWLEDGE, alarm)
    await cross(work, station, active=False, at=5)
    again = await raise_alarm(work, station, at=9)
    assert again != alarm
    assert not (await _one(work, again)).acknowledged


async def test_a_latched_one_stands_until_it_is_reset(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station, rule=LATCHED)
    await _do(work, Action.ACKNOWLEDGE, alarm)
    handled = await handle(work, Action.RESET, [alarm], actor(), later(2))
    assert [one for one, _ in handled.refused] == [alarm]
    await cross(work, station, active=False, at=5, rule=LATCHED)
    assert (await _one(work, alarm)).latched
    assert len((await queries.page(work, queries.Wanted()))[0]) == 1
    assert not (await _do(work, Action.RESET, alarm, note="现场已核查")).latched
    assert (await queries.page(work, queries.Wanted()))[0] == []


async def test_a_latched_one_that_comes_back_waits_for_somebody_anew(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station, rule=LATCHED)
    await _do(work, Action.ACKNOWLEDGE, alarm)
    await cross(work, station, active=False, at=5, rule=LATCHED)
    assert await raise_alarm(work, station, at=9, rule=LATCHED) == alarm
    shown = await _one(work, alarm)
    assert (shown.active, shown.latched, shown.acknowledged) == (True, False, False)
    assert (shown.acknowledged_by, shown.acknowledged_at, shown.owner) == (None, None, None)


async def test_one_taken_over_by_a_graver_one_asks_for_nothing_more(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station, rule=LATCHED)
    await cross(work, station, active=False, at=5, rule=LATCHED, taken_over=True)
    shown = await _one(work, alarm)
    assert (shown.active, shown.latched, shown.acknowledged) == (False, False, True)
    assert await _kinds(work, alarm) == ["raised", "taken_over"]


async def test_one_that_nothing_judges_any_more_is_withdrawn(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station, rule=LATCHED)
    assert await actions.withdraw(work, [("water.latched", station.key), ("water.none", 1)], later(3)) == [
        alarm
    ]
    assert await queries.standing(work) == []
    assert not (await _one(work, alarm)).acknowledged
    assert (await _kinds(work, alarm))[-1] == "withdrawn"


async def test_shelving_for_a_time_ends_with_the_time(work: Connection) -> None:
    alarm = await raise_alarm(work)
    shelved = await _do(work, Action.SHELVE, alarm, minutes=30, reason="检修")
    assert (shelved.suppression, shelved.suppressed_until) == (
        Suppression.SHELVED_TIMED,
        later(1) + timedelta(minutes=30),
    )
    assert (await queries.page(work, queries.Wanted()))[0] == []
    assert await actions.end_shelving(work, later(1800)) == []
    assert await actions.end_shelving(work, later(1801)) == [alarm]
    shown = await _one(work, alarm)
    assert (shown.suppression, shown.suppressed_until, shown.suppressed_reason) == (
        Suppression.NONE,
        None,
        "",
    )
    assert await _kinds(work, alarm) == ["raised", "shelve", "unshelve"]


async def test_shelving_for_a_time_outlives_the_alarm_it_was_said_of(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    await _do(work, Action.ACKNOWLEDGE, alarm)
    await _do(work, Action.SHELVE, alarm, minutes=30, reason="检修")
    await cross(work, station, active=False, at=60)
    assert (await queries.counts(work))["shelved"] == 1
    again = await raise_alarm(work, station, at=90)
    shown = await _one(work, again)
    assert (shown.id != alarm, shown.suppression) == (True, Suppression.SHELVED_TIMED)
    assert (shown.suppressed_until, shown.suppressed_reason) == (later(1801), "检修")
    assert (await _one(work, alarm)).suppression is Suppression.NONE
    await actions.end_shelving(work, later(1801))
    assert (await queries.counts(work))["unacknowledged"] == 1


async def test_shelving_once_ends_with_the_condition(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    shelved = await _do(work, Action.SHELVE, alarm, one_shot=True, reason="检修")
    assert (shelved.suppression, shelved.suppressed_until) == (Suppression.SHELVED_ONESHOT, None)
    assert await actions.end_shelving(work, later(10**6)) == []
    await cross(work, station, active=False, at=60)
    shown = await _one(work, alarm)
    assert (shown.suppression, shown.suppressed_reason) == (Suppression.NONE, "")


async def test_who_acknowledged_is_written_down_and_may_give_it_back(work: Connection) -> None:
    alarm = await raise_alarm(work)
    who = actor()
    [taken] = (await handle(work, Action.ACKNOWLEDGE, [alarm], who, later(3), note="看到了")).done
    assert (taken.acknowledged_by, taken.acknowledged_at, taken.owner) == (who.name, later(3), who.person)
    assert (await queries.events(work, alarm))[-1]["detail"] == {
        "note": "看到了",
        "position": "duty_officer@371702",
    }
    given = await _do(work, Action.UNACKNOWLEDGE, alarm)
    assert (given.acknowledged, given.acknowledged_by, given.owner) == (False, None, None)
