"""How is the centre put together and run? One process: path, connectors, API, live stream, timers.

Devices are answered first; the screens' side is brought in beside them (`screens`).
"""

import asyncio
import contextlib
import gc
import logging
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, Final

import psycopg
import uvicorn
import uvloop

from mudan.connect.platform import Platform
from mudan.core.cases.model.known import learn
from mudan.core.commands import queries as commands
from mudan.core.notices import actions as notices
from mudan.core.observations.model import LINK, Columns, Quantity
from mudan.core.path import Outlet, Path
from mudan.primitives.changes import Changes
from mudan.primitives.clock import SystemClock
from mudan.primitives.errors import MudanError, Unavailable
from mudan.run.connect import SAMPLE_S, Card
from mudan.run.discover import platforms
from mudan.run.exercise import Exercises
from mudan.run.settings import Settings, settings_from
from mudan.storage.embedded import EmbeddedServer
from mudan.storage.migrate import migrate
from mudan.storage.pool import Database

if TYPE_CHECKING:
    from mudan.api.live.protocol import ScreenProtocol
    from mudan.run.screens import Screens

log = logging.getLogger(__name__)

COMMANDS_EVERY_S: Final = 2.0
LOOK_EVERY_S: Final = 0.25
OUTBOX_EVERY_S: Final = 0.5
MAIL_EVERY_S: Final = 5.0
HOUR_S: Final = 3600.0
PING_S: Final = 10.0  # a screen that answers no ping for so long is put out
SEND_BUFFER: Final = 64 << 10
PAUSE_S: Final = 0.02  # between the nouns of a tick, of which there are a dozen


class Telling:
    """Tells the screens what was committed. Before there are any, nobody looks, and whoever comes reads afresh."""

    def __init__(self) -> None:
        self.to: Outlet | None = None

    def observed(self, columns: Columns) -> None:
        """Values that are new."""
        if self.to is not None:
            self.to.observed(columns)

    def changed(self, changes: Changes) -> None:
        """What else is new."""
        if self.to is not None:
            self.to.changed(changes)


class Running:
    """The centre's parts while it runs."""

    screens: "Screens"

    def __init__(self, settings: Settings, dsn: str, connected: tuple[Platform, ...]) -> None:
        self.settings = settings
        self.clock = SystemClock()
        self.db = Database(dsn, size=12)
        self._telling = Telling()
        self.path = Path(
            self.db,
            self.clock,
            _distinct([LINK, *(quantity for one in connected for quantity in one.quantities)]),
            [rule for one in connected for rule in one.rules],
            self._telling,
            keep_good_hours=settings.keep_good_hours,
        )
        self.exercises = Exercises(self.db, self.path, self.clock)
        self.outbox = notices.FileOutbox(settings.data / "outbox")
        self._connected = connected
        learn(
            (kind for one in connected for kind in one.cases),
            (cause for one in connected for cause in one.causes),
        )
        self.cards: dict[str, Card] = {}
        self._commands = asyncio.Event()

    async def start(self) -> None:
        """Bring everything back from the database."""
        await self.db.open()
        await self.path.start()
        secret = centre_secret(self.settings)
        for one in self._connected:
            own = self.settings.of_platform(one.name)
            if one.feeds:
                own = {"folder": str(self.settings.data / "records" / one.name)} | own
            self.cards[one.name] = Card(one, self.path, self.clock, secret, own)

    async def open_screens(self) -> None:
        """Bring in the screens' side, while the devices are being answered."""
        screens = await asyncio.to_thread(_screens)
        self.screens = screens(self.settings, self.db, self.clock, self.path, self.exercises)
        await self.screens.start(self.cards, self._commands.set)
        self._telling.to = self.screens.hub

    def parts(self) -> list[Coroutine[Any, Any, None]]:
        """Everything that runs without the screens."""
        return [
            *(card.serve() for card in self.cards.values()),
            _every(1.0, self._tick),
            _every(1.0, self.path.keep_roads),
            _every(HOUR_S, self.path.daily),
            _every(SAMPLE_S, self._sample),
            _every(1.0, self._hand_over),
            self._send_commands(),
            _every(1.0, self.exercises.step),
        ]

    async def _tick(self) -> None:
        await self.path.tick(PAUSE_S)

    async def _hand_over(self) -> None:
        """Notices that leave the house go to the outbox; those of an exercise never wait there."""
        async with self.db.work() as connection:
            changes = await notices.hand_over(connection, self.outbox, self.clock.now())
        self._telling.changed(changes)

    async def _sample(self) -> None:
        for card in self.cards.values():
            card.sample()

    async def _send_commands(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(COMMANDS_EVERY_S):
                    await self._commands.wait()
            self._commands.clear()
            try:
                async with self.db.work() as connection:
                    waiting = await commands.waiting(connection)
                for card in self.cards.values():
                    await card.send(waiting)
            except Unavailable:
                continue
            except Exception:
                log.exception("commands could not be given to their connectors")


async def _every(seconds: float, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        begun = asyncio.get_running_loop().time()
        try:
            await act()
        except Unavailable:
            log.warning("the database is away; %s waits", getattr(act, "__name__", "a timer"))
        except Exception:
            log.exception("%s failed; it is tried again", getattr(act, "__name__", "a timer"))
        took = asyncio.get_running_loop().time() - begun
        await asyncio.sleep(max(seconds / 2, seconds - took))


async def _kept_up(server: EmbeddedServer) -> None:
    """Start the embedded server again whenever it has gone; what comes in waits meanwhile."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if server.pid() is None:
            log.error("the database server has gone; it is started again")
            try:
                await asyncio.to_thread(server.start)
            except (Unavailable, psycopg.Error, OSError):
                log.exception("the database server does not start; it is tried again")


def _screens() -> "type[Screens]":
    from mudan.run.screens import Screens

    return Screens


def _screen_protocol() -> "type[ScreenProtocol]":
    from mudan.api.live.protocol import ScreenProtocol

    return ScreenProtocol


def _distinct(quantities: list[Quantity]) -> list[Quantity]:
    return list({quantity.name: quantity for quantity in quantities}.values())


def centre_secret(settings: Settings) -> bytes:
    """The centre's own secret, made once; device codes that must survive a restart come from it."""
    folder = settings.data / "secrets"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "centre"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32))
    return bytes.fromhex(file.read_text())


