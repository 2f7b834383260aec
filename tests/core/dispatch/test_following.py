"""Are orders kept with the ranking as it stood, and is a crew followed by road until it arrives or is cut off?"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pytest

from mudan.core.dispatch import actions, queries
from mudan.core.incidents import queries as incidents
from mudan.core.incidents.model import Incident
from mudan.core.observations import actions as observations
from mudan.core.observations.model import Columns, Quantity
from mudan.core.roads import actions as roads
from mudan.core.roads.model import order_of
from mudan.core.roads.queries import Router
from mudan.core.tasks import actions as tasks
from mudan.core.tasks.actions import FieldEvent
from mudan.core.tasks.model import OfferPolicy
from mudan.core.units.model import Unit
from mudan.primitives.clock import to_us
from mudan.primitives.geo import Point
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.embedded import Dsns
from mudan.storage.pool import Database
from tests.core.county import actor, add_entity, add_unit, later, open_incident
from tests.core.roads.town import line_town, place
from tests.database import COUNTY, START

pytestmark = pytest.mark.anyio
A, MIDDLE, B = place(1, 0), place(4.5, 0), place(8, 0)
_WORD = Text("位置", "place")
DEGREES = tuple(Quantity(name, "deg", _WORD) for name in ("longitude", "latitude"))


@dataclass
class Town:
    """One straight road, an incident at its end, two units that report where they are."""

    db: Database
    router: Router
    incident: Incident
    near: Unit
    far: Unit

    async def seen(self, unit: Unit, at: Point, when: datetime) -> None:
        """A unit's vehicle reports its place."""
        async with self.db.work() as connection:
            ids = await observations.declare(connection, DEGREES)
            days = await observations.prepare_days(connection, START.date())
            recorder = observations.Recorder(days, Columns.empty())
            us = to_us(when)
            columns = Columns.of(
                [unit.vehicle or 0] * 2,
                [ids["longitude"], ids["latitude"]],
                [at.lon, at.lat],
                [us] * 2,
                [us] * 2,
                [0] * 2,
            )
            await recorder.record(connection, columns, np.zeros(2, np.int16), us)
            await recorder.flush(connection, us)

    async def follow(self, when: datetime) -> list[queries.Drive]:
        """The drives as they are known then."""
        await self.router.refresh(self.db, when)
        async with self.db.work() as connection:
            await actions.follow(connection, self.router, when)
            return await queries.drives(connection, self.incident.id)


@pytest.fixture
async def town(fresh_database: Dsns) -> AsyncIterator[Town]:
    db = Database(fresh_database.centre, size=3)
    await db.open()
    async with db.work() as connection:
        await roads.take_up(connection, line_town(), order_of(line_town()).tolist(), START, "test")
        made = []
        for code, home in (("N", MIDDLE), ("F", A)):
            car = await add_entity(connection, code, type="Vehicle", platform="transport")
            unit = await add_unit(
                connection, code, vehicle=car.key, home_lon=home.lon, home_lat=home.lat, kind="patrol"
            )
            made.append(unit)
        incident = await open_incident(connection, lon=B.lon, lat=B.lat)
    router = Router()
    await router.refresh(db, START)
    found = Town(db, router, incident, *made)
    await found.seen(found.near, MIDDLE, START)
    await found.seen(found.far, A, START)
    yield found
    await db.close()


async def _sent(
    town: Town, unit: Unit, reason: str = "", events: tuple[str, ...] = ("accept", "depart")
) -> queries.Decision:
    who = actor()
    async with town.db.work() as connection:
        task = await tasks.assign(connection, town.incident.id, unit.id, "去", who, START)
        need = actions.need_of(town.incident)
        ranked = await actions.ranking(
            connection, town.router, town.incident, need, START, without={unit.id: task.id}
        )
        await actions.note_decision(
            connection, town.router, town.incident, ranked, task.id, unit.id, who.name, START, reason=reason
        )
        for event in events:
            await tasks.report(connection, task.id, FieldEvent(event, new_id(), later(1)), who, later(1))
        (decision,) = await queries.decisions(connection, town.incident.id)
    return decision


