"""Does a datum walk the whole path in one transaction, through lost databases and restarts, without harm?"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from mudan.core import path as path_module
from mudan.core.alarms import actions as alarm_actions
from mudan.core.alarms import queries as alarms
from mudan.core.alarms.model import Action, Alarm
from mudan.core.alarms.queries import Wanted
from mudan.core.commands import queries as command_queries
from mudan.core.commands.model import CommandState, Receipt
from mudan.core.entities import actions as entities
from mudan.core.entities.model import Entity
from mudan.core.frames.model import Frame, Verdict
from mudan.core.incidents import queries as incidents
from mudan.core.observations.model import LINK, Columns, Quality, Quantity
from mudan.core.path import Path
from mudan.core.rules.model import Comparison, Op, Property, Staleness
from mudan.core.tasks import actions as tasks
from mudan.core.tasks import queries as task_queries
from mudan.core.tasks.actions import FieldEvent
from mudan.primitives.changes import Changes
from mudan.primitives.clock import ManualClock, to_us
from mudan.primitives.errors import Unavailable
from mudan.primitives.text import Text
from mudan.storage.embedded import Dsns
from mudan.storage.pool import SYSTEM, Connection, Database
from tests.core.county import PLACE, actor, add_entity, add_unit, later, open_incident
from tests.core.rules.bench import rule
from tests.database import START

pytestmark = pytest.mark.anyio
_WORD = Text("词", "word")
_NAMES = ("level", "longitude", "latitude", "speed")
QUANTITIES = [*(Quantity(name, "m", _WORD) for name in _NAMES), LINK]
_STATION = ("HydrometricStation",)
HIGH = rule(Comparison("level", Op.GE, Property("warning_level_m")), name="water.high")
SILENT = rule(Staleness("level", 600.0), name="water.silent")


class Flaky(Database):
    """A database that is lost `before`, `during` or `after` the next commits, and can be held at the commit."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn, size=4)
        self.faults: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    @contextlib.asynccontextmanager
    async def work(self, scope: Mapping[str, str] = SYSTEM) -> AsyncIterator[Connection]:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "before":
            raise Unavailable("lost")
        async with super().work(scope) as connection:
            yield connection
            await self.gate.wait()
            if fault == "during":
                raise Unavailable("lost")
        if fault == "after":
            raise Unavailable("lost")


class Heard:
    """What the screens were told."""

    def __init__(self) -> None:
        self.rows = 0
        self.changes = Changes()

    def observed(self, columns: Columns) -> None:
        self.rows += len(columns)

    def changed(self, changes: Changes) -> None:
        self.changes.add(changes)


class Stand:
    """A path over a database of its own, with one river station whose warning level is 10."""

    def __init__(self, db: Flaky, clock: ManualClock) -> None:
        self.db, self.clock = db, clock
        self.heard = Heard()
        self.station: Entity
        self.path: Path

    async def start(self) -> None:
        """Start (again): everything is brought back from the database alone."""
        judged = [_of_stations(HIGH), _of_stations(SILENT)]
        self.path = Path(self.db, self.clock, QUANTITIES, judged, self.heard, keep_good_hours=24)
        await self.path.start()

    async def limit(self, metres: float | None) -> None:
        """Set or remove the station's warning level, as an integrator does."""
        async with self.db.work() as connection:
            properties = {} if metres is None else {"warning_level_m": metres}
            self.station = await add_entity(connection, properties=properties)
        await self.path.entities_changed()

    def batch(self, *levels: tuple[float, float], quality: int = 0) -> Columns:
        """(seconds, level) of the station."""
        return self.columns(
            self.station.key, *((at, "level", value) for at, value in levels), quality=quality
        )

    def columns(self, entity: int, *rows: tuple[float, str, float], quality: int = 0) -> Columns:
        """(seconds, quantity, value) of an entity, received now."""
        return Columns.of(
            [entity] * len(rows), [self.path.quantities[name] for _, name, _ in rows], [row[2] for row in rows],
            [to_us(later(row[0])) for row in rows], [to_us(self.clock.now())] * len(rows), [quality] * len(rows),
        )  # fmt: skip

    async def carry(self, *levels: tuple[float, float], **more: Any) -> None:
        """Carry a batch of (seconds, level)."""
        await self.path.carry("water", self.batch(*levels, **more), (), ())

    async def alarms(self, state: str = "all") -> list[Alarm]:
        """The alarms there are."""
        async with self.db.work() as connection:
            return (await alarms.page(connection, Wanted(state)))[0]

    async def count(self, table: str) -> int:
        """The rows of a table."""
        async with self.db.work() as connection:
            statement = psycopg.sql.SQL("select count(*)::int as n from {}").format(
                psycopg.sql.Identifier(table)
            )
            row = await (await connection.execute(statement)).fetchone()
        assert row is not None
        return int(row["n"])