@contextlib.contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The centre's DSN: the one given, or an embedded server that runs while the block does."""
    if settings.database_url:
        yield settings.database_url
        return
    server = EmbeddedServer(settings.data)
    was_running = server.pid() is not None
    dsns = server.start()
    try:
        migrate(dsns.owner)
        yield dsns.centre
    finally:
        if not was_running:
            server.stop()


@contextlib.asynccontextmanager
async def running(settings: Settings, dsn: str, names: list[str] | None = None) -> AsyncIterator[Running]:
    """The centre's parts, started, with everything beside the API running while the block does."""
    centre = Running(settings, dsn, platforms(names))
    await centre.start()
    parts = [asyncio.create_task(part) for part in centre.parts()]
    try:
        await centre.open_screens()
        shown = (
            centre.screens.hub.run(),
            _every(OUTBOX_EVERY_S, centre.screens.publish),
            _every(MAIL_EVERY_S, centre.screens.mail),
        )
        parts += [asyncio.create_task(part) for part in shown]
        yield centre
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)
        await centre.db.close()


async def serve(settings: Settings, dsn: str, *, ready: Callable[[], None] = lambda: None) -> None:
    """Run the centre until SIGINT or SIGTERM."""
    async with contextlib.AsyncExitStack() as stack:
        centre = await stack.enter_async_context(running(settings, dsn))
        if not settings.database_url:
            keeping = asyncio.create_task(_kept_up(EmbeddedServer(settings.data)))
            stack.callback(keeping.cancel)
        gc.collect()
        gc.enable()
        gc.freeze()  # entities and rules stay for good: walking them again and again only makes pauses
        config = uvicorn.Config(
            centre.screens.app(),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws=await asyncio.to_thread(_screen_protocol),
            ws_max_size=1 << 20,
            ws_per_message_deflate=False,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            timeout_graceful_shutdown=3,
            h11_max_incomplete_event_size=64 << 10,
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # our own stop both parts
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
        ready()
        await server.serve(sockets=[_listening(settings)])


def main(argv: list[str]) -> int:
    """`mudan serve`: run the centre until it is told to stop."""
    if argv:
        print("mudan serve takes no arguments; it is set by MUDAN_ variables", file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    gc.disable()  # until everything stands: what is made meanwhile stays
    try:
        settings = settings_from()
        _port_free(settings)
        with database(settings) as dsn:
            print(f"Mudan: http://{settings.host}:{settings.port}", flush=True)
            uvloop.run(serve(settings, dsn))
    except MudanError as error:
        print(f"mudan serve: {error.reason}", file=sys.stderr)
        return 1
    return 0


def _listening(settings: Settings) -> socket.socket:
    """The socket that browsers connect to. What waits for one of them is bounded, or a screen that does not
    read would be kept up by megabytes in the kernel before anybody noticed."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    made = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    return made


def _port_free(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Unavailable(
                f"port {settings.port} cannot be used: {error.strerror}; set MUDAN_PORT"
            ) from None
