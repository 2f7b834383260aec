"""How fast is the centre here? `mudan bench` ingest (beside PostgreSQL alone), live, dispatch, cases, imports."""

import argparse
import json
import resource
import sys
from collections.abc import Callable
from typing import Any, Final

import psycopg

from mudan.primitives.errors import MudanError
from mudan.run.bench import cases, dispatch, fleet, imports, screens
from mudan.run.bench.baseline import plain_copy
from mudan.run.bench.meter import load_average, machine
from mudan.run.bench.report import table
from mudan.run.bench.rig import Rig, centre_with_fleet, county
from mudan.run.bench.stages import Bench, Flat, Steady

SATURATE: Final = (Flat("flat out, 0704 of 20", 1, 20), Flat("flat out, 0200", 8, 1))
MOST_COPIED: Final = 1_500_000
PROCESSES: Final = 2


def main(argv: list[str]) -> int:
    """Measure and print. 0 when all that was acknowledged is stored, 1 otherwise."""
    options = _parser().parse_args(argv)
    options.seconds = options.seconds or (30.0 if options.what == "live" else 15.0)
    options.devices = options.devices or (100 if options.what == "live" else 5_000)
    if options.what == "dispatch":
        return dispatch.run(options)
    if options.what in ("cases", "imports"):
        return _told(cases.run if options.what == "cases" else imports.run, options)
    _more_files(options.devices * 2 + options.screens * 2 + 500)
    try:
        if options.what == "live":
            return screens.run(options)
        with centre_with_fleet(
            county(options.devices), keep_hours=24.0 if options.keep_frames else 0.0
        ) as rig:
            found = _measured(rig, options)
    except MudanError as error:
        print(f"mudan bench: {error.reason}", file=sys.stderr)
        return 1
    print(json.dumps(found, ensure_ascii=False) if options.json else table(found))
    return 0 if found["stored"]["missing_observations"] == 0 else 1


def _told(what: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    try:
        return what(options)
    except MudanError as error:
        print(f"mudan bench: {error.reason}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mudan bench")
    parser.add_argument("what", choices=["ingest", "live", "dispatch", "cases", "imports"])
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--seconds", type=float, help="length of each stage (default 15; live 30)")
    parser.add_argument("--devices", type=int, help="connected vehicles (default 5000; live 100)")
    parser.add_argument("--screens", type=int, default=1_000, help="live: web sockets at once (default 1000)")
    parser.add_argument("--slow", type=int, default=20, help="live: screens that never read (default 20)")
    parser.add_argument("--side", type=int, help="dispatch: lines a side of the network (default 620)")
    parser.add_argument("--cases", type=int, help="dispatch: held against scipy (default 1000); cases: open")
    parser.add_argument("--rounds", type=int, help="dispatch, cases: questions through the API")
    parser.add_argument("--rows", type=int, help="imports: of each file (default 100000)")
    parser.add_argument("--engine-only", action="store_true", help="dispatch: not through the API")
    parser.add_argument("--mode", choices=["rate", "saturate", "both"], default="both")
    parser.add_argument("--keep-frames", action="store_true", help="keep good frames for a day")
    return parser


def _measured(rig: Rig, options: argparse.Namespace) -> dict[str, Any]:
    bench = Bench(rig, PROCESSES)
    stages: list[dict[str, Any]] = []
    found: dict[str, Any] = {"machine": machine(), "settings": _settings(rig, options)}
    try:
        found["connect_s"] = round(bench.connect(), 2)
        if options.mode != "rate":
            stages += [bench.flat_out(stage, options.seconds) for stage in SATURATE]
            copied = plain_copy(rig.dsns.superuser, MOST_COPIED)
            found["baseline"] = {
                "rows": copied.rows,
                "rows_per_s": round(copied.rows_per_s, 1),
                "load_average": round(load_average(), 2),
            }
            found["ratio_to_baseline"] = {
                one["name"]: round(one["observations_per_s"] / copied.rows_per_s, 3) for one in stages
            }
        if options.mode != "saturate":
            stages += [bench.steady(stage, options.seconds) for stage in _rates(options.devices)]
        found["stages"] = stages
        found["stored"] = bench.stored()
    finally:
        bench.close()
    return found


def _rates(devices: int) -> tuple[Steady, ...]:
    """For 5,000 vehicles: 5,000, 15,000 and 25,000 observations a second; the last is one frame a second each."""
    return (
        Steady("screen, 1 frame in 5 s", devices),
        Steady("rate, 3 obs a device a second", devices * 3),
        Steady("rate, 1 frame a device a second", devices * fleet.OBSERVED),
    )


def _settings(rig: Rig, options: argparse.Namespace) -> dict[str, Any]:
    names = (
        "server_version",
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "shared_buffers",
        "wal_compression",
    )
    with psycopg.connect(rig.dsns.owner) as connection:
        server = {
            name: connection.execute("select current_setting(%s)", (name,)).fetchone() for name in names
        }
    return {
        "vehicles": options.devices,
        "seconds": options.seconds,
        "keep_good_frames_hours": 24 if options.keep_frames else 0,
        "observations_per_position": fleet.OBSERVED,
        "load_processes": PROCESSES,
        "postgresql": {name: row[0] if row else "" for name, row in server.items()},
    }


def _more_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted and (hard == resource.RLIM_INFINITY or hard > soft):
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
