"""Does a restart in the middle of a flood keep what is silent, who is called next, and what was delayed?"""

import pytest

from mudan.core.alarms import queries
from mudan.core.alarms.model import Suppression
from mudan.core.people.model import Role
from tests.api.running import Running, running
from tests.core.county import add_entity, cross, raise_alarm
from tests.core.rules.bench import rule
from tests.database import Client

pytestmark = pytest.mark.anyio
CUT = rule(name="power.feeder_outage", level=2)
SILENT = rule(name="cameras.silent", level=4)
HIGH = rule(name="meters.flood_high", level=3)


async def _told(parts: Running) -> list[tuple[str, str, str]]:
    async with parts.db.work() as connection:
        rows = await (
            await connection.execute(
                "select a.rule, v.kind, v.at::text as at from alarm_event v join alarm a"
                " on a.id = v.alarm_id order by v.id"
            )
        ).fetchall()
    return [(row["rule"], row["kind"], row["at"]) for row in rows]


async def test_a_restart_in_a_flood_changes_nothing(app_client: Client) -> None:
    parts = await running(app_client)
    await parts.enter(Role.DUTY_OFFICER)
    feeder = {"properties": {"feeder": "F"}}
    async with parts.db.work() as connection:
        substation = await add_entity(connection, "P", **feeder)
        await raise_alarm(connection, substation, rule=CUT)
        silent = [
            await raise_alarm(connection, await add_entity(connection, f"C{n}", **feeder), rule=SILENT, at=n)
            for n in range(12)
        ]
        for n in range(12):
            await raise_alarm(connection, await add_entity(connection, f"S{n}"), rule=HIGH, at=n)
    parts.clock.advance(30)
    await parts.path.tick()
    before = (await parts.client.get("/api/alarms/groups")).json()
    assert before["flood"] is not None
    told = await _told(parts)
    parts.clock.advance(5)
    await parts.path.start()
    await parts.path.tick()
    after = (await parts.client.get("/api/alarms/groups")).json()
    assert await _told(parts) == told
    assert [one["escalation"] for one in after["items"]] == [one["escalation"] for one in before["items"]]
    assert (after["flood"]["id"], after["alarms"]) == (before["flood"]["id"], before["alarms"])
    async with parts.db.work() as connection:
        shown = await queries.several(connection, silent)
        assert {alarm.suppression for alarm in shown} == {Suppression.BY_DESIGN}
        await cross(connection, substation, active=False, at=40, rule=CUT)
        assert {alarm.suppression for alarm in await queries.several(connection, silent)} == {
            Suppression.NONE
        }