def _of_stations(judged: Any) -> Any:
    object.__setattr__(judged, "entity_types", _STATION)
    return judged


@pytest.fixture
async def stand(
    fresh_database: Dsns, anyio_backend: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stand]:
    monkeypatch.setattr(path_module, "RETRY_S", 0.01)
    db = Flaky(fresh_database.centre)
    await db.open()
    try:
        stand = Stand(db, ManualClock(START))
        async with db.work() as connection:
            stand.station = await add_entity(connection, properties={"warning_level_m": 10})
        await stand.start()
        yield stand
    finally:
        await db.close()


async def test_an_alarm_and_its_observation_are_there_together_or_not_at_all(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path_module, "RETRY_S", 60)
    stand.db.faults = ["during"]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await stand.carry((0, 11.0))
    assert (await stand.count("observation"), await stand.count("alarm"), stand.heard.rows) == (0, 0, 0)
    await stand.start()
    await stand.carry((0, 11.0))
    [alarm] = await stand.alarms()
    assert (await stand.count("observation"), stand.heard.rows) == (1, 1)
    assert stand.heard.changes.alarms == {alarm.id}


async def test_nothing_is_acknowledged_or_shown_before_the_commit(stand: Stand) -> None:
    stand.db.gate.clear()
    carrying = asyncio.create_task(stand.carry((0, 11.0)))
    await asyncio.sleep(0.1)
    with psycopg.connect(
        stand.db.dsn, options="-c mudan.area= -c mudan.departments=* -c mudan.space=*"
    ) as other:
        assert other.execute("select count(*) from observation").fetchone() == (0,)
        assert other.execute("select count(*) from alarm").fetchone() == (0,)
    assert (carrying.done(), stand.heard.rows, bool(stand.heard.changes)) == (False, 0, False)
    stand.db.gate.set()
    await carrying
    assert stand.heard.rows == 1


@pytest.mark.parametrize(
    "faults", [["before"], ["during", "before", "during"], ["after"], ["during", "after"]]
)
async def test_a_lost_database_is_waited_for_and_nothing_is_raised_twice(
    stand: Stand, faults: list[str]
) -> None:
    stand.db.faults = list(faults)
    await stand.carry((0, 9.0), (1, 11.0))
    assert stand.db.faults == []
    [alarm] = await stand.alarms()
    assert alarm.active
    assert await stand.count("observation") == 2
    assert await stand.count("observation_latest") == 1
    assert (stand.heard.rows, stand.heard.changes.alarms) == (2, {alarm.id})
    await stand.carry((2, 9.0))
    assert [one.active for one in await stand.alarms()] == [False]


async def test_connections_that_are_cut_are_replaced(stand: Stand, fresh_database: Dsns) -> None:
    name = psycopg.conninfo.conninfo_to_dict(fresh_database.centre)["dbname"]
    with psycopg.connect(fresh_database.superuser, autocommit=True) as superuser:
        superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
            (name,),
        )
    await stand.carry((0, 11.0))
    assert len(await stand.alarms()) == 1


async def test_every_batch_twice_changes_nothing_more(stand: Stand) -> None:
    for levels in (((0, 11.0),), ((0, 11.0),), ((2, 9.0), (1, 12.0)), ((2, 9.0), (1, 12.0))):
        await stand.carry(*levels)
    [alarm] = await stand.alarms()
    assert (alarm.active, await stand.count("observation")) == (False, 3)


async def test_a_time_that_cannot_be_is_kept_and_raises_nothing(stand: Stand) -> None:
    await stand.carry((3_600, 99.0))
    async with stand.db.work() as connection:
        row = await (await connection.execute("select quality from observation")).fetchone()
    assert row == {"quality": int(Quality.TIME_FUTURE)}
    assert await stand.alarms() == []
    assert await stand.count("observation_latest") == 0


