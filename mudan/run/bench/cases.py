"""Do the inbox, the map and the figures of a hundred thousand open cases come at once? `mudan bench cases`.

Every question is asked of the real `mudan serve` over one kept connection, as its screens ask it, signed in as a duty
officer, through the walls. Beside each stands how many times as long it takes as reading all cases once, in PostgreSQL
alone, in the same run.
"""

import argparse
import contextlib
import http.client
import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np
import psycopg

from mudan.primitives.clock import CST, SystemClock
from mudan.primitives.errors import Unavailable
from mudan.run.bench import caseload
from mudan.run.bench.meter import Meter, cores, load_average, machine, stolen_s
from mudan.run.bench.rig import Rig, SignedIn, centre_with_fleet, county

OPEN: Final = 100_000
ROUNDS: Final = 40
WARM: Final = 3
TARGET_MS: Final = 200.0
_BASELINE: Final = 15


def run(options: argparse.Namespace) -> int:
    """Measure and print. 0 when every question met the target, 1 otherwise."""
    found = measured(options.cases or OPEN, options.rounds or ROUNDS)
    print(json.dumps(found, ensure_ascii=False) if options.json else told(found))
    return 0 if all(one["ms"]["p95"] <= TARGET_MS for one in found["questions"]) else 1


def measured(open_cases: int, rounds: int) -> dict[str, Any]:
    """Seed so many open cases and as many ended ones, and ask every question so many times."""
    now = SystemClock().now()
    of = county(0)
    for name, more in caseload.seed().items():
        of[name] += more
    with centre_with_fleet(of) as rig:
        begun = time.monotonic()
        rows = caseload.load(rig.dsns.superuser, 2 * open_cases, now)
        seeded_s = time.monotonic() - begun
        plain = _baseline(rig)
        with contextlib.closing(_Asking(rig, rig.centre.sign_in())) as asking:
            questions = [asking.rounds(name, path, rounds) for name, path in _questions(now).items()]
    for one in questions:
        one["ratio"] = round(one["ms"]["p50"] / plain["p50"], 2)
    return {
        "machine": machine(), "load_average": round(load_average(), 2), "open_cases": open_cases, "rounds": rounds,
        "rows": rows, "seeded_s": round(seeded_s, 1), "plain_scan_ms": plain, "target_ms": TARGET_MS,
        "questions": questions,
    }  # fmt: skip


def _questions(now: datetime) -> dict[str, str]:
    day = f"{now.astimezone(CST):%Y-%m-%d}"
    box = {"west": caseload.WEST, "south": caseload.SOUTH, "east": caseload.WEST + caseload.SIDE,
           "north": caseload.SOUTH + caseload.SIDE}  # fmt: skip
    near = box | {"east": caseload.WEST + 0.02, "north": caseload.SOUTH + 0.02}

    def metrics(what: str, **more: Any) -> str:
        return f"/api/cases/metrics/{what}?{urlencode({'window': 'month', 'day': day, **more})}"

    def inbox(**more: Any) -> str:
        return f"/api/cases?{urlencode({'limit': 100, **more})}"

    return {
        "inbox, first page": inbox(),
        "inbox, page 100": inbox(offset=9_900),
        "inbox, filtered": inbox(class_code="0201", department=caseload.department(3), area=caseload.town(5)),
        "inbox, searched, found often": inbox(q="解放路12"),
        "inbox, searched, found once": inbox(q="压测案件4242 "),
        "inbox, all states": inbox(state="all"),
        "inbox, closed": inbox(state="closed"),
        "map, whole county": f"/api/cases/map?{urlencode(box)}",
        "map, two kilometres": f"/api/cases/map?{urlencode(near)}",
        "cases of one cause, fourteen days": "/api/cases/clusters?days=14",
        "figures, month by area": metrics("figures", group="area"),
        "figures, month by department": metrics("figures", group="department"),
        "figures, month by class": metrics("figures", group="class"),
        "figures, month from the 19th": metrics("figures", window="month_from"),
        "figures, day from noon": metrics("figures", window="day_from"),
        "cases behind a figure": metrics(
            "cases", group="area", metric="handled_in_time", key=caseload.town(3)
        ),
    }


