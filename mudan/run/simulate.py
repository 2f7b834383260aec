"""Who plays the field in a demo? `mudan simulate`: the make-believe county, and every platform's devices in it.

    mudan simulate [calm|storm|fog|gas|fire] [--seed N] [--scale X] [--water-port N] … [--fault DEVICE=KIND]
    mudan simulate --print-seed

When a simulation already runs on the data folder (MUDAN_DATA), scenario and `--fault` are passed on to it.
`fog`, `gas` and `fire` begin at nature's own pace unless `--scale` says otherwise.
A storm runs at ×30: an hour of nature in two minutes, so that the first station passes its warning level
after about 45 s, and the reservoir above the county seat its flood limit after about 70 s.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol, get_args

from mudan.primitives.clock import SystemClock
from mudan.primitives.errors import Invalid, MudanError
from mudan.run.discover import declared, names
from mudan.simulation import control
from mudan.simulation.county import Fault
from mudan.simulation.seed import demo_seed
from mudan.simulation.world import HAZARDS, STORM_SCALE, Scenario, World

LINE_EVERY_S: Final = 60.0
RETRY_S: Final = (1.0, 30.0)
Faults = list[tuple[str, Fault]]


class Simulator(Protocol):
    """What `mudan.platforms.<name>.simulator.simulator(county, host, port)` gives."""

    async def run(self) -> None:
        """Play the platform's devices until cancelled."""
        ...


def main(argv: list[str]) -> int:
    """Run the command. Exit code 0 when done, 1 when refused, 2 for wrong arguments."""
    options = parser().parse_args(argv)
    if options.print_seed:
        json.dump(demo_seed(), sys.stdout, ensure_ascii=False, indent=1)
        print()
        return 0
    data = Path(os.environ.get("MUDAN_DATA", ".mudan"))
    try:
        faults = [_fault(text) for text in options.fault]
        if control.ask(data, {"do": "status"}) is not None:
            return _pass_on(data, options, faults)
        world = _world(options, faults)
        ports = {name: port for name in _simulated() if (port := getattr(options, f"{name}_port"))}
        asyncio.run(_run(world, data, options.host, ports))
    except MudanError as error:
        print(f"mudan simulate: {error.reason}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """The command's options; one port a platform that has a simulator."""
    built = argparse.ArgumentParser(
        prog="mudan simulate", description="Play the field of a make-believe county."
    )
    built.add_argument("scenario", nargs="?", choices=list(get_args(Scenario)))
    built.add_argument("--seed", type=int, default=1, help="another seed, other weather")
    built.add_argument("--scale", type=float, help="nature's pace: 1 for calm, 30 for storm")
    built.add_argument("--host", default="127.0.0.1", help="where the centre listens")
    built.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="DEVICE=KIND",
        help=f"break a station or vehicle: {', '.join(Fault)}",
    )
    built.add_argument("--print-seed", action="store_true", help="print the demo's data as JSON and end")
    for name in _simulated():
        variable = f"MUDAN_{name.upper()}_PORT"
        default = os.environ.get(variable, declared(name).port)
        built.add_argument(
            f"--{name.replace('_', '-')}-port",
            dest=f"{name}_port",
            type=int,
            default=default,
            help=f"the centre's port of {name}, or {variable}; without one {name} is not played",
        )
    return built


def _simulated() -> list[str]:
    """The platforms that have a simulator."""
    return [name for name in names() if find_spec(f"mudan.platforms.{name}.simulator")]


def _fault(text: str) -> tuple[str, Fault]:
    device, _, kind = text.partition("=")
    if kind not in set(Fault):
        raise Invalid(f"--fault {text}: write DEVICE=KIND with one of {', '.join(Fault)}", field="fault")
    return device, Fault(kind)


def _world(options: argparse.Namespace, faults: Faults) -> World:
    scenario: Scenario = options.scenario or "calm"
    scale = options.scale or (STORM_SCALE if scenario == "storm" else 1.0)
    world = World(options.seed, SystemClock(), scale, scenario=scenario)
    for device, fault in faults:
        world.inject(device, fault)
    return world


def _pass_on(data: Path, options: argparse.Namespace, faults: Faults) -> int:
    """Give the running simulation what was asked for; two simulations would fight over the devices."""
    requests: list[dict[str, Any]] = [
        {"do": "fault", "device": device, "fault": fault.value} for device, fault in faults
    ]
    if options.scenario == "storm":
        requests.append({"do": "storm", "scale": options.scale or STORM_SCALE})
    elif options.scenario in HAZARDS:
        scale = {"scale": options.scale} if options.scale else {}
        requests.append({"do": options.scenario, **scale})
    if not requests:
        print("mudan simulate: a simulation already runs on this data folder", file=sys.stderr)
        return 1
    for request in requests:
        state = control.ask(data, request)
        if state is None:
            raise Invalid("the running simulation has just ended")
        broken = request["do"] == "fault"
        what = f"{request['fault']}: {request['device']}" if broken else f"{request['do']} under way"
        print(f"{what} in the running simulation (×{state['scale']:g}, {state['stations']} stations)")
    return 0


async def _run(world: World, data: Path, host: str, ports: dict[str, int]) -> None:
    """Play every platform until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with control.listening(world, data), asyncio.TaskGroup() as tasks:
        restarts = dict.fromkeys(ports, 0)
        started = [
            tasks.create_task(played(world, name, host, port, restarts)) for name, port in ports.items()
        ]
        started.append(tasks.create_task(_report(world, restarts)))
        await stop.wait()
        for task in started:
            task.cancel()
    print("simulation ended", flush=True)


async def played(world: World, name: str, host: str, port: int, restarts: dict[str, int]) -> None:
    """Run one platform's simulator, again and again should it fail."""
    wait_s = RETRY_S[0]
    while True:
        begun_s = asyncio.get_running_loop().time()
        try:
            simulator: Simulator = import_module(f"mudan.platforms.{name}.simulator").simulator(
                world, host, port
            )
            await simulator.run()
            reason = "it ended by itself"
        except Exception as error:  # noqa: BLE001 - one platform's fault must not end the others' demo
            reason = f"{type(error).__name__}: {error}"
        if asyncio.get_running_loop().time() - begun_s > RETRY_S[1]:
            wait_s = RETRY_S[0]
        restarts[name] += 1
        print(f"{name}: {reason}; again in {wait_s:g} s", file=sys.stderr, flush=True)
        await asyncio.sleep(wait_s)
        wait_s = min(RETRY_S[1], wait_s * 2)


async def _report(world: World, restarts: dict[str, int]) -> None:
    """A line at the start and then every minute."""
    while True:
        state = control.status(world)
        playing = ", ".join(restarts) or "no platform"
        print(
            f"{state['now']} ×{state['scale']:g} {'storm' if state['storm'] else 'calm'}"
            f" | {state['stations']} stations, {state['vehicles']} vehicles on {playing}"
            f" | {len(state['over_limit'])} past a limit, {len(state['faults'])} broken,"
            f" {sum(restarts.values())} restarts",
            flush=True,
        )
        await asyncio.sleep(LINE_EVERY_S)
