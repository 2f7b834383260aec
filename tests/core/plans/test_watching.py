"""Do plans say the right thing of a real database, and still after a restart?"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from mudan.core.observations import actions as observations
from mudan.core.observations.model import Columns, Quantity
from mudan.core.people.model import Role
from mudan.core.plans import actions, queries
from mudan.core.plans.actions import EVERY
from mudan.core.plans.model.needs import needs_of
from mudan.core.plans.model.what_if import replayed
from mudan.playbooks import texts
from mudan.primitives.clock import to_us
from mudan.primitives.errors import Conflict, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.county import actor, add_entity, later, open_incident, raise_alarm
from tests.core.plans.bench import small
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
_WORD = Text("水位", "level")


class County:
    """One river station whose level can be set."""

    def __init__(self, connection: Connection, ids: dict[str, int], partitions: Any, station: int) -> None:
        self.connection, self.ids, self.station = connection, ids, station
        self.recorder = observations.Recorder(partitions, Columns.empty())

    async def level(self, value: float, at: datetime, quantity: str = "level") -> None:
        """The station reports a level."""
        us = to_us(at)
        columns = Columns.of([self.station], [self.ids[quantity]], [value], [us], [us], [0])
        await self.recorder.record(self.connection, columns, np.zeros(1, np.int16), us)
        await self.recorder.flush(self.connection, us)
        self.recorder.settled()

    async def said(self, at: datetime, slug: str = "small-flood") -> queries.Watch:
        """What the plan says at a time, asked by nobody but the timer."""
        await actions.watch(self.connection, 0, at)
        (one,) = [found for found in await queries.watches(self.connection, 0) if found.slug == slug]
        return one


@pytest.fixture
async def county(work: Connection) -> County:
    """A county with the small plan in force."""
    quantities = (Quantity("level", "m", _WORD), Quantity("warning_rainstorm", "1", _WORD))
    ids = await observations.declare(work, quantities)
    partitions = await observations.prepare_days(work, START.date())
    station = await add_entity(work, "S1", properties={"warning_level_m": 10.0})
    await actions.adopt(work, START, small(), area=COUNTY)
    return County(work, ids, partitions, station.key)


async def test_a_level_is_advised_when_its_condition_has_held_long_enough(county: County) -> None:
    await county.level(11.0, later(0))
    first = await county.said(later(1))
    assert first.advised is None
    assert first.advice["conditions"]["high"]["due_at"] is not None
    held = await county.said(later(11 * 60))
    assert held.advised == "IV"
    evidence = held.advice["conditions"]["high"]["evidence"][0]
    assert (evidence["value"], evidence["limit"], evidence["unit"]) == (11.0, 10.0, "m")
    assert evidence["source"].endswith(":S1")


async def test_a_hold_goes_on_over_a_restart_because_it_is_kept_in_the_database(county: County) -> None:
    await county.level(11.0, later(0))
    await county.said(later(1))
    queries.parsed.cache_clear()  # nothing but the database survives a restart
    assert (await county.said(later(9 * 60))).advised is None
    assert (await county.said(later(11 * 60))).advised == "IV"


async def test_a_level_that_falls_within_the_hysteresis_stays_advised(county: County) -> None:
    await county.level(11.0, later(0))
    await county.said(later(1))
    await county.said(later(700))
    await county.level(9.9, later(800))
    assert (await county.said(later(801))).advised == "IV"
    await county.level(9.7, later(900))
    assert (await county.said(later(901))).advised is None


async def test_a_silent_station_never_lowers_what_is_advised(county: County) -> None:
    await county.level(11.0, later(0))
    await county.said(later(1))
    await county.said(later(700))
    silent = await county.said(later(5 * 3600))
    assert silent.advised == "IV"
    assert silent.advice["conditions"]["high"]["stale"] is True


async def test_a_statement_counts_until_it_is_withdrawn(county: County) -> None:
    who = actor(Role.DUTY_OFFICER)
    await actions.state(county.connection, who, later(0), "small-flood", "breach", note="电话报告")
    assert (await county.said(later(1))).advised == "I"
    with pytest.raises(Conflict):
        await actions.state(county.connection, who, later(2), "small-flood", "breach")
    await actions.withdraw(county.connection, who, later(3), "small-flood", "breach")
    assert (await county.said(later(4))).advised is None
    with pytest.raises(Conflict):
        await actions.withdraw(county.connection, who, later(5), "small-flood", "breach")
    with pytest.raises(NotFound):
        await actions.state(county.connection, who, later(6), "small-flood", "high")


async def test_the_timer_asks_once_in_five_seconds(county: County) -> None:
    assert await actions.tick(county.connection, later(0))
    await county.level(11.0, later(1))
    await actions.tick(county.connection, later(2))
    (before,) = await queries.watches(county.connection, 0)
    assert before.asked_at == later(0)
    await actions.tick(county.connection, later(EVERY.total_seconds() + 1))
    (after,) = await queries.watches(county.connection, 0)
    assert after.asked_at == later(EVERY.total_seconds() + 1)


async def test_the_screens_hear_only_of_news(county: County) -> None:
    await county.level(9.0, later(0))
    assert await actions.watch(county.connection, 0, later(1))
    await county.level(9.1, later(2))
    assert not await actions.watch(county.connection, 0, later(3))
    await county.level(12.0, later(4))
    await actions.watch(county.connection, 0, later(5))
    assert await actions.watch(county.connection, 0, later(5 + 600))


async def test_a_plan_of_incidents_is_asked_about_each_open_one_of_its_kinds(work: Connection) -> None:
    await actions.adopt(work, START, texts()["building-fire"], area=COUNTY)
    fire = await open_incident(work, kind="fire", title="着火")
    await open_incident(work, kind="flood", title="积水")
    await actions.state(work, actor(), later(1), "building-fire", "confirmed", incident=fire.id)
    await actions.watch(work, 0, later(2))
    (one,) = await queries.watches(work, 0)
    assert one.incident_id == fire.id
    assert one.advised == "fire_1"
    await work.execute("update incident set phase = 'closed' where id = %s", (fire.id,))
    await actions.watch(work, 0, later(10))
    assert await queries.watches(work, 0) == []


async def test_every_shipped_plan_is_asked_without_a_fault(work: Connection) -> None:
    for text in texts().values():
        await actions.adopt(work, START, text, area=COUNTY)
    await raise_alarm(work)
    await open_incident(work, kind="hazmat", title="泄漏")
    await actions.watch(work, 0, later(5))
    said = await queries.watches(work, 0)
    assert {one.slug for one in said} == {
        "flood-reservoir", "urban-waterlogging", "forest-fire", "earthquake", "festival-crowd",
        "gas-leak", "fog-pileup-hazmat",
    }  # fmt: skip
    assert all(one.asked_at == later(5) for one in said)


async def test_the_warning_of_another_authority_is_seen_with_its_colour(county: County) -> None:
    rain = "  rain:\n    says: {zh: 黄色, en: Yellow}\n    warnings: {hazards: [rainstorm], colour: yellow}\n"
    text = small(
        ("  breach: {says", f"{rain}  breach: {{says"),
        ("    when: high\n", "    when: {any: [high, rain]}\n"),
        ("plan: small-flood", "plan: small-rain"),
    )
    await actions.adopt(county.connection, START, text, area=COUNTY)
    await county.level(1, later(0), "warning_rainstorm")
    assert (await county.said(later(1), "small-rain")).advised is None
    await county.level(2, later(2), "warning_rainstorm")
    assert (await county.said(later(3), "small-rain")).advised == "IV"
    await county.level(0, later(4), "warning_rainstorm")
    assert (await county.said(later(5), "small-rain")).advised is None


async def test_what_if_says_when_a_level_would_have_been_advised(county: County) -> None:
    for minutes, value in ((0, 8.0), (30, 11.0), (60, 11.0), (90, 8.0), (120, 8.0)):
        await county.level(value, later(minutes * 60))
    approved = await queries.approved_of(county.connection, "small-flood", 0)
    end = START + timedelta(hours=2)
    recorded = await queries.recorded(
        county.connection, 0, "small-flood", START, end, needs_of([approved.plan])
    )
    found = replayed(approved.plan, recorded, START, end)
    (spell,) = found.spells
    assert spell.level == "IV"
    assert spell.start == START + timedelta(minutes=40)
    assert spell.end == START + timedelta(minutes=90)
    assert [one.name for one in spell.because] == ["high"]
    assert found.unknown == ()