def _baseline(rig: Rig) -> dict[str, float]:
    """Milliseconds that PostgreSQL alone takes to read every case once, without walls."""
    ms = []
    with psycopg.connect(rig.dsns.superuser, autocommit=True) as connection:
        for _ in range(_BASELINE):
            begun = time.perf_counter()
            connection.execute("select count(*), max(lamp) from case_file").fetchone()
            ms.append((time.perf_counter() - begun) * 1e3)
    return _quantiles(ms)


class _Asking:
    """One kept connection to the centre."""

    def __init__(self, rig: Rig, signed_in: SignedIn) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", rig.centre.http_port, timeout=60)
        self._headers = {"Cookie": signed_in.cookie, "Accept": "application/json"}
        self._meter = Meter(rig.centre.pid, rig.server.pid() or 0, [])

    def rounds(self, name: str, path: str, count: int) -> dict[str, Any]:
        """Ask so many times; milliseconds from asking to the whole answer."""
        for _ in range(WARM):
            answer = self._ask(path)
        ms, stolen, since, before = [], stolen_s(), time.monotonic(), self._meter.read()
        for _ in range(count):
            begun = time.perf_counter()
            answer = self._ask(path)
            ms.append((time.perf_counter() - begun) * 1e3)
        after = self._meter.read()
        spent_s = after.centre_s + after.database_s - before.centre_s - before.database_s
        kept = 100 * (stolen_s() - stolen) / ((time.monotonic() - since) * cores())
        return {
            "name": name, "ms": _quantiles(ms), "cpu_ms_mean": round(1e3 * spent_s / count, 1),
            "found": _found(answer), "stolen_pct": round(kept, 1),
        }  # fmt: skip

    def _ask(self, path: str) -> Any:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise Unavailable(f"{path} answered {answer.status}: {text[:300]!r}")
        return json.loads(text)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _found(answer: Mapping[str, Any]) -> int:
    """How much there was in an answer: cases in all, or groups."""
    return int(answer["total"]) if "total" in answer else len(answer.get("groups", answer.get("items", ())))


def _quantiles(ms: list[float]) -> dict[str, float]:
    names = ("p50", "p95", "max")
    return {
        name: round(float(q), 1) for name, q in zip(names, np.quantile(ms, (0.5, 0.95, 1.0)), strict=True)
    }


def told(found: dict[str, Any]) -> str:
    """The figures as lines of text."""
    at, plain, rows = found["machine"], found["plain_scan_ms"], found["rows"]
    lines = [
        f"mudan bench cases · {at['cpu']}, {at['cores']} cores, load {found['load_average']}",
        f"  {found['open_cases']} open cases and as many ended ones, seeded in {found['seeded_s']} s: "
        + ", ".join(f"{count} {table}" for table, count in rows.items()),
        f"  reading every case once, PostgreSQL alone: p50 {plain['p50']} p95 {plain['p95']} ms",
        f"  through the HTTP API, {found['rounds']} times each, target p95 {found['target_ms']:g} ms",
    ]
    for one in found["questions"]:
        ms = one["ms"]
        mark = "" if ms["p95"] <= found["target_ms"] else "   over the target"
        lines.append(
            f"    {one['name']:<30} p50 {ms['p50']:>7.1f}  p95 {ms['p95']:>7.1f}  max {ms['max']:>7.1f} ms;"
            f" centre and PostgreSQL spend {one['cpu_ms_mean']:g} ms;"
            f" {one['ratio']:>5.2f} of the plain reading; found {one['found']}; stolen {one['stolen_pct']:g} %{mark}"
        )
    return "\n".join(lines)
