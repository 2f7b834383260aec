"""What runs behind the API in its tests? A centre with one made-up platform, its path and its live stream."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path as Folder
from typing import Any
from uuid import UUID

import httpx
import msgspec

from mudan.api.centre import Centre
from mudan.api.live import Hub
from mudan.api.platforms import Health
from mudan.api.warnings.publishing import Publishing
from mudan.connect.feeds import Feed, FieldMap, Opens, When
from mudan.core.census.model import Census
from mudan.core.commands.model import CommandKind
from mudan.core.entities import queries as entities
from mudan.core.kpis.model import Kpi, Measure, Term
from mudan.core.observations.model import LINK, Columns, Quantity
from mudan.core.path import Path
from mudan.core.people import store as people
from mudan.core.people.actions import NewPerson, create_person
from mudan.core.people.model import DEPARTMENT_BOUND, Actor, Person, Role, csrf_of, hashed
from mudan.core.records.model.deliveries import Target
from mudan.core.referrals.model import Recipient
from mudan.core.rules.model import Comparison, Op, Property, Rule
from mudan.primitives.clock import to_us
from mudan.primitives.text import Text
from tests.core.county import actor_of
from tests.core.rules.bench import rule
from tests.core.warnings.words import PUBLISHER
from tests.database import COUNTY, ORIGIN, WATER, Client

WORD = Text("词", "word")
NAMES = ("level", "longitude", "latitude", "speed")


VISITS = Feed(
    "visits",
    WORD,
    key=("number",),
    fields=(
        FieldMap("number", WORD, ("编号",), required=True),
        FieldMap("grade", WORD, ("评价",), kind="code", codes={"1": "good", "5": "bad"}),
    ),
    opens=(Opens((When("grade", "is", ("bad",)),), "hotline", "99", "差评 {number}"),),
)


def _rule() -> Rule:
    judged = rule(Comparison("level", Op.GE, Property("warning_level_m")), name="water.high")
    object.__setattr__(judged, "entity_types", ("HydrometricStation",))
    return judged


@dataclass
class Card:
    """The platform `water`, made up."""

    name: str = "water"
    title: Text = WORD
    summary: Text = WORD
    protocol: str = "SL 651-2014"
    quantities: tuple[Quantity, ...] = tuple(Quantity(name, "m", WORD) for name in NAMES)
    rules: tuple[Rule, ...] = (_rule(),)
    kpis: tuple[Kpi, ...] = (
        Kpi("water.raised", WORD, WORD, "1", 1, 3600, Term(Measure.ALARMS_RAISED)),
        Kpi("water.share", WORD, WORD, "%", 1, 3600, Term(Measure.FRAMES_BAD), Term(Measure.FRAMES)),
    )
    censuses: tuple[Census, ...] = ()
    targets: tuple[Target, ...] = ()
    commands: tuple[CommandKind, ...] = (CommandKind("query", WORD, {"what": WORD}, WORD),)
    feeds: tuple[Feed, ...] = (VISITS,)
    area: str = COUNTY
    secret: bytes = b"of a centre that is made up, 32 b"
    folder: Folder | None = None
    recipient: Recipient | None = None
    pushed: list[tuple[str, int, int]] = field(default_factory=list)

    def heard(self, feed: str, good: int, bad: int) -> None:
        """Note what was pushed."""
        self.pushed.append((feed, good, bad))

    def health(self) -> Health:
        """A card without faults."""
        frames = {"good_1h": 3, "bad_1h": 1, "unknown_1h": 0, "refused_1h": 0}
        return Health(
            state="online", counters={}, devices={"known": 1, "online": 1}, frames=frames, last_frame_at=None
        )


class Running:
    """The parts of a centre over the client's database; `hub.run()` is started by those who listen."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.db, self.clock, self.card = client.deps.db, client.clock, Card()
        self.hub = Hub(self.db)
        self.path = Path(
            self.db, self.clock, [*self.card.quantities, LINK], self.card.rules, self.hub, keep_good_hours=24
        )
        self.commands_called = 0

    async def start(self) -> None:
        """Start the path and lend everything to the API."""
        await self.path.start()
        async with self.db.work() as connection:
            areas = await entities.areas(connection)
        centre = Centre(
            platforms={"water": self.card},
            changed=self.hub.changed_by_people,
            entities_changed=self.path.entities_changed,
            commands_waiting=self._call,
            areas=areas,
            clock=self.clock,
        )
        self.hub.centre = centre
        self.hub.entities = lambda: self.path.directory.entities
        self.hub.quantity_ids = self.path.quantities
        self.client.deps.nouns |= {"centre": centre, "live": self.hub, "roads": self.path.roads}
        self.client.deps.nouns["warnings"] = Publishing(PUBLISHER, "certificate", b"g" * 32)

    def _call(self) -> None:
        self.commands_called += 1

    async def enter(self, role: Role, area: str = COUNTY, login: str = "") -> Actor:
        """Speak as somebody of that role from now on: a session is written, nobody types a password."""
        person = await self.person(role, area, login)
        self.client.http.cookies.set("mudan_session", await self.session(person.id))
        self.client.csrf = csrf_of(self.client.http.cookies["mudan_session"])
        return actor_of(person)

    async def person(self, role: Role, area: str = COUNTY, login: str = "") -> Person:
        """The account of that login (role and area unless given), made when there is none."""
        login = login or f"{role.value}.{area}"
        known = self.client.people
        if login not in known:
            department = WATER if role in DEPARTMENT_BOUND else None
            async with self.db.work() as connection:
                known[login] = await create_person(
                    connection, None, NewPerson(login, login, role, area, department), "-"
                )
        return known[login]

    async def session(self, person: UUID) -> str:
        """The token of a new session of that person."""
        token, now = secrets.token_urlsafe(32), self.clock.now()
        async with self.db.work() as connection:
            await people.insert_session(
                connection, token_hash=hashed(token), csrf_hash=hashed(csrf_of(token)), person_id=person, now=now,
                expires_at=now + timedelta(hours=12), address="test", agent="test",
            )  # fmt: skip
        return token

    async def observe(self, entity: int, *rows: tuple[str, float], at_s: float = 0) -> None:
        """(quantity, value) of an entity are carried now, observed `at_s` seconds from now."""
        now = to_us(self.clock.now())
        columns = Columns.of(
            [entity] * len(rows), [self.path.quantities[name] for name, _ in rows], [value for _, value in rows],
            [now + int(at_s * 1e6)] * len(rows), [now] * len(rows), [0] * len(rows),
        )  # fmt: skip
        await self.path.carry("water", columns, (), ())


