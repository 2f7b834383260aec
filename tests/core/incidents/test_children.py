"""Does an alarm of an open incident call nobody again, and is it always a person who decides that it belongs there?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.alarms import actions as alarm_actions
from mudan.core.alarms import queries as alarms
from mudan.core.alarms.model import Alarm, Seen, Suppression, Tuning
from mudan.core.incidents import actions, queries
from mudan.core.incidents.model import Child, Incident, Parent
from mudan.core.incidents.model.children import child_of, may_be_quiet
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict
from mudan.primitives.geo import Point
from mudan.storage.pool import Connection
from tests.core.county import PLACE, actor, add_entity, later, open_incident, raise_alarm
from tests.core.rules.bench import rule
from tests.database import START

pytestmark = pytest.mark.anyio
DESK = actor(Role.DISPATCHER)
SMOKE = rule(name="cameras.smoke", level=3)


async def _burning(work: Connection, *, level: int = 3) -> Incident:
    return await open_incident(work, kind="fire", title="仓库起火", level=level)


async def _smoke(work: Connection, metres: float = 80, at: float = 60, **more: Any) -> UUID:
    thing = await add_entity(work, f"C{uuid4().hex[:6]}", platform="cameras", lon=PLACE[0] + metres / 91_000)
    return await raise_alarm(work, thing, at=at, rule=replace(SMOKE, **more))


async def _ticks(work: Connection, at: float) -> None:
    await actions.tick(work, later(at))
    await alarm_actions.tick(work, later(at))


async def _called(work: Connection, alarm: Alarm) -> list[str]:
    assert alarm.group_id is not None
    found = await notices.of_subject(work, "alarm_groups", str(alarm.group_id))
    return [delivery.target for notice in found for delivery in notice.deliveries]


async def _offered(work: Connection, fire: Incident, at: float = 60, **more: Any) -> tuple[Child, Alarm]:
    alarm = await _smoke(work, at=at, **more)
    await _ticks(work, at + 1)
    [child] = await queries.children(work, fire.id)
    return child, await alarms.one(work, alarm)


async def test_what_correlates_is_offered_with_reasons_and_calls_nobody(work: Connection) -> None:
    fire = await _burning(work)
    child, alarm = await _offered(work, fire)
    assert (child.state, child.quiet, alarm.suppression) == ("offered", True, Suppression.BY_DESIGN)
    assert {reason["kind"] for reason in child.reasons} >= {"family", "distance", "time"}
    assert "待值班员确认" in alarm.suppressed_reason
    await _ticks(work, 200)
    assert await _called(work, alarm) == []
    assert (await alarms.one(work, alarm.id)).incident_id is None


async def test_what_is_elsewhere_or_of_another_kind_calls_as_ever(work: Connection) -> None:
    fire = await _burning(work)
    alarm = await _smoke(work, metres=5_000)
    await _ticks(work, 61)
    assert await queries.children(work, fire.id) == []
    await _ticks(work, 90)
    assert await _called(work, await alarms.one(work, alarm)) != []


@pytest.mark.parametrize("more", [{"level": 1}, {"level": 2}, {"level": 3, "life_safety": True}])
async def test_life_the_gravest_and_what_is_graver_than_the_incident_call_though_offered(
    work: Connection, more: dict[str, Any]
) -> None:
    fire = await _burning(work)
    child, alarm = await _offered(work, fire, **more)
    assert (child.state, child.quiet) == ("offered", False)
    await _ticks(work, 90)
    assert await _called(work, alarm) != []


async def test_an_offer_that_nobody_answers_calls_and_is_not_made_again(work: Connection) -> None:
    fire = await _burning(work)
    _, alarm = await _offered(work, fire)
    await _ticks(work, 61 + 599)
    assert await _called(work, alarm) == []
    await _ticks(work, 61 + 601)
    await _ticks(work, 61 + 620)
    [child] = await queries.children(work, fire.id)
    assert (child.state, child.quiet) == ("lapsed", False)
    assert await _called(work, alarm) != []
    later_on = await actions.accept_child(work, fire.id, child.id, DESK, later(700))
    assert later_on.state == "accepted"


async def test_accepting_joins_it_and_it_stays_quiet_until_the_incident_ends(work: Connection) -> None:
    fire = await _burning(work)
    child, alarm = await _offered(work, fire)
    await actions.accept_child(work, fire.id, child.id, DESK, later(70))
    assert (await alarms.one(work, alarm.id)).incident_id == fire.id
    await _ticks(work, 3_000)
    assert await _called(work, alarm) == []
    version = (await queries.one(work, fire.id)).version
    await actions.close(work, fire.id, "resolved", "已扑灭", version, DESK, later(3_100))
    await _ticks(work, 3_101)
    await _ticks(work, 3_120)
    assert await _called(work, alarm) != []


async def test_saying_no_lets_it_call_and_it_is_not_offered_to_that_incident_again(work: Connection) -> None:
    fire = await _burning(work)
    child, alarm = await _offered(work, fire)
    await actions.reject_child(work, fire.id, child.id, "另一处冒烟", DESK, later(70))
    await _ticks(work, 90)
    assert await _called(work, alarm) != []
    await _ticks(work, 2_000)
    [child] = await queries.children(work, fire.id)
    assert (child.state, child.note) == ("rejected", "另一处冒烟")
    with pytest.raises(Conflict):
        await actions.accept_child(work, fire.id, child.id, DESK, later(2_001))


async def test_only_a_rule_that_may_joins_by_itself_and_one_click_undoes_it(work: Connection) -> None:
    fire = await _burning(work)
    tuning, version = await alarms.kept_tuning(work)
    assert tuning.auto_link == {}
    wanted = replace(tuning, auto_link={"cameras.smoke": 0.8})
    await alarm_actions.set_tuning(work, wanted, version, START, by="值班长")
    child, alarm = await _offered(work, fire)
    assert (child.state, alarm.incident_id) == ("linked", fire.id)
    line = (await queries.timeline(work, fire.id))[-1]
    assert line.source == "system"
    assert "自动关联告警（相关度" in line.text_zh
    undone = await actions.undo_child(work, fire.id, child.id, "", DESK, later(80))
    assert (undone.state, (await alarms.one(work, alarm.id)).incident_id) == ("undone", None)
    await _ticks(work, 100)
    assert await _called(work, alarm) != []
    assert (await queries.children(work, fire.id))[0].state == "undone"


async def test_a_restart_or_a_second_tick_changes_nothing(work: Connection) -> None:
    fire = await _burning(work)
    child, alarm = await _offered(work, fire)
    for at in (62, 63, 64):
        await _ticks(work, at)
    assert [one.id for one in await queries.children(work, fire.id)] == [child.id]
    events = await alarms.events(work, alarm.id)
    assert [event["kind"] for event in events].count("inhibited") == 1


@given(
    metres=st.floats(0, 2_000), minutes=st.floats(0, 240), level=st.integers(1, 4), grave=st.integers(1, 4),
    life=st.booleans(),
)  # fmt: skip
def test_the_nearer_and_the_sooner_never_scores_less_and_life_is_never_quiet(
    metres: float, minutes: float, level: int, grave: int, *, life: bool
) -> None:
    def seen(away: float, at: float) -> Seen:
        point = Point(115.0 + away / 91_000, 35.0)
        return Seen(
            uuid4(), 7, "cameras.smoke", "cameras", "fire", level, START + timedelta(minutes=at), point
        )

    parent = Parent(uuid4(), "1", 0, "fire", grave, START, Point(115.0, 35.0))
    found, nearer = (child_of(seen(metres / n, minutes / n), parent, Tuning()) for n in (1, 2))
    assert found is None or (nearer is not None and nearer.score >= found.score)
    assert not (may_be_quiet(level, grave, life_safety=life) and (life or level == 1 or level < grave))
