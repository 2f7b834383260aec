"""What is measured, stage by stage? Saturation first, then steady rates, each with its costs.

terminals ──0200, 0704──▶ centre ──COPY──▶ PostgreSQL
    ◀──8001 (frame → commit)    └──web socket──▶ screen (frame → screen)
"""

import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import psycopg

from mudan.primitives.clock import US_PER_S, SystemClock, to_us
from mudan.run.bench import fleet
from mudan.run.bench.crew import Worker, play, rows_of, watch
from mudan.run.bench.meter import Meter, cost, load_average, memory_mb
from mudan.run.bench.rig import Rig

CONNECT_S: Final = 120.0
HISTORY_S: Final = 3 * 3600  # saturation plays the past hours, so that its moments stay behind the clock
QUIET_S: Final = 1.5
_VEHICLE, _MOMENT, _COUNT, _SENT, _ACKED = range(5)
_Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Steady:
    """A steady rate: positions a second of the whole fleet come to this many observations a second."""

    name: str
    observations_per_s: int

    def every_s(self, vehicles: int) -> float:
        """Seconds between two positions of one vehicle."""
        return vehicles * fleet.OBSERVED / self.observations_per_s


@dataclass(frozen=True, slots=True)
class Flat:
    """As fast as acknowledged: `window` frames of `batch` positions under way on each connection."""

    name: str
    window: int
    batch: int


