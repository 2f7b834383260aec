"""What may be one matter, what is remembered of it, and when is a desk flooded?"""

from datetime import timedelta
from typing import Literal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mudan.core.alarms import actions, queries
from mudan.core.alarms.model import Seen, compared
from mudan.core.alarms.model.correlation import upstream
from mudan.core.alarms.model.tuning import DELIVERED
from mudan.core.notices import queries as notices
from mudan.core.people.model import Role
from mudan.primitives.errors import Conflict
from mudan.primitives.geo import Point
from mudan.storage.pool import Connection
from tests.core.county import PLACE, add_entity, add_person, cross, later, raise_alarm
from tests.core.rules.bench import rule
from tests.database import COUNTY, TOWN

pytestmark = pytest.mark.anyio
FIRE = rule(name="emergency.fire_alarm", level=2)
SMOKE = rule(name="cameras.smoke", level=3)
FLOOD = rule(name="water.high", level=2)


def _seen(
    rule_name: str = "a.fire", family: str = "fire", platform: str = "a", at: float = 0, lon: float = 115.0
) -> Seen:
    return Seen(
        uuid4(),
        hash((rule_name, platform, lon)) % 10**6,
        rule_name,
        platform,
        family,
        2,
        later(at),
        Point(lon, 35.0),
    )


async def _fire(work: Connection, local: str, metres: float, platform: str, **more: object) -> UUID:
    lon = PLACE[0] + metres / 91_000
    thing = await add_entity(work, local, lon=lon, platform=platform, **more)
    return await raise_alarm(work, thing, rule=SMOKE if platform == "cameras" else FIRE, at=len(local))


async def test_two_systems_that_see_one_fire_are_suggested_with_reasons(work: Connection) -> None:
    one, other = await _fire(work, "D1", 0, "emergency"), await _fire(work, "C1", 80, "cameras")
    await _fire(work, "D2", 5_000, "emergency")
    await actions.tick(work, later(20))
    [link] = await queries.suggested(work)
    assert {link.one.id, link.other.id} == {one, other}
    assert [reason["kind"] for reason in link.reasons] == ["family", "distance", "time", "platform"]
    assert DELIVERED.suggest_from <= link.score <= 1
    assert [each.other.id for each in await queries.links_of(work, one)] == [other]
    await actions.tick(work, later(21))
    assert len(await queries.suggested(work)) == 1


async def test_gauges_along_one_river_belong_together_however_far(work: Connection) -> None:
    upper = await add_entity(work, "U", device="1", properties={"downstream": "2"}, lon=115.0)
    await add_entity(work, "M", device="2", properties={"downstream": "3"}, lon=115.2)
    lower = await add_entity(work, "L", device="3", lon=115.4)
    aside = await add_entity(work, "A", device="4", lon=115.6)
    for at, station in enumerate((upper, lower, aside)):
        await raise_alarm(work, station, rule=FLOOD, at=at)
    await actions.tick(work, later(20))
    [link] = await queries.suggested(work)
    assert link.reasons[1]["text"]["zh"] == "同一河道上下游，相隔 2 站"


async def test_what_was_decided_is_said_once_and_counts_next_time(work: Connection) -> None:
    things = [await add_entity(work, name, platform=name, lon=PLACE[0]) for name in ("emergency", "cameras")]
    verdicts: list[tuple[Literal["accepted", "rejected"], int | None]] = [
        ("rejected", None),
        ("accepted", -1),
    ]
    for verdict, expected in verdicts:
        ids = [
            await raise_alarm(work, thing, rule=rule_, at=1)
            for thing, rule_ in zip(things, (FIRE, SMOKE), strict=True)
        ]
        await actions.tick(work, later(2))
        [link] = await queries.suggested(work)
        before = [reason for reason in link.reasons if reason["kind"] == "before"]
        assert (not before) is (expected is None)
        assert not before or before[0]["weight"] < 0
        await actions.decide_link(work, link.id, verdict, later(3), by="值班长")
        with pytest.raises(Conflict):
            await actions.decide_link(work, link.id, "accepted", later(4), by="值班长")
        assert await queries.suggested(work) == []
        for thing, rule_, alarm in zip(things, (FIRE, SMOKE), ids, strict=True):
            await cross(work, thing, active=False, at=5, rule=rule_)
            await work.execute("update alarm set acknowledged = true where id = %s", (alarm,))


