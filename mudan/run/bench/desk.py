"""How long does a dispatcher wait for the ranking? The real `mudan serve`, a thousand units, its HTTP API.

Every question is `GET /api/incidents/{id}/candidates` as the screen asks it, over one kept connection. Between
questions the whole fleet moves and reports, so that nothing of a question can be left from the one before.
"""

import asyncio
import contextlib
import http.client
import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from mudan.core.entities import queries as entities
from mudan.core.observations import actions as observations
from mudan.core.observations.model import Columns, Quantity
from mudan.core.roads import actions as roads
from mudan.core.roads.model import Graph
from mudan.core.roads.model.graph import F64
from mudan.primitives.clock import SystemClock, to_us
from mudan.primitives.errors import Unavailable
from mudan.primitives.text import Text
from mudan.run.bench.meter import Meter, Reading, cores, stolen_s
from mudan.run.bench.rig import AREA, Centre, Rig, SignedIn, centre_with_fleet, county
from mudan.storage.pool import Database

TOWNS: Final = 26
INCIDENTS: Final = 20
WARM: Final = 20
IDLE_S: Final = 3.0
TARGET_MS: Final = 50.0
NAMES: Final = ("longitude", "latitude")
KINDS: Final = (("ambulance", "medical"), ("fire", "firefighting"), ("patrol", "patrol"))


def measured(graph: Graph, order: Sequence[int], units: int, rounds: int, places: F64) -> dict[str, Any]:
    """Milliseconds from asking to the whole answer; `places` are where incidents lie, [n, 2]."""
    of = _seed(graph, units)

    async def prepare(db: Database) -> None:
        clock = SystemClock()
        async with db.work() as connection:
            await roads.take_up(connection, graph, order, clock.now(), "bench")
        await _reported(db, graph, 0)

    with centre_with_fleet(of, prepare=prepare) as rig:
        signed_in = rig.centre.sign_in()
        _wait_for_roads(rig.centre, signed_in)
        matters = [_incident(rig.centre, signed_in, place) for place in places[:INCIDENTS].tolist()]
        with contextlib.closing(_Asking(rig, signed_in, matters)) as asking, _reporting(rig, graph) as moved:
            for at in range(WARM):
                found = asking.ask(at)
            standing = asking.rounds(rounds)
            moving = asking.rounds(rounds, before=moved)
    return {
        "units": found["total"], "rows": len(found["items"]), "by_road": found["by_road"], "rounds": rounds,
        "bytes": asking.size, "all_moved": moving, "all_stood": standing, "target_ms": TARGET_MS,
    }  # fmt: skip