class Bench:
    """One rig with its load processes and its screen."""

    def __init__(self, rig: Rig, processes: int) -> None:
        self._rig = rig
        address = ("127.0.0.1", rig.centre.ports["transport"])
        self._moment = _now_s() - HISTORY_S
        self._load = [
            Worker(play, address, part, processes, rig.vehicles, self._moment) for part in range(processes)
        ]
        self._screen = Worker(watch, rig.centre.http_port, rig.centre.sign_in())
        database = rig.server.pid()
        assert database is not None
        self._meter = Meter(rig.centre.pid, database, [one.pid for one in self._load])
        self._ledgers: list[_Rows] = []

    def connect(self) -> float:
        """Bring every terminal up; returns the seconds that took."""
        began_s = time.monotonic()
        up = self._all("connect", timeout_s=CONNECT_S)
        if not all(up):
            raise TimeoutError("not every terminal was let in")
        return time.monotonic() - began_s

    def steady(self, stage: Steady, seconds: float) -> dict[str, Any]:
        """Run one steady rate and say what came of it."""
        vehicles = self._rig.vehicles
        every_s = stage.every_s(vehicles)
        self._all("set_moment", moment=_now_s() - 1)
        self._screen.ask("seen")
        start_s = time.monotonic() + 0.3
        for one in self._load:
            one.tell("paced", start_s=start_s, seconds=seconds, every_s=every_s)
        time.sleep(0.3)
        before = self._meter.read()
        time.sleep(seconds)
        after = self._meter.read()
        done = [one.answer() for one in self._load]
        time.sleep(QUIET_S)
        rows, extra = self._ledger()
        seen, told = self._screen.ask("seen")
        shown_ms = _screen_ms(rows, seen)
        used = cost(before, after)
        positions = int(rows[:, _COUNT].sum())
        spent_s = (rows[:, _ACKED].max() - rows[:, _SENT].min()) / 1e9 if len(rows) else 1.0
        return {
            "name": stage.name,
            "positions_per_s": round(positions / spent_s, 1),
            "observations_per_s": round(positions * fleet.OBSERVED / spent_s, 1),
            "every_s": round(every_s, 3),
            "commit_ms": _quantiles((rows[:, _ACKED] - rows[:, _SENT]) / 1e6),
            "screen_ms": _quantiles(shown_ms),
            "screen_heard_share": round(len(shown_ms) / max(positions, 1), 4),
            "screen": told,
            "load_late_p99_ms": round(max(one["late_p99_ms"] for one in done), 1),
            "unacknowledged": sum(one["unacknowledged"] for one in done),
            **extra,
            **self._costs(used),
        }

    def flat_out(self, stage: Flat, seconds: float) -> dict[str, Any]:
        """Run one saturation and say what came of it."""
        for one in self._load:
            one.tell("windowed", seconds=seconds, window=stage.window, batch=stage.batch)
        before = self._meter.read()
        time.sleep(seconds)
        after = self._meter.read()
        done = [one.answer() for one in self._load]
        rows, extra = self._ledger()
        self._screen.ask("seen")
        inside = rows[rows[:, _ACKED] <= rows[:, _SENT].min() + seconds * 1e9]
        positions = int(inside[:, _COUNT].sum())
        return {
            "name": stage.name,
            "window": stage.window,
            "positions_per_frame": stage.batch,
            "positions_per_s": round(positions / seconds, 1),
            "observations_per_s": round(positions * fleet.OBSERVED / seconds, 1),
            "commit_ms": _quantiles((rows[:, _ACKED] - rows[:, _SENT]) / 1e6),
            "unacknowledged": sum(one["unacknowledged"] for one in done),
            **extra,
            **self._costs(cost(before, after)),
        }

    def stored(self) -> dict[str, Any]:
        """Is what was acknowledged what is stored? Counts rows, each vehicle by itself."""
        rows = np.concatenate(self._ledgers)
        acknowledged = np.zeros(self._rig.vehicles, np.int64)
        np.add.at(acknowledged, rows[:, _VEHICLE], rows[:, _COUNT])
        with psycopg.connect(self._rig.dsns.owner) as connection:
            found = connection.execute(
                "select right(e.device, 7)::int, q.name, count(*) from observation o"
                " join entity e on e.key = o.entity join quantity q on q.id = o.quantity"
                " where q.name in ('longitude', 'latitude', 'speed', 'heading', 'altitude') group by 1, 2"
            ).fetchall()
            total = connection.execute("select count(*) from observation").fetchone()
        kept = np.zeros((self._rig.vehicles, fleet.OBSERVED), np.int64)
        names = sorted({name for _, name, _ in found})
        for vehicle, name, count in found:
            kept[vehicle, names.index(name)] = count
        missing = int(np.maximum(acknowledged[:, None] - kept, 0).sum())
        return {
            "acknowledged_positions": int(acknowledged.sum()),
            "stored_positions": int(kept[:, 0].sum()),
            "missing_observations": missing,
            "stored_observations": total[0] if total else 0,
        }

    def close(self) -> None:
        """End load and screen."""
        for one in (*self._load, self._screen):
            one.stop()

    def _all(self, word: str, **given: Any) -> list[Any]:
        for one in self._load:
            one.tell(word, **given)
        return [one.answer() for one in self._load]

    def _ledger(self) -> tuple[_Rows, dict[str, int]]:
        answers = self._all("ledger")
        rows = rows_of(answers)
        self._ledgers.append(rows)
        return rows, {"refused": sum(told["refused"] for _, told in answers)}

    def _costs(self, used: Any) -> dict[str, Any]:
        now_mb, peak_mb = memory_mb(self._rig.centre.pid)
        return {
            "cpu_pct_of_all_cores": {
                "centre": round(used.centre_pct, 1),
                "postgresql": round(used.database_pct, 1),
                "both": round(used.total_pct, 1),
                "load": round(used.load_pct, 1),
                "stolen": round(used.stolen_pct, 1),
            },
            "rss_mb": round(now_mb, 1),
            "peak_rss_mb": round(peak_mb, 1),
            "load_average": round(load_average(), 2),
        }


def _now_s() -> int:
    return to_us(SystemClock().now()) // US_PER_S


def _screen_ms(sent: _Rows, seen: _Rows) -> npt.NDArray[np.float64]:
    """Milliseconds from the frame leaving to its value's arrival on the screen, for those that arrived."""
    if not len(sent) or not len(seen):
        return np.zeros(0)
    keys = sent[:, _VEHICLE] << 40 | sent[:, _MOMENT]
    order = np.argsort(keys)
    wanted = seen[:, 0] << 40 | seen[:, 1]
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    known = keys[order][at] == wanted
    took: npt.NDArray[np.float64] = (seen[known, 2] - sent[order, _SENT][at[known]]) / 1e6
    return took


def _quantiles(ms: npt.NDArray[Any]) -> dict[str, float]:
    if not len(ms):
        return {}
    names = ("p50", "p95", "p99", "max")
    return {
        name: round(float(value), 1)
        for name, value in zip(names, np.quantile(ms, (0.5, 0.95, 0.99, 1.0)), strict=True)
    }