@given(apart_s=st.floats(0, 3_600), metres=st.floats(0, 2_000), same=st.booleans())
def test_nearer_and_sooner_never_scores_less(apart_s: float, metres: float, same: bool) -> None:
    one = _seen()
    other = _seen("b.fire", platform="a" if same else "b", at=apart_s, lon=115.0 + metres / 91_000)
    found = compared(one, other)
    nearer = compared(
        one, _seen("b.fire", platform=other.platform, at=apart_s / 2, lon=115.0 + metres / 182_000)
    )
    if found is not None:
        assert nearer is not None
        assert nearer.score >= found.score
        assert DELIVERED.suggest_from <= found.score <= 1
        assert found.score == pytest.approx(sum(reason.weight for reason in found.reasons))
    if apart_s > 900 or metres > 310:
        assert found is None


def test_silence_other_families_and_one_incident_are_never_suggested() -> None:
    incident = uuid4()
    assert compared(_seen("a.silent", "equipment"), _seen("b.silent", "equipment", "b")) is None
    assert compared(_seen(family="fire"), _seen("b.x", "flood", "b")) is None
    assert compared(_seen(), _seen()) is None
    linked = [Seen(uuid4(), n, "a.fire", "a", "fire", 2, later(0), Point(115, 35), incident) for n in (1, 2)]
    assert compared(*linked) is None


def test_a_river_that_runs_in_a_circle_is_no_trap() -> None:
    assert upstream({"a": "b", "b": "c", "c": "a"}, "a", "c") == 2
    assert upstream({"a": "b", "b": "a"}, "a", "z") is None


async def _storm(work: Connection, count: int, at: float = 0) -> None:
    for n in range(count):
        await raise_alarm(work, await add_entity(work, f"F{at}-{n}"), rule=FLOOD, at=at + n)


async def test_a_flood_begins_over_ten_in_ten_minutes_and_ends_under_five(work: Connection) -> None:
    await add_person(work, "desk", Role.DISPATCHER)
    await _storm(work, 10)
    await actions.tick(work, later(11))
    assert await queries.floods(work, lasting=True) == []
    await _storm(work, 1, at=12)
    await actions.tick(work, later(13))
    [flood] = await queries.floods(work, lasting=True)
    assert (flood.area_code, flood.peak, flood.last_count) == (COUNTY, 11, 11)
    await actions.tick(work, later(605))
    assert [one.last_count for one in await queries.floods(work, lasting=True)] == [5]
    await actions.tick(work, later(606))
    assert await queries.floods(work, lasting=True) == []
    [ended] = await queries.floods(work, lasting=False)
    assert (ended.ended_at, ended.peak) == (later(606), 11)
    [told] = await notices.of_subject(work, "alarm_floods", str(flood.id))
    assert told.deliveries[0].target in ("role:duty_officer", "position:duty_chief")


async def test_what_is_silent_floods_nobody(work: Connection) -> None:
    await add_person(work, "desk", Role.DISPATCHER, TOWN)
    cut = rule(name="power.feeder_outage", level=2)
    await raise_alarm(work, await add_entity(work, "P", properties={"feeder": "F"}), rule=cut)
    for n in range(20):
        await raise_alarm(
            work, await add_entity(work, f"C{n}", properties={"feeder": "F"}), at=n,
            rule=rule(name="water.station_silent", level=4),
        )  # fmt: skip
    assert await queries.pressure(work, [TOWN], later(30), timedelta(minutes=10)) == {(0, TOWN): 1}
    await actions.tick(work, later(30))
    assert await queries.floods(work, lasting=True) == []
