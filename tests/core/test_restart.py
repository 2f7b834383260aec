"""Does a centre that is restarted before every tick leave the same world behind as one that runs on?"""

from typing import Any
from uuid import uuid4

import pytest

from mudan.core.alarms import actions as alarm_actions
from mudan.core.alarms.model import Action
from mudan.core.calls import actions as calls
from mudan.core.calls.model import Start
from mudan.core.path import Path
from mudan.core.people.model import Role
from mudan.core.plans import actions as plans
from mudan.core.responses import actions as responses
from mudan.core.rules.model import Comparison, Op, Property
from mudan.core.tasks import actions as tasks
from mudan.core.tasks.actions import FieldEvent
from mudan.primitives.clock import ManualClock
from mudan.storage.pool import Connection
from tests.core.calls.test_chain import tree
from tests.core.county import (
    actor,
    actor_of,
    add_crew,
    add_entity,
    add_person,
    add_unit,
    later,
    open_incident,
    raise_alarm,
)
from tests.core.plans.bench import small
from tests.core.rules.bench import rule
from tests.core.test_path import QUANTITIES, Flaky, Stand
from tests.database import COUNTY, START, TOWN
from tests.restored import Restored

pytestmark = pytest.mark.anyio
# Told after 40 s, over after 30 s; a deadband of half a metre.
SLOW = rule(
    Comparison("level", Op.GE, Property("warning_level_m"), hysteresis=0.5),
    name="water.high", hold_s=40, release_s=30,
)  # fmt: skip
object.__setattr__(SLOW, "entity_types", ("HydrometricStation",))
# Seconds of each look at the clock, and the level read then, if any. The rise is told at 45, its end at 135.
LOOKS = (
    (1, 11.0), (20, 9.8), (39, None), (45, None), (61, None), (100, 9.0), (131, None), (135, None), (190, 11.0),
    (301, None), (602, None), (661, None), (725, None), (790, 11.0), (1210, None), (1805, None), (2500, None),
    (5000, None), (9000, None),
)  # fmt: skip
# What differs between two lives of one county: names made up at random.
_SEEN = (
    "select regexp_replace(to_jsonb(t)::text,"
    " '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '#', 'g') as line"
)
_BY_OUR_CLOCK = {"audit", "person", "migration"}  # the database's own time stands in them


class Life(Stand):
    """A county in a flood, with something of every kind that waits for its time."""

    async def start(self) -> None:
        """Start (again)."""
        self.path = Path(self.db, self.clock, QUANTITIES, [SLOW], self.heard, keep_good_hours=24)
        await self.path.start()

    async def begin(self) -> None:
        """Escalation, shelf, crew in danger, plan with tasks, calls and reports, call chain, all at 0 s."""
        async with self.db.work() as connection:
            self.station = await add_entity(connection, properties={"warning_level_m": 10})
            await raise_alarm(
                connection, await add_entity(connection, "E1"), rule=rule(name="fire.big", level=1)
            )
            shelved = await raise_alarm(
                connection, await add_entity(connection, "E2"), rule=rule(name="fire.any")
            )
            shelf: dict[str, Any] = {"minutes": 10.0, "reason": "检修"}
            await alarm_actions.handle(connection, Action.SHELVE, [shelved], actor(), START, **shelf)
            await plans.adopt(connection, START, small(), area=COUNTY)
            await self._commanded(connection)
            await tree(connection)
            await calls.start(connection, actor(), START, Start("转移", "请转移", TOWN, answer_within_s=60))
        await self.start()

    async def _commanded(self, connection: Connection) -> None:
        officer = actor_of(await add_person(connection, "officer", Role.DUTY_OFFICER))
        await add_person(connection, "leader", Role.LEADER)
        incident, unit = await open_incident(connection, officer), await add_unit(connection)
        crew = await add_crew(connection, unit, area=COUNTY)
        task = await tasks.assign(connection, incident.id, unit.id, "去", officer, START)
        offered = await add_unit(connection, "R-2")
        await tasks.assign(connection, incident.id, offered.id, "也去", officer, START)
        await tasks.report(connection, task.id, FieldEvent("arrive", uuid4(), START), crew, START)
        await tasks.check(connection, task.id, 600, 120, "深水作业", officer, START)
        await responses.start(connection, officer, START, "small-flood", "IV", "水涨", incident.id)

    async def live(self, *, restarted: bool) -> None:
        """All looks at the clock."""
        for at, level in LOOKS:
            self.clock.advance((later(at) - self.clock.now()).total_seconds())
            if restarted:
                await self.start()
            if level is not None:
                await self.carry((at, level))
            await self.path.tick()

    async def seen(self) -> dict[str, list[str]]:
        """Every row of every table, with made-up names struck out."""
        async with self.db.work() as connection:
            tables = await (
                await connection.execute(
                    "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
                    " and not relispartition and has_table_privilege(oid, 'select') order by 1"
                )
            ).fetchall()
            found = {}
            for name in {table["relname"] for table in tables} - _BY_OUR_CLOCK:
                statement = f'{_SEEN} from "{name}" t order by 1'
                rows = await (await connection.execute(statement.encode())).fetchall()
                found[name] = [row["line"] for row in rows]
        return found


async def _lived(restored: Restored, *, restarted: bool) -> dict[str, list[str]]:
    db = Flaky(restored.dsns.centre)
    await db.open()
    try:
        life = Life(db, ManualClock(START))
        await life.begin()
        await life.live(restarted=restarted)
        return await life.seen()
    finally:
        await db.close()
        restored.restore()


async def test_a_centre_that_is_restarted_before_every_look_at_the_clock_does_the_same(
    restored: Restored, anyio_backend: Any
) -> None:
    one, other = await _lived(restored, restarted=False), await _lived(restored, restarted=True)
    differing = {
        name: sorted(set(rows) ^ set(other[name])) for name, rows in one.items() if rows != other[name]
    }
    assert differing == {}
    happened = {name: len(rows) for name, rows in one.items()}
    for name in ("alarm_event", "call_attempt", "notice_delivery", "par_event", "report_clock", "plan_watch"):
        assert happened[name] > 0, name
