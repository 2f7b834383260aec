"""Is what was acknowledged still there after the centre and its database were killed, again and again?"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
import pytest

from mudan.primitives.clock import SystemClock
from mudan.run.bench import fleet
from mudan.run.bench.load import Load
from mudan.run.bench.rig import AREA, Rig, SignedIn, centre_with_fleet, county
from tests.faults.standing import (
    COUNT,
    MOMENT,
    VEHICLE,
    Away,
    Traffic,
    address,
    history_s,
    kill_centre,
    kill_database,
    until,
)

CYCLES = 10
VEHICLES, SPEEDING = 200, 5
MUTE, OFFLINE = VEHICLES - 2, VEHICLES - 1  # the two that take no part in the traffic
WITHIN_S = 5.0


@dataclass(slots=True)
class Aftermath:
    """What stands after all the kills, and what was promised before and between them."""

    rig: Rig
    session: SignedIn
    traffic: Traffic
    orders: dict[str, str]
    task: str
    ready_s: list[float] = field(default_factory=list)
    centre_s: list[float] = field(default_factory=list)
    database_s: list[float] = field(default_factory=list)
    away_s: list[float] = field(default_factory=list)  # what the host kept from the cores in each recovery

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the database says to its owner."""
        with psycopg.connect(self.rig.dsns.owner) as connection:
            return connection.execute(statement.encode()).fetchall()

    def get(self, path: str) -> Any:
        """What the API says."""
        status, body = self.rig.centre.ask("GET", path, signed_in=self.session)
        assert status == 200, body
        return body

    def post(self, path: str, body: Any) -> Any:
        """What the API does."""
        status, answer = self.rig.centre.ask("POST", path, body, self.session)
        assert status in (200, 201), answer
        return answer

    def state_of(self, order: str) -> str:
        """The state of one command."""
        vehicle = MUTE if order == "sent" else OFFLINE
        items = self.get(f"/api/platforms/transport/commands?urn={fleet.urn(vehicle)}")["items"]
        return next(str(one["state"]) for one in items if one["id"] == self.orders[order])


@pytest.fixture(scope="module")
def aftermath() -> Iterator[Aftermath]:
    """A centre under load, killed ten times, and its database ten times, in between each other."""
    seed = county(VEHICLES)
    for one in seed["entities"][:SPEEDING]:
        one["properties"]["max_speed_kmh"] = 10
    seed["units"] = [
        {
            "code": "R1", "name_zh": "救援一队", "name_en": "Rescue 1", "kind": "rescue", "capabilities": [],
            "crew_count": 3, "home_lon": 107.3, "home_lat": 30.3, "area_code": AREA, "department": None,
            "vehicle_urn": fleet.urn(OFFLINE),
        }
    ]  # fmt: skip
    with centre_with_fleet(seed) as rig:
        traffic = Traffic(Load(address(rig), range(VEHICLES - 2), history_s()), every_s=1.0)
        found = Aftermath(rig, rig.centre.sign_in(), traffic, {}, "")
        _give_orders(found)
        dice = random.Random(20261123)
        with traffic.flowing():
            assert until(lambda: found.rows("select count(*) from alarm where active") == [(SPEEDING,)])
            for _ in range(CYCLES):
                time.sleep(0.3 + dice.random())
                clock = Away()
                ready_s, answered_s = kill_centre(rig, traffic)
                found.ready_s.append(ready_s)
                found.centre_s.append(answered_s)
                found.away_s.append(clock.within(answered_s))
                time.sleep(0.3 + dice.random())
                clock = Away()
                found.database_s.append(kill_database(rig, traffic))
                found.away_s.append(clock.within(found.database_s[-1]))
        yield found


def _give_orders(found: Aftermath) -> None:
    """One command stays queued (its vehicle is offline), one sent (its vehicle does not answer), one task open."""
    text = {"kind": "text", "payload": {"text": "回站", "urgent": False}}
    queued = found.post("/api/platforms/transport/commands", {"urn": fleet.urn(OFFLINE), **text})
    mute = Load(address(found.rig), [MUTE], history_s(), confirms=False)
    assert mute.connect(20)
    sent = found.post("/api/platforms/transport/commands", {"urn": fleet.urn(MUTE), **text})
    found.orders = {"queued": queued["id"], "sent": sent["id"]}

    def written() -> bool:
        mute.poll(0.1)
        return mute.commands > 0 and found.state_of("sent") == "sent"

    assert until(written)
    mute.close()
    opened = found.post("/api/incidents", {"title": "演练", "kind": "other", "level": 4})
    unit = found.get("/api/units")["items"][0]["id"]
    assigned = found.post(
        f"/api/incidents/{opened['id']}/tasks", {"unit_id": unit, "order": "前往核查", "expires_s": 3600}
    )
    found.task = assigned["id"]