class _Asking:
    """One kept connection; how long each answer took, and what the centre and the database spent on it."""

    def __init__(self, rig: Rig, signed_in: SignedIn, matters: list[str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", rig.centre.http_port, timeout=60)
        self._headers = {"Cookie": signed_in.cookie, "Accept": "application/json"}
        self._meter = Meter(rig.centre.pid, rig.server.pid() or 0, [])
        self._matters = matters
        self.size = 0

    def ask(self, at: int) -> Any:
        """Ask for the ranking of one of the incidents; the answer."""
        path = f"/api/incidents/{self._matters[at % len(self._matters)]}/candidates"
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise Unavailable(f"the ranking answered {answer.status}: {text[:300]!r}")
        self.size = len(text)
        return json.loads(text)

    def rounds(self, count: int, before: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
        """So many questions: milliseconds on the clock, and of processor time for each beyond what idles anyway."""
        ms, spent_s, idle = [], 0.0, self._idle()
        stolen, since = stolen_s(), time.monotonic()
        self._connection.close()  # the centre has closed it meanwhile; the next question opens another
        self.ask(0)
        for at in range(count):
            before(at)
            used, begun = self._meter.read(), time.perf_counter()
            self.ask(at)
            ms.append((time.perf_counter() - begun) * 1e3)
            now = self._meter.read()
            spent_s += _spent_s(used, now) - idle * (now.at_s - used.at_s)
        taken = (stolen_s() - stolen) / (time.monotonic() - since) / cores()
        return {"ms": ms, "cpu_ms_mean": round(spent_s / count * 1e3, 1), "stolen_pct": round(100 * taken, 1)}

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _idle(self) -> float:
        """The share of a core that centre and database use while nobody asks: timers, plans, roads."""
        before = self._meter.read()
        time.sleep(IDLE_S)
        after = self._meter.read()
        return _spent_s(before, after) / (after.at_s - before.at_s)


def _spent_s(before: Reading, after: Reading) -> float:
    return after.centre_s + after.database_s - before.centre_s - before.database_s


def _seed(graph: Graph, units: int) -> dict[str, Any]:
    """The usual fleet of the rig, a unit in each vehicle, towns where calls come from."""
    of = county(units)
    random = np.random.default_rng(7)
    homes, towns = _places(graph, random, units), _places(graph, random, TOWNS)
    of["entities"] += [
        {
            "urn": f"urn:ngsi-ld:Town:{at}", "type": "Town", "platform": "county", "device": None, "area_code": AREA,
            "name_zh": f"镇{at}", "name_en": f"Town {at}", "lon": lon, "lat": lat,
            "properties": {"demo_residents": 10_000 + 1_000 * at},
        }
        for at, (lon, lat) in enumerate(towns.tolist())
    ]  # fmt: skip
    vehicles = [one["urn"] for one in of["entities"] if one["type"] == "Vehicle"]
    of["units"] = [
        {
            "code": f"U-{at:04}", "name_zh": f"力量{at}", "name_en": f"Unit {at}", "kind": KINDS[at % 3][0],
            "capabilities": [KINDS[at % 3][1]], "crew_count": 3, "home_lon": lon, "home_lat": lat, "area_code": AREA,
            "department": None, "vehicle_urn": vehicles[at],
        }
        for at, (lon, lat) in enumerate(homes.tolist())
    ]  # fmt: skip
    return of


def _places(graph: Graph, random: np.random.Generator, count: int) -> F64:
    west, south, east, north = graph.bounds
    return random.uniform((west, south), (east, north), (count, 2))


@contextlib.contextmanager
def _reporting(rig: Rig, graph: Graph) -> Iterator[Callable[[int], None]]:
    """What makes the whole fleet report from elsewhere, over a connection that is there all the while."""
    with asyncio.Runner() as runner:
        db = Database(rig.dsns.centre, size=2)
        runner.run(db.open())
        try:
            yield lambda at: runner.run(_reported(db, graph, at + 1))
        finally:
            runner.run(db.close())


async def _reported(db: Database, graph: Graph, round_: int) -> None:
    """Every vehicle stands somewhere else, and the latest values say so."""
    us = to_us(SystemClock().now())
    async with db.work() as connection:
        degrees = [Quantity(name, "deg", Text("位置", "place")) for name in NAMES]
        ids = await observations.declare(connection, degrees)
        days = await observations.prepare_days(connection, SystemClock().now().date())
        keys = [
            one.entity.key for one in await entities.everything(connection) if one.entity.type == "Vehicle"
        ]
        places = _places(graph, np.random.default_rng(round_), len(keys))
        n = len(keys)
        columns = Columns.of(
            keys * 2, [ids[NAMES[0]]] * n + [ids[NAMES[1]]] * n, [*places[:, 0].tolist(), *places[:, 1].tolist()],
            [us] * 2 * n, [us] * 2 * n, [0] * 2 * n,
        )  # fmt: skip
        recorder = observations.Recorder(days, Columns.empty())
        await recorder.record(connection, columns, np.zeros(2 * n, np.int16), us)
        await recorder.flush(connection, us)


def _incident(centre: Centre, signed_in: SignedIn, place: Sequence[float]) -> str:
    body = {"title": "压测", "kind": "fire", "level": 2, "lon": place[0], "lat": place[1]}
    status, answer = centre.ask("POST", "/api/incidents", body, signed_in)
    if status != 201:
        raise Unavailable(f"opening an incident answered {status}: {answer}")
    found: str = answer["id"]
    return found


def _wait_for_roads(centre: Centre, signed_in: SignedIn, within_s: float = 180.0) -> None:
    """The network is laid out after the start; the ranking is by road from then on."""
    _until(lambda: bool(centre.ask("GET", "/api/roads", None, signed_in)[1]["engine"]), within_s)


def _until(true: Callable[[], bool], within_s: float) -> None:
    began_s = time.monotonic()
    while not true():
        if time.monotonic() - began_s > within_s:
            raise Unavailable("the centre took up no road network in time")
        time.sleep(0.2)