async def test_an_order_keeps_the_rank_of_the_chosen_and_why_it_was_not_the_first(town: Town) -> None:
    decision = await _sent(town, town.far, "近处的车要留守")
    assert (decision.rank, decision.method, decision.reason) == (2, "road", "近处的车要留守")
    assert decision.best_unit_id == town.near.id
    assert decision.eta_s is not None
    assert decision.best_eta_s is not None
    assert decision.best_eta_s < decision.eta_s
    assert decision.graph_version == town.router.graph_version
    assert [row["code"] for row in decision.snapshot["best"]] == ["N", "F"]


async def test_a_drive_is_told_again_as_it_goes_and_ends_with_the_arrival(town: Town) -> None:
    decision = await _sent(town, town.near)
    (first,) = await town.follow(later(2))
    assert first.expected_at == first.predicted_at
    assert first.line[0] == pytest.approx([MIDDLE.lon, MIDDLE.lat], abs=1e-4)
    halfway = place(6.25, 0)
    await town.seen(town.near, halfway, later(30))
    (second,) = await town.follow(later(31))
    assert second.metres == pytest.approx(first.metres / 2, rel=0.05)
    assert second.predicted_at == first.predicted_at
    assert not second.late
    async with town.db.work() as connection:
        await tasks.report(
            connection, decision.task_id, FieldEvent("arrive", new_id(), later(60)), actor(), later(60)
        )
    (over,) = await town.follow(later(61))
    assert over.ended_at is not None


async def test_who_is_late_or_cut_off_is_said_once_in_the_timeline(town: Town) -> None:
    await _sent(town, town.far)
    await town.follow(later(2))
    (late,) = await town.follow(later(900))
    assert late.late
    async with town.db.work() as connection:
        for where in (place(4.5, 0), place(4.5, 3)):
            spot = {"type": "Point", "coordinates": list(where)}
            new = roads.NewClosure(spot, "塌方")
            await roads.close(connection, new, later(901), by="x", space=0, area_code=COUNTY)
    (cut,) = await town.follow(later(902))
    assert cut.cut_off
    assert cut.expected_at is None
    await town.follow(later(903))
    async with town.db.work() as connection:
        lines = await incidents.timeline(connection, town.incident.id, 0)
        said = [line.text_zh for line in lines if line.kind == "drive"]
        ranked = await actions.ranking(
            connection, town.router, town.incident, actions.need_of(town.incident), later(904)
        )
    assert len(said) == 2
    assert "无法到达" in said[1]
    assert [one.unit.code for one in ranked.cannot_arrive] == ["F"]
    assert "无法到达" in ranked.shortfalls[0].zh


async def test_who_comes_instead_is_the_next_by_road_and_keeps_the_ranking(town: Town) -> None:
    beside = place(4.5, 3)
    async with town.db.work() as connection:
        car = await add_entity(connection, "S", type="Vehicle", platform="transport")
        home = {"home_lon": beside.lon, "home_lat": beside.lat}
        await add_unit(connection, "S", vehicle=car.key, kind="patrol", **home)
        ring = [list(place(*corner)) for corner in ((4, 2), (5, 2), (5, 4), (4, 4), (4, 2))]
        cut = roads.NewClosure({"type": "Polygon", "coordinates": [ring]}, "塌方", depth_m=0.9)
        await roads.close(connection, cut, START, by="x", space=0, area_code=COUNTY)
        await tasks.set_policy(
            connection, 0, OfferPolicy(2, timedelta(seconds=60), auto_next=True), actor(), START
        )
    await town.router.refresh(town.db, START)
    decision = await _sent(town, town.near, events=())
    async with town.db.work() as connection:
        refused = FieldEvent("decline", new_id(), later(5), reason="车坏了")
        task = await tasks.report(connection, decision.task_id, refused, actor(), later(5))
        (second, first) = await queries.decisions(connection, town.incident.id)
    assert task.successor is not None
    assert task.successor["unit_code"] == "F"
    assert "派单时路网排序的下一支" in task.successor["reasons"][0]["zh"]
    assert (first, second.unit_id, second.rank) == (decision, town.far.id, 2)
    assert second.eta_s == pytest.approx(first.snapshot["best"][1]["eta_s"])
