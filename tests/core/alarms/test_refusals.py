"""Which actions are refused, with which reason, and can any sequence of them lead where none may go?"""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mudan.core.alarms import actions, queries
from mudan.core.alarms.actions import handle
from mudan.core.alarms.model import Action, Alarm, Suppression
from mudan.storage.pool import Connection, set_scope
from tests.core.county import actor, add_entity, cross, later, raise_alarm
from tests.core.rules.bench import rule
from tests.database import OTHER_TOWN, TOWN

pytestmark = pytest.mark.anyio
SHELF = {"minutes": 60.0, "reason": "检修"}


async def _refused(work: Connection, action: Action, alarm: UUID, **options: Any) -> str:
    handled = await handle(work, action, [alarm], actor(), later(1), **options)
    assert not handled.done
    [(refused, reason)] = handled.refused
    assert refused == alarm
    assert reason.zh
    return reason.en


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"minutes": 60.0}, "reason"),
        ({"minutes": 60.0, "reason": "  "}, "reason"),
        ({"minutes": 720.1, "reason": "检修"}, "12 hours"),
        ({"minutes": 0.0, "reason": "检修"}, "12 hours"),
        ({"minutes": -5.0, "reason": "检修"}, "12 hours"),
        ({"reason": "检修"}, "12 hours"),
        ({"one_shot": True}, "reason"),
    ],
)
async def test_shelving_needs_a_reason_and_an_end(work: Connection, options: Any, words: str) -> None:
    assert words in await _refused(work, Action.SHELVE, await raise_alarm(work), **options)


async def test_twelve_hours_are_the_most(work: Connection) -> None:
    handled = await handle(
        work, Action.SHELVE, [await raise_alarm(work)], actor(), later(0), minutes=720, reason="检修"
    )
    assert handled.done[0].suppressed_until == later(12 * 3600)


async def test_an_alarm_of_life_safety_is_never_shelved(work: Connection) -> None:
    alarm = await raise_alarm(work, rule=rule(name="water.life", life_safety=True))
    assert "life safety" in await _refused(work, Action.SHELVE, alarm, **SHELF)
    assert "life safety" in await _refused(work, Action.SHELVE, alarm, one_shot=True, reason="检修")


async def test_what_is_over_is_left_alone(work: Connection) -> None:
    station = await add_entity(work)
    alarm = await raise_alarm(work, station)
    assert "not shelved" in await _refused(work, Action.UNSHELVE, alarm)
    assert "not acknowledged" in await _refused(work, Action.UNACKNOWLEDGE, alarm)
    assert "latched" in await _refused(work, Action.RESET, alarm)
    await cross(work, station, active=False)
    assert "gone" in await _refused(work, Action.SHELVE, alarm, one_shot=True, reason="检修")
    await handle(work, Action.ACKNOWLEDGE, [alarm], actor(), later(1))
    assert "already" in await _refused(work, Action.ACKNOWLEDGE, alarm)
    assert "ended" in await _refused(work, Action.UNACKNOWLEDGE, alarm)
    assert "ended" in await _refused(work, Action.SHELVE, alarm, **SHELF)


async def test_in_bulk_what_can_be_done_is_done_and_the_rest_is_named(work: Connection) -> None:
    fine, done, unknown = await raise_alarm(work), await raise_alarm(work), uuid4()
    elsewhere = await raise_alarm(work, await add_entity(work, "far", area_code=OTHER_TOWN))
    await handle(work, Action.ACKNOWLEDGE, [done], actor(), later(1))
    await set_scope(work, actor(area=TOWN).scope.settings())
    handled = await handle(
        work, Action.ACKNOWLEDGE, [done, unknown, fine, elsewhere, fine], actor(area=TOWN), later(2)
    )
    assert [alarm.id for alarm in handled.done] == [fine]
    reasons = {alarm: reason.en for alarm, reason in handled.refused}
    assert set(reasons) == {done, unknown, elsewhere}
    assert reasons[unknown] == reasons[elsewhere] == "there is no such alarm"


_STEPS = [
    "raise", "clear", "taken_over", "acknowledge", "unacknowledge", "shelve", "shelve_once", "unshelve", "reset",
    "hours_pass",
]  # fmt: skip


async def _step(work: Connection, step: str, station: Any, judged: Any, at: float) -> None:
    if step in ("raise", "clear", "taken_over"):
        await cross(
            work, station, active=step == "raise", at=at, rule=judged, taken_over=step == "taken_over"
        )
    elif step == "hours_pass":
        await actions.end_shelving(work, later(at))
    else:
        ids = [alarm.id for alarm in (await queries.page(work, queries.Wanted("all")))[0]]
        action = Action("shelve" if step == "shelve_once" else step)
        options: Any = {
            "shelve": SHELF,
            "shelve_once": {"one_shot": True, "reason": "检修"},
            "reset": {"note": "现场已核查"},
        }.get(step, {})
        await handle(work, action, ids, actor(), later(at), **options)


def _forbidden(alarm: Alarm) -> list[str]:
    shelved = alarm.suppression in (Suppression.SHELVED_TIMED, Suppression.SHELVED_ONESHOT)
    timed = alarm.suppression is Suppression.SHELVED_TIMED
    claims = {
        "active and latched": alarm.active and alarm.latched,
        "life safety shelved": alarm.life_safety and shelved,
        "shelved once without a condition to wait for": alarm.suppression is Suppression.SHELVED_ONESHOT
        and not alarm.active,
        "a time without shelving, or the other way round": timed != (alarm.suppressed_until is not None),
        "a reason without shelving, or the other way round": shelved != bool(alarm.suppressed_reason),
        "somebody's, and not acknowledged": not alarm.acknowledged
        and (alarm.owner or alarm.acknowledged_by or alarm.acknowledged_at) is not None,
        "cleared while active": alarm.active and alarm.cleared_at is not None,
    }
    return [claim for claim, holds in claims.items() if holds]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    steps=st.lists(st.sampled_from(_STEPS), min_size=3, max_size=12),
    latched=st.booleans(),
    life=st.booleans(),
)
async def test_no_sequence_of_events_reaches_a_forbidden_state(
    work: Connection, steps: list[str], latched: bool, life: bool
) -> None:
    judged = rule(name="water.any", latched=latched, life_safety=life)
    async with work.transaction(force_rollback=True):
        station = await add_entity(work)
        at, closed = 0.0, set[UUID]()
        for step in ["raise", *steps]:
            at += 3700 if step == "hours_pass" else 1
            await _step(work, step, station, judged, at)
            alarms = (await queries.page(work, queries.Wanted("all")))[0]
            assert [claim for alarm in alarms for claim in _forbidden(alarm)] == []
            standing = {
                alarm.id for alarm in alarms if alarm.active or alarm.latched or not alarm.acknowledged
            }
            assert len(standing) <= 1
            assert not standing & closed, "a closed alarm came back"
            assert sum(alarm.suppression is not Suppression.NONE for alarm in alarms) <= 1
            closed |= {alarm.id for alarm in alarms} - standing
        for alarm in (await queries.page(work, queries.Wanted("all")))[0]:
            moments = [event["at"] for event in await queries.events(work, alarm.id)]
            assert all(before <= after for before, after in pairwise(moments))