def test_acknowledgements_come_again_within_five_seconds(aftermath: Aftermath) -> None:
    for name in ("ready_s", "centre_s", "database_s", "away_s"):
        figures = getattr(aftermath, name)
        print(f"{name}: n={len(figures)} median={np.median(figures):.2f} worst={max(figures):.2f}")
    assert len(aftermath.centre_s) == len(aftermath.database_s) == CYCLES
    centre_away, database_away = aftermath.away_s[::2], aftermath.away_s[1::2]
    assert max(np.subtract(aftermath.centre_s, centre_away)) <= WITHIN_S
    assert max(np.subtract(aftermath.database_s, database_away)) <= WITHIN_S


def test_what_was_acknowledged_is_stored_with_its_value(aftermath: Aftermath) -> None:
    rows = aftermath.traffic.rows()
    stored = aftermath.rows(
        "select right(e.device, 7)::int, extract(epoch from o.observed_at)::bigint, o.value from observation o"
        " join entity e on e.key = o.entity join quantity q on q.id = o.quantity where q.name = 'latitude'"
    )
    values = {(vehicle, moment): value for vehicle, moment, value in stored}
    promised = {
        (vehicle, moment + n)
        for vehicle, moment, count in rows[:, (VEHICLE, MOMENT, COUNT)].tolist()
        for n in range(count)
    }
    print(
        f"acknowledged {len(promised)}, stored {len(values)}, unacknowledged {aftermath.traffic.unacknowledged}"
    )
    assert len(promised) > 1_000
    assert promised <= values.keys()
    assert aftermath.traffic.unacknowledged == 0
    told = np.array(sorted(promised))
    expected = fleet.latitude(told[:, 0], told[:, 1])
    assert np.allclose(expected, [values[vehicle, moment] for vehicle, moment in told.tolist()])


def test_nothing_is_stored_twice(aftermath: Aftermath) -> None:
    assert not aftermath.rows(
        "select 1 from observation group by entity, quantity, observed_at having count(*) > 1"
    )


def test_no_alarm_is_doubled(aftermath: Aftermath) -> None:
    alarms = aftermath.rows("select rule, active, count(*), count(distinct entity) from alarm group by 1, 2")
    assert alarms == [("transport.overspeed", True, SPEEDING, SPEEDING)]
    assert aftermath.rows("select kind, count(*) from alarm_event group by 1") == [("raised", SPEEDING)]


def test_the_latest_values_are_the_newest_of_the_history(aftermath: Aftermath) -> None:
    differing = (
        "select count(*) from (select distinct on (entity, quantity) entity, quantity, observed_at, value"
        " from observation where quality & 31 = 0 order by entity, quantity, observed_at desc) h"
        " full join observation_latest l using (entity, quantity)"
        " where (l.observed_at, l.value) is distinct from (h.observed_at, h.value)"
    )
    assert until(lambda: aftermath.rows(differing) == [(0,)]), aftermath.rows(differing)


def test_queued_and_sent_commands_and_an_open_task_go_on(aftermath: Aftermath) -> None:
    assert aftermath.state_of("queued") == "queued"
    assert aftermath.state_of("sent") == "sent"
    assert [task["state"] for task in _tasks(aftermath)] == ["offered"]
    awake = Load(address(aftermath.rig), [MUTE, OFFLINE], history_s())
    assert awake.connect(20)

    def delivered() -> bool:
        awake.poll(0.1)
        return {aftermath.state_of("queued"), aftermath.state_of("sent")} == {"delivered"}

    assert until(delivered)
    assert until(lambda: _tasks(aftermath)[0]["receipt"]["state"] == "delivered")
    event = {"event": "accept", "client_id": str(uuid4()), "device_at": SystemClock().now().isoformat()}
    assert aftermath.post(f"/api/tasks/{aftermath.task}/events", event)["state"] == "accepted"
    awake.close()


def _tasks(aftermath: Aftermath) -> list[dict[str, Any]]:
    return [one for one in aftermath.get("/api/tasks")["items"] if one["id"] == aftermath.task]
