"""Whom does an alarm call, is a storm one call, and does taking it end everything at once?"""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.alarms import actions, queries
from mudan.core.alarms.actions import handle
from mudan.core.alarms.model import Action, Chain
from mudan.core.incidents import actions as incidents
from mudan.core.notices import actions as notices
from mudan.core.notices import queries as notice_queries
from mudan.core.notices.model import Notice, State, Step
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict, Invalid
from mudan.storage.pool import Connection
from tests.core.county import actor, add_entity, cross, later, open_incident, raise_alarm
from tests.core.rules.bench import rule
from tests.database import OTHER_TOWN

pytestmark = pytest.mark.anyio
GRAVEST = rule(name="water.gravest", level=1)
SERIOUS = rule(name="water.serious", level=2)
MILD = rule(name="water.mild", level=4)


async def _told(work: Connection) -> list[Notice]:
    rows = await (
        await work.execute("select distinct subject from notice where noun = 'alarm_groups'")
    ).fetchall()
    found = [
        one for row in rows for one in await notice_queries.of_subject(work, "alarm_groups", row["subject"])
    ]
    return sorted(found, key=lambda one: (one.created_at, one.id))


async def _open(work: Connection) -> list[Notice]:
    return [one for one in await _told(work) if one.state is State.OPEN]


async def _targets(work: Connection) -> list[str]:
    return [call.target for one in await _told(work) for call in one.deliveries if call.channel == "app"]


async def _pass(work: Connection, *seconds: float) -> None:
    for second in seconds:
        await actions.tick(work, later(second))
        await notices.tick(work, later(second))


async def _ack(work: Connection, *alarms: UUID, at: float) -> None:
    assert not (await handle(work, Action.ACKNOWLEDGE, alarms, actor(), later(at))).refused


async def test_the_gravest_calls_at_once_and_goes_up_the_chain(work: Connection) -> None:
    await raise_alarm(work, rule=GRAVEST)
    assert await _targets(work) == ["position:dispatcher"]
    await _pass(work, 59, 60, 180, 480)
    steps = ["position:dispatcher", "position:duty_chief", "position:leader_on_duty", "role:leader"]
    assert await _targets(work) == steps


async def test_what_comes_next_is_shown_with_the_alarm(work: Connection) -> None:
    alarm = await raise_alarm(work, rule=GRAVEST)
    shown = (await queries.one(work, alarm)).escalation
    assert shown is not None
    assert (shown.at, shown.to.zh, shown.step, shown.of) == (later(60), "值班长", 2, 4)


async def test_taking_it_ends_every_call_in_the_same_transaction(work: Connection) -> None:
    alarm = await raise_alarm(work, rule=GRAVEST)
    await _pass(work, 60)
    await _ack(work, alarm, at=70)
    assert await _open(work) == []
    assert (await queries.one(work, alarm)).escalation is None
    before = await _targets(work)
    await _pass(work, 80, 200, 500, 550)
    assert await _targets(work) == before


async def test_forty_seven_alarms_are_three_groups_and_three_calls(work: Connection) -> None:
    for n in range(47):
        name, level = [("water.high", 2), ("transport.collision", 3), ("water.station_silent", 4)][n % 3]
        more = {"platform": name.split(".")[0], "type": "Vehicle" if n % 3 == 1 else "HydrometricStation"}
        station = await add_entity(work, f"S{n}", **more)
        await raise_alarm(work, station, rule=rule(name=name, level=level), at=n / 10)
    assert await _told(work) == []
    await _pass(work, 15, 20, 25)
    groups = await queries.groups(work)
    assert [(one.family, one.standing) for one in groups] == [
        ("flood", 16),
        ("traffic", 16),
        ("equipment", 15),
    ]
    assert sum(one.standing for one in groups) == 47
    assert len(await _open(work)) == 3
    first = groups[0].first
    assert first is not None
    assert first.entity_urn.endswith("S0")


