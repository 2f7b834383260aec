"""What does a measurement stand on? A fresh database, a seeded fleet, the real `mudan serve` beside it."""

import asyncio
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mudan.primitives.clock import SystemClock
from mudan.primitives.errors import Unavailable
from mudan.run import seed
from mudan.run.bench import fleet
from mudan.run.discover import platforms
from mudan.storage.embedded import Dsns, EmbeddedServer
from mudan.storage.migrate import migrate
from mudan.storage.pool import Database

READY_S: Final = 60.0
STOP_S: Final = 15.0
AREA: Final = "511500"
LOGIN: Final = "bench-officer"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session's cookie and the token that goes with its changes."""

    cookie: str
    csrf: str


class Centre:
    """The centre as its own process over one folder; may be killed and started again."""

    def __init__(self, folder: Path, *, keep_hours: float, **environment: str) -> None:
        self.folder = folder
        self.http_port = free_port()
        self.ports = {one.name: free_port() for one in platforms() if "port" in one.settings}
        self.password = ""
        own = {f"MUDAN_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        own |= {
            f"MUDAN_{one.name.upper()}_HOST": "127.0.0.1" for one in platforms() if "host" in one.settings
        }
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MUDAN_")},
            "MUDAN_DATA": str(folder),
            "MUDAN_HOST": "127.0.0.1",
            "MUDAN_PORT": str(self.http_port),
            "MUDAN_SECURE_COOKIES": "0",
            "MUDAN_KEEP_GOOD_FRAMES_HOURS": str(keep_hours),
            **own,
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> float:
        """Start it and wait until it is ready; returns the seconds that took."""
        began_s = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "mudan.run.cli", "serve"],
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.ready():
            if self._process.poll() is not None or time.monotonic() - began_s > READY_S:
                raise Unavailable("the centre did not come up:\n" + self.log.read_text()[-3000:])
            time.sleep(0.02)
        return time.monotonic() - began_s

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.folder / "serve.log"

    def ready(self) -> bool:
        """Whether it says that it is ready."""
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.ask("GET", "/readyz")[0] == 200
        return False

    def kill(self) -> None:
        """`kill -9`."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end; kill it when it does not."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def ask(
        self, method: str, path: str, body: Any = None, signed_in: SignedIn | None = None
    ) -> tuple[int, Any]:
        """One request as its own pages make it; status and JSON."""
        status, answer, _ = self._ask(method, path, body, signed_in)
        return status, answer

    def sign_in(self) -> SignedIn:
        """The session of the fleet's duty officer."""
        status, answer, cookie = self._ask(
            "POST", "/api/session", {"login": LOGIN, "password": self.password}, None
        )
        if status != 200:
            raise Unavailable(f"signing in answered {status}: {answer}")
        return SignedIn(cookie, answer["csrf_token"])

    def _ask(self, method: str, path: str, body: Any, signed_in: SignedIn | None) -> tuple[int, Any, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=20)
        headers = {"Origin": f"http://127.0.0.1:{self.http_port}", "Content-Type": "application/json"}
        if signed_in is not None:
            headers |= {"Cookie": signed_in.cookie, "X-CSRF-Token": signed_in.csrf}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            cookie = (answer.getheader("set-cookie") or "").split(";")[0]
            return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else None, cookie
        finally:
            connection.close()


@dataclass(frozen=True, slots=True)
class Rig:
    """A running centre with its database and fleet."""

    centre: Centre
    server: EmbeddedServer
    dsns: Dsns
    vehicles: int


@contextlib.contextmanager
def centre_with_fleet(
    of: dict[str, Any],
    *,
    keep_hours: float = 0.0,
    prepare: Callable[[Database], Awaitable[None]] | None = None,
    **environment: str,
) -> Iterator[Rig]:
    """A fresh centre that knows a county of this seed, gone when the block ends; `prepare` before it starts."""
    # Run by root, PostgreSQL has an account of its own, which must be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="mudan-bench-"))
    folder.chmod(0o755)
    server = EmbeddedServer(folder)
    centre = Centre(folder, keep_hours=keep_hours, **environment)
    try:
        dsns = server.start()
        migrate(dsns.owner)
        centre.password = asyncio.run(_seeded(dsns.centre, of, prepare))
        centre.start()
        vehicles = sum(one["type"] == "Vehicle" for one in of["entities"])
        yield Rig(centre, server, dsns, vehicles)
    finally:
        centre.stop()
        server.stop()
        server.remove()
        shutil.rmtree(folder, ignore_errors=True)


async def _seeded(dsn: str, of: dict[str, Any], prepare: Callable[[Database], Awaitable[None]] | None) -> str:
    db = Database(dsn, size=2)
    await db.open()
    try:
        made = await seed.load(db, SystemClock(), of)
        if prepare is not None:
            await prepare(db)
    finally:
        await db.close()
    return made[LOGIN]


def county(vehicles: int) -> dict[str, Any]:
    """A seed of vehicles on which every rule of the platform is judged, and of one duty officer."""
    return {
        "areas": [{"code": AREA, "name_zh": "压测县", "name_en": "Bench County", "level": "county"}],
        "departments": [],
        "entities": [
            {
                "urn": fleet.urn(n),
                "type": "Vehicle",
                "platform": "transport",
                "device": fleet.phone(n),
                "name_zh": f"车辆{n}",
                "name_en": f"Vehicle {n}",
                "area_code": AREA,
                "properties": {"plate": f"川A{n:05d}", "max_speed_kmh": 100, "stale_after_s": 600},
            }
            for n in range(vehicles)
        ],
        "units": [],
        "layers": {},
        "users": [{"login": LOGIN, "name": "Bench", "role": "duty_officer", "area_code": AREA}],
    }


def free_port() -> int:
    """A TCP port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