async def test_repeats_are_counted_soon_and_not_at_once(stand: Stand) -> None:
    await stand.carry((0, 11.0))
    await stand.carry((1, 12.0), (2, 13.0))
    assert (await stand.alarms())[0].count == 1
    stand.clock.advance(3)
    await stand.path.tick()
    [alarm] = await stand.alarms()
    assert (alarm.count, alarm.value) == (3, 13.0)


async def test_frames_are_kept_with_their_observations(stand: Stand) -> None:
    now = to_us(START)
    kept = [Frame(b"\x01", now, "peer"), Frame(b"\x02", now, "peer", Verdict.BAD, reason="crc")]
    await stand.path.carry("water", stand.batch((0, 1.0)), kept, ())
    assert (await stand.count("frame_good"), await stand.count("frame_bad")) == (1, 1)


async def test_a_restart_raises_nothing_again_and_counts_nothing(stand: Stand) -> None:
    await stand.carry((0, 11.0))
    before = await stand.alarms()
    await stand.start()
    assert await stand.alarms() == before
    await stand.carry((1, 9.0))
    assert [one.active for one in await stand.alarms()] == [False]


async def test_a_restart_raises_what_was_missed(stand: Stand) -> None:
    await stand.carry((0, 9.5))
    async with stand.db.work() as connection:
        await add_entity(connection, properties={"warning_level_m": 9})
    await stand.start()
    [alarm] = await stand.alarms()
    assert (alarm.active, alarm.limit) == (True, 9.0)


async def test_a_silence_stands_through_a_restart(stand: Stand) -> None:
    await stand.carry((0, 1.0))
    stand.clock.advance(601)
    await stand.path.tick()
    before = await stand.alarms()
    assert [(one.rule, one.active) for one in before] == [("water.silent", True)]
    await stand.start()
    await stand.path.tick()
    assert await stand.alarms() == before


async def test_a_threshold_changed_at_run_time_holds_at_once(stand: Stand) -> None:
    await stand.carry((0, 9.5))
    await stand.limit(9.0)
    assert [(one.active, one.limit) for one in await stand.alarms()] == [(True, 9.0)]
    await stand.limit(9.8)
    assert [one.active for one in await stand.alarms()] == [False]
    assert await stand.count("alarm_event") == 2


async def test_an_alarm_whose_threshold_was_removed_is_withdrawn(stand: Stand) -> None:
    await stand.carry((0, 11.0))
    await stand.limit(None)
    [alarm] = await stand.alarms("unacknowledged")
    assert not alarm.active
    await stand.start()
    assert len(await stand.alarms()) == 1


async def test_a_station_added_at_run_time_is_judged_and_named_by_its_device(stand: Stand) -> None:
    async with stand.db.work() as connection:
        added = await add_entity(connection, "S2", device="0002", properties={"warning_level_m": 3})
    await stand.path.entities_changed()
    assert stand.path.directory.devices["water", "0002"].key == added.key
    await stand.path.carry("water", stand.columns(added.key, (0, "level", 4.0)), (), ())
    assert [one.entity for one in await stand.alarms()] == [added.key]


async def test_an_exercise_is_kept_apart_from_reality(stand: Stand) -> None:
    async with stand.db.work() as connection:
        await connection.execute("insert into space values (7, 'exercise')")
        given = {
            "urn": stand.station.urn, "type": "HydrometricStation", "platform": "water", "name_zh": "演练站",
            "name_en": "Exercise", "area_code": "371702", "device": "0001", "properties": {"warning_level_m": 1},
        }  # fmt: skip
        key = await entities.put(connection, given, START, 7)
    await stand.path.entities_changed()
    assert ("water", "0001") not in stand.path.directory.devices
    await stand.path.carry("water", stand.columns(key, (0, "level", 2.0)), (), ())
    async with stand.db.work() as connection:
        rows = await (
            await connection.execute("select space from observation union all select space from alarm")
        ).fetchall()
    assert rows == [{"space": 7}, {"space": 7}]


