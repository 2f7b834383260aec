"""How does a newcomer see the whole county at work? `mudan demo`: database, centre and simulators in one tree.

    mudan demo ─┬─ postgres (embedded)
                ├─ mudan serve
                └─ mudan simulate calm

Everything is kept in the data folder; `mudan demo --reset` starts afresh. Ctrl-C stops all of it.
"""

import argparse
import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from mudan.core.cases import actions as cases
from mudan.primitives.clock import SystemClock
from mudan.primitives.errors import Conflict, MudanError, Unavailable
from mudan.run import county, plans, seed
from mudan.run.cli import TIED
from mudan.run.discover import declared
from mudan.run.hall import hall_environment, issue_key
from mudan.run.settings import settings_from
from mudan.storage.embedded import EmbeddedServer
from mudan.storage.migrate import migrate
from mudan.storage.pool import Database

LOCK: Final = "demo.lock"
READY_S: Final = 60.0
STOP_S: Final = 10.0


def main(argv: list[str]) -> int:
    """Run the demo until it is interrupted. 0 when stopped, 1 when it could not start."""
    parser = argparse.ArgumentParser(prog="mudan demo")
    parser.add_argument("--reset", action="store_true", help="forget everything and start afresh")
    options = parser.parse_args(argv)
    settings = settings_from()
    server = EmbeddedServer(settings.data)
    _stop_when_told()
    try:
        with _alone(settings.data), _stopping(server):
            if options.reset:
                _forget(settings.data, server)
            _step("数据库 database")
            dsns = server.start()
            migrate(dsns.owner)
            _step("示例县 example county")
            example = county.printed()
            sign_ins = asyncio.run(_seeded(dsns.centre, settings.data, example))
            hall = hall_environment(settings)
            with _child(hall, "serve") as centre:
                _step("运行中心 centre")
                address = f"http://{settings.host}:{settings.port}"
                asyncio.run(_happened(dsns.centre, example["cases"]))  # while the centre starts
                _wait_until_ready(f"{address}/readyz", centre)
                with _child(hall, "simulate", "calm") as players:
                    _welcome(address, sign_ins)
                    _watch(server, centre, players)
    except KeyboardInterrupt:
        print("\n已停止，数据已保存。 Stopped; everything is kept.", flush=True)
    except MudanError as error:
        print(f"mudan demo: {error.reason}", file=sys.stderr)
        return 1
    return 0


def _stop_when_told() -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):  # also where a script's background job ignores the latter
        signal.signal(number, interrupt)


def _step(what: str) -> None:
    print(f"· {what} …", flush=True)


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Two demos in one folder would stop each other's database. Raises Conflict while another one runs there."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(
                f"本目录已有演示在运行，请先停止。 A demo already runs in {data}; stop it first."
            ) from None
        yield


def _forget(data: Path, server: EmbeddedServer) -> None:
    """Remove everything but the lock that this demo holds."""
    server.stop()
    server.remove()
    for path in data.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != LOCK:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _stopping(server: EmbeddedServer) -> Iterator[None]:
    try:
        yield
    finally:
        server.stop()


@contextlib.contextmanager
def _child(hall: Mapping[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        **hall,
        "MUDAN_DEMO": "1",
        # The make-believe weather service serves its feed beside the devices it plays (platforms/emergency/simulator).
        "MUDAN_EMERGENCY_FEEDS": os.environ.get(
            "MUDAN_EMERGENCY_FEEDS", f"http://127.0.0.1:{_feed_port()}/feed.atom"
        ),
        "MUDAN_EMERGENCY_POLL_S": os.environ.get("MUDAN_EMERGENCY_POLL_S", "10"),
        "MUDAN_SECURE_COOKIES": os.environ.get("MUDAN_SECURE_COOKIES", "0"),
    }
    log = settings_from().data / f"{words[0]}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 - our own program, no words from outside
            [sys.executable, "-m", "mudan.run.cli", TIED, *words],
            stdin=subprocess.PIPE,  # never written to: it closes with us
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C comes here first; children are then stopped in order
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _feed_port() -> int:
    return int(os.environ.get("MUDAN_EMERGENCY_PORT") or declared("emergency").port or 0) + 1


def _wait_until_ready(address: str, centre: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if centre.poll() is not None:
            tail = (settings_from().data / "serve.log").read_text(errors="replace")[-1500:]
            raise Unavailable(f"the centre stopped:\n{tail}")
        with contextlib.suppress(URLError, OSError), urlopen(address, timeout=2) as answer:  # noqa: S310 - our own
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise Unavailable(f"the centre did not become ready within a minute{_not_ready(address)}; see serve.log")


def _not_ready(address: str) -> str:
    """Which parts of the centre do not answer, as it says itself."""
    try:
        urlopen(address, timeout=2).close()  # noqa: S310 - our own
    except HTTPError as error:
        checks = json.loads(error.read())["checks"]
        return ": " + ", ".join(name for name, good in checks.items() if not good)
    except (URLError, OSError, ValueError, KeyError):
        return ""
    return ""


async def _seeded(dsn: str, data: Path, example: dict[str, Any]) -> list[dict[str, Any]]:
    """Load the example county; the generated sign-ins are kept in the data folder for the next start."""
    file = data / "secrets" / "demo-sign-ins.json"
    db = Database(dsn, size=2)
    await db.open()
    try:
        kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        kept |= await seed.load(db, SystemClock(), example)
        lost = [user["login"] for user in example["users"] if user["login"] not in kept]
        kept |= await seed.new_passwords(db, SystemClock(), lost)  # a first start was cut short
        async with db.work() as connection:
            await plans.load(connection, SystemClock())
        await issue_key(db, SystemClock())
    finally:
        await db.close()
    file.touch(mode=0o600)
    file.write_text(json.dumps(kept, indent=1))
    return [{**user, "password": kept[user["login"]]} for user in example["users"]]


async def _happened(dsn: str, stories: list[dict[str, Any]]) -> None:
    """The example cases of the weeks before."""
    db = Database(dsn, size=2)
    await db.open()
    try:
        async with db.work() as connection:
            await cases.load_example(connection, stories, SystemClock().now())
    finally:
        await db.close()


def _welcome(address: str, sign_ins: list[dict[str, Any]]) -> None:
    print("\n牡丹 Mudan — 演示数据 / demo data\n")
    print(f"  {address}\n")
    for user in sign_ins:
        print(f"  {user['role']:<20} {user['login']:<16} {user['password']}")
    print("\n  开始一场暴雨 start a storm:   make storm")
    print("  雾、泄漏、火灾 fog, gas, fire: mudan simulate fog | gas | fire")
    print("  停止 stop:                    Ctrl-C\n", flush=True)


def _watch(server: EmbeddedServer, *children: subprocess.Popen[bytes]) -> None:
    while True:
        server.pid()  # collects a server that died; the centre starts it again
        for child in children:
            if child.poll() is not None:
                raise Unavailable(
                    f"a part of the demo stopped with {child.returncode}; see the logs in the data folder"
                )
        time.sleep(0.5)