async def running(client: Client) -> Running:
    """A centre behind the client."""
    parts = Running(client)
    await parts.start()
    return parts


class Socket:
    """A browser's end of /live, over the ASGI interface itself. `reads` False: a browser that does not read."""

    def __init__(self, client: Client, *, origin: str = ORIGIN, token: str | None = None) -> None:
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.from_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.reads = asyncio.Event()
        self.reads.set()
        self.close_code: int | None = None
        token = client.http.cookies.get("mudan_session") if token is None else token
        self._scope = {
            "type": "websocket", "path": "/live", "raw_path": b"/live", "query_string": b"", "subprotocols": [],
            "client": ("10.0.0.9", 5000), "scheme": "ws", "server": ("centre.test", 80),
            "headers": [(b"origin", origin.encode()), (b"cookie", f"mudan_session={token}".encode())],
        }  # fmt: skip
        transport = client.http._transport
        assert isinstance(transport, httpx.ASGITransport)
        self._app: Any = transport.app
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Socket":
        self._task = asyncio.create_task(self._app(self._scope, self._to_app.get, self._sent))
        await self._to_app.put({"type": "websocket.connect"})
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self.reads.set()
        await self._to_app.put({"type": "websocket.disconnect", "code": 1000})
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            async with asyncio.timeout(2):
                await self._task

    async def _sent(self, message: Any) -> None:
        await self.reads.wait()
        if message["type"] == "websocket.close":
            self.close_code = message["code"]
        await self.from_app.put(message)

    async def say(self, **message: Any) -> None:
        """Send one message."""
        await self.say_text(msgspec.json.encode(message).decode())

    async def say_text(self, text: str) -> None:
        """Send any text."""
        await self._to_app.put({"type": "websocket.receive", "text": text})

    async def hear(self, timeout_s: float = 2.0) -> dict[str, Any]:
        """The next message; a close is {"closed": code}."""
        async with asyncio.timeout(timeout_s):
            message = await self.from_app.get()
            while message["type"] == "websocket.accept":
                message = await self.from_app.get()
        if message["type"] == "websocket.close":
            return {"closed": message["code"]}
        heard: dict[str, Any] = msgspec.json.decode(message["text"])
        return heard

    async def subscribe(self, name: str, topic: str, **wish: Any) -> dict[str, Any]:
        """Ask for a topic; the answer."""
        await self.say(do="subscribe", id=name, topic=topic, filter=wish)
        return await self.hear()

    async def silent(self, seconds: float = 0.4) -> bool:
        """Whether nothing is heard for so long."""
        try:
            await self.hear(seconds)
        except TimeoutError:
            return True
        return False


@contextlib.asynccontextmanager
async def beating(parts: Running) -> AsyncIterator[None]:
    """The hub beats while the block runs."""
    task = asyncio.create_task(parts.hub.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