async def test_the_call_goes_on_for_what_is_left_at_its_own_level(work: Connection) -> None:
    grave = await raise_alarm(work, rule=GRAVEST)
    mild = await raise_alarm(work, rule=MILD, at=1)
    await _pass(work, 20)
    assert [one.level for one in await _open(work)] == [1]
    await _ack(work, grave, at=30)
    assert [one.level for one in await _open(work)] == [4]
    await _ack(work, mild, at=40)
    assert await _open(work) == []


async def test_a_graver_one_takes_the_call_over(work: Connection) -> None:
    await raise_alarm(work, rule=SERIOUS)
    await _pass(work, 15)
    await raise_alarm(work, rule=GRAVEST, at=20)
    assert [one.level for one in await _open(work)] == [1]
    assert [one.state for one in await _told(work)] == [State.CANCELLED, State.OPEN]


async def test_a_trifle_that_is_gone_calls_nobody(work: Connection) -> None:
    station = await add_entity(work)
    await raise_alarm(work, station, rule=MILD)
    await _pass(work, 15)
    assert len(await _open(work)) == 1
    await cross(work, station, active=False, at=20, rule=MILD)
    assert await _open(work) == []


async def test_a_call_that_was_answered_is_not_made_again_until_the_alarm_sounds_again(
    work: Connection,
) -> None:
    alarm = await raise_alarm(work, rule=GRAVEST)
    [notice] = await _open(work)
    await notices.acknowledge(work, notice.id, actor(Role.LEADER), later(10))
    await _pass(work, 60, 120, 299)
    assert await _open(work) == []
    await _pass(work, 300, 301)
    assert len(await _open(work)) == 1
    shown = await queries.one(work, alarm)
    assert (shown.realarms, shown.annunciated_at) == (1, later(300))


async def test_it_sounds_again_only_so_many_times(work: Connection) -> None:
    alarm = await raise_alarm(work, rule=MILD)
    await _pass(work, *(7_200 * n for n in range(1, 6)))
    kinds = [event["kind"] for event in await queries.events(work, alarm)]
    assert kinds == ["raised", "re_alarmed"]


async def test_an_acknowledgement_without_progress_expires_and_calls_anew(work: Connection) -> None:
    alarm = await raise_alarm(work, rule=GRAVEST)
    await _ack(work, alarm, at=10)
    assert (await queries.one(work, alarm)).acknowledgement_expires_at == later(610)
    await _pass(work, 609)
    assert (await queries.one(work, alarm)).acknowledged
    await _pass(work, 610)
    shown = await queries.one(work, alarm)
    assert (shown.acknowledged, shown.owner, shown.acknowledged_by) == (False, None, None)
    assert len(await _open(work)) == 1
    assert [event["kind"] for event in await queries.events(work, alarm)][-1] == "acknowledgement_expired"


async def test_a_word_of_progress_or_an_incident_keeps_the_acknowledgement(work: Connection) -> None:
    noted, linked = await raise_alarm(work, rule=GRAVEST), await raise_alarm(work, rule=GRAVEST)
    await _ack(work, noted, linked, at=10)
    await handle(work, Action.NOTE, [noted], actor(), later(600), note="巡查队已出发")
    await incidents.link_alarms(work, (await open_incident(work)).id, [linked], actor(), later(20))
    await _pass(work, 610, 611)
    assert all(one.acknowledged for one in await queries.several(work, [noted, linked]))
    await _pass(work, 1_201)
    assert [one.acknowledged for one in await queries.several(work, [noted, linked])] == [False, True]


async def test_taken_over_is_written_down_as_a_rise_in_severity(work: Connection) -> None:
    station = await add_entity(work)
    mild, grave = (rule(name=f"water.l{level}", level=level, group="water.level") for level in (3, 2))
    await raise_alarm(work, station, rule=mild)
    alarm = await raise_alarm(work, station, at=5, rule=grave)
    await cross(work, station, active=False, at=5, rule=mild, taken_over=True)
    [risen] = [event for event in await queries.events(work, alarm) if event["kind"] == "severity_up"]
    assert risen["detail"] == {"from": 3}