async def test_the_passing_of_time_ends_shelving_offers_and_commands(stand: Stand) -> None:
    await stand.carry((0, 11.0))
    [alarm] = await stand.alarms()
    async with stand.db.work() as connection:
        shelf = {"minutes": 1.0, "reason": "检修"}
        await alarm_actions.handle(connection, Action.SHELVE, [alarm.id], actor(), START, **shelf)  # type: ignore[arg-type]  # options by name
        vehicle = await add_entity(connection, "V1", type="Vehicle", platform="transport", device="1")
        unit, incident = await add_unit(connection, vehicle=vehicle.key), await open_incident(connection)
        task = await tasks.assign(connection, incident.id, unit.id, "去", actor(), START)
    await stand.path.tick()
    stand.heard.changes = Changes()
    stand.clock.advance(301)
    await stand.path.tick()
    assert stand.heard.changes.alarms == {alarm.id}
    assert stand.heard.changes.tasks == {task.id}
    assert stand.heard.changes.commands == {task.command_id}
    async with stand.db.work() as connection:
        shown = await task_queries.one(connection, task.id)
    assert (shown.state, shown.command_state) == ("expired", "expired")


async def test_a_receipt_is_kept_with_its_batch_and_told_to_the_task(stand: Stand) -> None:
    task = await _sent(stand)
    assert task.command_id is not None
    receipt = Receipt(task.command_id, CommandState.DELIVERED, to_us(later(1)))
    stand.db.faults = ["after"]
    await stand.path.carry("transport", Columns.empty(), (), [receipt])
    async with stand.db.work() as connection:
        row = await command_queries.one(connection, task.command_id)
        lines = [e.kind for e in await incidents.timeline(connection, task.incident_id)]
    assert row is not None
    assert row["state"] == "delivered"
    assert lines.count("receipt") == 1


async def test_the_days_ahead_are_made_as_time_goes_on(stand: Stand) -> None:
    stand.clock.advance(30 * 86_400)
    await stand.carry((30 * 86_400, 1.0))
    assert await stand.count("observation") == 1
    await stand.path.daily()
    assert "observation_20261230" in stand.path.recorder.partitions
    await stand.carry((30 * 86_400 + 1, 1.0))
    assert await stand.count("observation") == 2


async def _sent(stand: Stand) -> Any:
    async with stand.db.work() as connection:
        vehicle = await add_entity(connection, "V1", type="Vehicle", platform="transport", device="1")
        unit, incident = await add_unit(connection, vehicle=vehicle.key), await open_incident(connection)
        task = await tasks.assign(connection, incident.id, unit.id, "去", actor(), START)
    await stand.path.entities_changed()
    return task


async def _report(stand: Stand, task: UUID, event: str) -> None:
    async with stand.db.work() as connection:
        now = stand.clock.now()
        await tasks.report(connection, task, FieldEvent(event, uuid4(), now), actor(), now)
    await stand.path.tick()


async def _drive(stand: Stand, at: float, lon: float, speed: float) -> dict[str, Any] | None:
    task = (await _tasks(stand))[0]
    rows = ((at, "longitude", lon), (at, "latitude", PLACE[1]), (at, "speed", speed))
    await stand.path.carry("transport", stand.columns(task.unit_vehicle, *rows), (), ())
    proposal: dict[str, Any] | None = (await _tasks(stand))[0].proposal
    return proposal


async def _tasks(stand: Stand) -> list[Any]:
    async with stand.db.work() as connection:
        return await task_queries.several(connection)


async def test_driving_off_and_stopping_at_the_scene_are_suggested_for_people_to_confirm(
    stand: Stand,
) -> None:
    task = await _sent(stand)
    assert await _drive(stand, 0, PLACE[0] + 0.05, 60) is None  # nobody has accepted yet
    await _report(stand, task.id, "accept")
    assert await _drive(stand, 1, PLACE[0] + 0.05, 3) is None
    proposal = await _drive(stand, 2, PLACE[0] + 0.05, 60)
    assert proposal is not None
    assert proposal["event"] == "depart"
    await _report(stand, task.id, "depart")
    assert await _drive(stand, 3, PLACE[0] + 0.0001, 40) is None  # driving past
    proposal = await _drive(stand, 4, PLACE[0] + 0.0001, 0)
    assert proposal is not None
    assert proposal["event"] == "arrive"
    again = (await _tasks(stand))[0].version
    await _drive(stand, 5, PLACE[0] + 0.0001, 0)
    assert (await _tasks(stand))[0].version == again
    assert (await _tasks(stand))[0].state == "en_route"
