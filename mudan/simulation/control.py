"""How is a running simulation told what to do? One JSON line each way over a UNIX socket in the data folder.

    {"do": "status"}
    {"do": "storm", "scale": 30}      nature's pace is raised to `scale`, never lowered; one storm at a time
    {"do": "fog"} {"do": "gas"} {"do": "fire"}      the same with a `scale` of their own choice
    {"do": "fault", "device": "…", "fault": "silent", "for_s": 600}      county seconds; left out: for good

The answer is {"ok": true, "status": {…}} or {"ok": false, "error": "…"}.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from math import inf
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Final

from mudan.primitives.errors import Invalid, MudanError, Unavailable
from mudan.simulation.county import Fault
from mudan.simulation.world import STORM_SCALE, World

SOCKET_NAME: Final = "simulate.sock"
PATH_BYTES: Final = 100  # sockaddr_un.sun_path holds 104 to 108, depending on the system
LINE_BYTES: Final = 4096
WAIT_S: Final = 5.0


def socket_path(data: Path) -> Path:
    """Where the socket is; for a data folder whose path is too long, a file of /tmp named after it."""
    path = data.resolve() / SOCKET_NAME
    if len(bytes(path)) <= PATH_BYTES:
        return path
    return Path(gettempdir()) / f"mudan-{sha256(bytes(path)).hexdigest()[:16]}.sock"


def status(world: World) -> dict[str, Any]:
    """The world in a few numbers: calendar, pace, storm, devices, who is past a limit, what is broken."""
    over = world.over_limits()
    devices = [station.device for station in world.stations] + [vehicle.phone for vehicle in world.vehicles]
    devices += [str(building.address) for building in world.buildings]
    broken = {device: fault.value for device in devices if (fault := world.fault(device))}
    return {
        "now": world.now().isoformat(timespec="seconds"),
        "elapsed_s": round(world.elapsed_s, 1),
        "seed": world.seed,
        "scale": world.scale,
        "storm": world.storming(),
        "hazards": world.under_way(),
        "stations": len(world.stations),
        "vehicles": len(world.vehicles),
        "over_limit": [
            {
                "device": one.device,
                "limit": one.limit,
                "limit_value": one.limit_value,
                "value": round(one.value, 2),
            }
            for one in over
        ],
        "faults": broken,
    }


def obey(world: World, request: Mapping[str, Any]) -> dict[str, Any]:
    """Do what one request says; the status afterwards. Raises Invalid or NotFound."""
    match request.get("do"):
        case "status":
            pass
        case "storm":
            world.set_scale(max(world.scale, _number(request, "scale", STORM_SCALE)))
            if not world.storming():
                world.start_storm()
        case "fog" | "gas" | "fire" as hazard:
            world.set_scale(max(world.scale, _number(request, "scale", world.scale)))
            world.start(hazard)
        case "fault":
            kind = str(request.get("fault"))
            if kind not in set(Fault):
                raise Invalid(f"no fault '{kind}'; there are: {', '.join(Fault)}", field="fault")
            begins_s = world.elapsed_s
            ends_s = begins_s + _number(request, "for_s", inf)
            world.inject(str(request.get("device")), Fault(kind), begins_s, ends_s)
        case other:
            raise Invalid(
                f"cannot do '{other}'; known are status, storm, fog, gas, fire and fault", field="do"
            )
    return status(world)


def ask(data: Path, request: Mapping[str, Any]) -> dict[str, Any] | None:
    """Tell the simulation that runs on this data folder; None when none runs.

    Raises Invalid with its reason when it refuses, Unavailable when it does not answer in time.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        wire.settimeout(WAIT_S)
        try:
            wire.connect(str(socket_path(data)))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        try:
            wire.sendall(json.dumps(request).encode() + b"\n")
            with wire.makefile("rb") as lines:
                answer = json.loads(lines.readline())
        except (OSError, ValueError) as error:
            raise Unavailable(f"the running simulation does not answer: {error}") from error
    if not answer["ok"]:
        raise Invalid(answer["error"])
    found: dict[str, Any] = answer["status"]
    return found


@asynccontextmanager
async def listening(world: World, data: Path) -> AsyncIterator[None]:
    """Answer requests while the block runs; the socket is its owner's alone and goes when the block ends."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                writer.write(_answer(world, await reader.readline()))
                await writer.drain()
        except (OSError, ValueError, TimeoutError):
            pass  # a caller that goes away or sends an endless line is no matter
        finally:
            writer.close()

    path = _prepared(data)
    server = await asyncio.start_unix_server(converse, path, limit=LINE_BYTES)
    path.chmod(0o600)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


def _prepared(data: Path) -> Path:
    data.mkdir(parents=True, exist_ok=True)
    return socket_path(data)


def _answer(world: World, line: bytes) -> bytes:
    try:
        request = json.loads(line)
        if not isinstance(request, dict):
            raise Invalid("a request is one JSON object")
        answer = {"ok": True, "status": obey(world, request)}
    except MudanError as error:
        answer = {"ok": False, "error": error.reason}
    except ValueError as error:
        answer = {"ok": False, "error": f"not JSON: {error}"}
    return json.dumps(answer).encode() + b"\n"


def _number(request: Mapping[str, Any], name: str, default: float) -> float:
    value = request.get(name, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not value > 0:
        raise Invalid(f"{name} must be a number above 0", field=name)
    return float(value)