async def test_three_times_within_a_minute_is_chatter(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    for second in (10, 20):
        await cross(work, station, active=False, at=second)
        assert (await queries.one(work, alarm)).chattering_at is None
        await cross(work, station, at=second + 1)
    assert (await queries.one(work, alarm)).chattering_at == later(21)
    assert [event["kind"] for event in await queries.events(work, alarm)].count("chattering") == 1


async def test_groups_of_other_families_areas_and_times_are_their_own(work: Connection) -> None:
    crash = rule(name="transport.collision", level=3)
    for n, (area, at) in enumerate([("371702101", 0), (OTHER_TOWN, 1), ("371702101", 2), ("371702101", 700)]):
        await raise_alarm(work, await add_entity(work, f"V{n}", area_code=area), rule=crash, at=at)
    assert sorted((one.area_code, one.standing) for one in await queries.groups(work)) == [
        ("371702101", 1), ("371702101", 2), (OTHER_TOWN, 1),
    ]  # fmt: skip


async def test_a_chain_is_set_with_its_version_and_the_gravest_reaches_a_leader(work: Connection) -> None:
    steps = (Step("role:dispatcher"), Step("role:leader", 30))
    kept = await actions.set_chain(work, Chain(1, steps, None, 60, 3, None, 1), later(0), by="值班长")
    assert (kept.version, kept.steps[1].after_s) == (2, 30)
    with pytest.raises(Conflict):
        await actions.set_chain(work, Chain(1, steps, None, 60, 3, None, 1), later(1), by="值班长")
    for wrong in (
        Chain(1, steps[:1], None, 60, 3, None, 2), Chain(5, steps, None, 60, 3, None, 2),
        Chain(2, (), None, 60, 3, None, 1), Chain(2, steps, None, 1, 3, None, 1),
        Chain(2, steps, None, 60, 3, 5, 1), Chain(2, (Step("role:king"),), None, 60, 3, None, 1),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            await actions.set_chain(work, wrong, later(1), by="值班长")


_DEEDS = st.lists(
    st.tuples(st.sampled_from(["raise", "clear", "acknowledge", "unacknowledge", "shelve", "tick", "answer"]),
              st.integers(0, 2), st.sampled_from([1, 16, 61, 400, 4_000, 90_000])),
    min_size=3, max_size=14,
)  # fmt: skip


async def _deed(work: Connection, deed: str, station: Any, judged: Any, at: float) -> None:
    alarms = [
        one.id for one in (await queries.page(work, queries.Wanted("all")))[0] if one.entity == station.key
    ]
    if deed in ("raise", "clear"):
        await cross(work, station, active=deed == "raise", at=at, rule=judged)
    elif deed == "answer":
        for notice in await _open(work):
            await notices.acknowledge(work, notice.id, actor(), later(at))
    elif deed == "tick":
        await _pass(work, at)
    else:
        await handle(work, Action(deed), alarms, actor(), later(at), minutes=30, reason="检修")


@settings(
    max_examples=30, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(deeds=_DEEDS)
async def test_nothing_calls_for_what_is_handled_whatever_happens(
    work: Connection, deeds: list[tuple[str, int, int]]
) -> None:
    judged = [rule(name=f"water.{level}", level=level) for level in (1, 2, 4)]
    async with work.transaction(force_rollback=True):
        stations = [await add_entity(work, f"S{n}") for n in range(3)]
        at = 0.0
        for deed, which, by in deeds:
            at += by
            await _deed(work, deed, stations[which], judged[which], at)
            still = [
                one for one in (await queries.page(work, queries.Wanted("unacknowledged")))[0]
                if one.active or one.level <= 2
            ]  # fmt: skip
            waiting = {str(one.group_id) for one in still}
            for notice in await _open(work):
                assert notice.subject in waiting, "it calls although everything is handled"
                levels = [one.level for one in still if str(one.group_id) == notice.subject]
                assert notice.level == min(levels), "it calls at another level than what is left"
            assert len({one.subject for one in await _open(work)}) == len(await _open(work))
