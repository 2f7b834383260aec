"""How do screens hear of changes? One web socket a person, subscriptions with sequence numbers.

    path ──observed, changed──▶ Hub ──every 150 ms──▶ each subscription: {"id", "seq", "items"}
                                                     bounded queue ─▶ one writer a client

A client whose queue is full loses what waits, is told "lost" for every subscription and refetches; one that
does not read for 10 s is cut off. What a subscription gets is what its person may see at that moment.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

import msgspec
import numpy as np
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from mudan.api.alarms import alarm_out
from mudan.api.centre import Centre
from mudan.api.deps import deps_of
from mudan.api.incidents import event_out, incident_out
from mudan.api.platforms import platform_out
from mudan.api.security import current_session, origin_allowed, signed_in
from mudan.api.tasks import task_out
from mudan.api.units import unit_out
from mudan.core.alarms import queries as alarms
from mudan.core.entities.model import Entity
from mudan.core.incidents import queries as incidents
from mudan.core.observations.model import Columns, live_rows
from mudan.core.path import Changes
from mudan.core.people.model import Actor
from mudan.core.tasks import queries as tasks
from mudan.core.units import queries as units
from mudan.primitives.errors import MudanError, NotFound, NotSignedIn, Unavailable
from mudan.storage.pool import Database

log = logging.getLogger(__name__)
router = APIRouter(tags=["live"])

EVERY_S = 0.15
QUEUE = 64
SEND_S = 10.0
CHECK_S = 10.0
PLATFORMS_EVERY = 13  # beats between health cards: about 2 s
MOST_SUBSCRIPTIONS = 32
MOST_CLIENTS = 2_000
TOPICS = {
    "alarms": "alarms.read",
    "incidents": "incidents.read",
    "incident": "incidents.read",
    "tasks": "",
    "units": "units.read",
    "observations": "observations.read",
    "platforms": "platforms.read",
}


class Ask(msgspec.Struct, forbid_unknown_fields=True):
    """What a client says."""

    do: str
    id: str = ""
    topic: str = ""
    filter: dict[str, Any] = {}


@dataclass(slots=True)
class Subscription:
    """One view's wish. `keys`: the entities it hears of, worked out once and again when entities change."""

    id: str
    topic: str
    filter: dict[str, Any]
    seq: int = 0
    keys: np.ndarray[Any, Any] | None = None
    quantities: np.ndarray[Any, Any] | None = None


@dataclass(slots=True, eq=False)
class Client:
    """One web socket with its bounded queue."""

    actor: Actor
    units: frozenset[UUID]
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    subscriptions: dict[str, Subscription] = field(default_factory=dict)

    def send(self, subscription: Subscription, items: list[Any] | msgspec.Raw) -> None:
        """Queue one message, or lose everything that waits when there is no room."""
        subscription.seq += 1
        message = {"id": subscription.id, "seq": subscription.seq, "items": items}
        self.say(message)

    def say(self, message: dict[str, Any]) -> None:
        """Queue any message."""
        try:
            self.queue.put_nowait(_encode(message))
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            for subscription in self.subscriptions.values():
                self.queue.put_nowait(_encode({"id": subscription.id, "do": "lost"}))


class Hub:
    """All clients, and what changed since the last beat."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.centre: Centre | None = None
        self.entities: Callable[[], dict[int, Entity]] = dict
        self.quantity_ids: dict[str, int] = {}
        self.clients: set[Client] = set()
        self._columns: list[Columns] = []
        self._changes = Changes()
        self._incidents: set[UUID] = set()
        self._event_seq: dict[UUID, int] = {}
        self._beat = 0
        self._entities_seen: dict[int, Entity] | None = None

    def observed(self, columns: Columns) -> None:
        """Observations were committed."""
        if self.clients and len(columns):
            self._columns.append(columns)

    def changed(self, changes: Changes) -> None:
        """Alarms, tasks or commands changed."""
        if self.clients:
            self._changes.alarms |= changes.alarms
            self._changes.tasks |= changes.tasks
            self._changes.commands |= changes.commands

    def changed_by_people(self, changes: Changes, incidents_changed: set[UUID]) -> None:
        """A request changed something."""
        self.changed(changes)
        if self.clients:
            self._incidents |= incidents_changed

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            self._beat += 1
            if not self.clients:
                self._columns.clear()
                continue
            try:
                await self._send_out()
            except Unavailable:
                log.warning("the database is away; screens wait")
            except Exception:
                log.exception("a beat of the live stream failed")

    async def _send_out(self) -> None:
        columns, self._columns = self._columns, []
        vehicles = self._send_observations(columns) if columns else set()
        changes, self._changes = self._changes, Changes()
        changed, self._incidents = self._incidents, set()
        if changes.alarms or changes.tasks or changed or (vehicles and self._beat % 7 == 0):
            await self._send_changes(changes, changed, vehicles)
        if self._beat % PLATFORMS_EVERY == 0 and self.centre is not None and self._wanting("platforms"):
            cards = [_plain(platform_out(card, card.health())) for card in self.centre.platforms.values()]
            for client, subscription in self._wanting("platforms"):
                client.send(subscription, cards)

    def _wanting(self, *topics: str) -> list[tuple[Client, Subscription]]:
        return [
            (client, subscription)
            for client in self.clients
            for subscription in client.subscriptions.values()
            if subscription.topic in topics
        ]

    def _send_observations(self, batches: list[Columns]) -> set[int]:
        columns = Columns.joined(batches)
        columns = columns.where(live_rows(columns))
        wanting = self._wanting("observations")
        if not len(columns):
            return set()
        if wanting:
            latest = _last_of_each(columns)
            known = self.entities()
            if known is not self._entities_seen:
                self._entities_seen = known
                for _, subscription in wanting:
                    subscription.keys = None
            names = {number: name for name, number in self.quantity_ids.items()}
            written: dict[tuple[bytes, bytes], msgspec.Raw | None] = {}  # equal wishes are written once
            for client, subscription in wanting:
                wish = _wish(client, subscription, known, self.quantity_ids)
                if wish not in written:
                    written[wish] = _observation_items(subscription, latest, known, names)
                items = written[wish]
                if items is not None:
                    client.send(subscription, items)
        return set(np.unique(columns.entity).tolist()) if self._wanting("units") else set()

    async def _send_changes(self, changes: Changes, changed: set[UUID], vehicles: set[int]) -> None:
        centre = self.centre
        if centre is None:
            return
        async with self._db.work() as connection:
            alarm_list = await alarms.several(connection, list(changes.alarms)) if changes.alarms else []
            task_list = await tasks.several(connection, ids=list(changes.tasks)) if changes.tasks else []
            changed = changed | {task.incident_id for task in task_list}
            changed |= {alarm.incident_id for alarm in alarm_list if alarm.incident_id is not None}
            incident_list, events = [], {}
            for incident in changed:
                with contextlib.suppress(NotFound):
                    incident_list.append(await incidents.one(connection, incident))
                    after = self._event_seq.get(incident, 0)
                    events[incident] = await incidents.timeline(connection, incident, after)
            unit_ids = {task.unit_id for task in task_list} | set(
                await units.of_vehicles(connection, list(vehicles))
            )
            unit_list = await units.all_units(connection, ids=list(unit_ids)) if unit_ids else []
        for incident, lines in events.items():
            if lines:
                self._event_seq[incident] = lines[-1].seq
        while len(self._event_seq) > 1_000:
            self._event_seq.pop(next(iter(self._event_seq)))
        self._spread("alarms", [(one, _plain(alarm_out(one, centre))) for one in alarm_list])
        self._spread("incidents", [(one, _plain(incident_out(one, centre))) for one in incident_list])
        self._spread("units", [(one, _plain(unit_out(one, centre))) for one in unit_list])
        self._spread("tasks", [(one, _plain(task_out(one))) for one in task_list])
        for one in incident_list:
            lines = [_plain(event_out(line)) for line in events[one.id]]
            item = {"incident": _plain(incident_out(one, centre)), "events": lines}
            self._spread("incident", [(one, item)], only=str(one.id))

    def _spread(self, topic: str, items: list[tuple[Any, Any]], *, only: str | None = None) -> None:
        if not items:
            return
        for client, subscription in self._wanting(topic):
            if only is not None and subscription.filter.get("id") != only:
                continue
            seen = [wire for one, wire in items if _sees(client, topic, one)]
            if seen:
                client.send(subscription, seen)


def _sees(client: Client, topic: str, one: Any) -> bool:
    scope = client.actor.scope
    if topic == "tasks":
        own = one.unit_id in client.units and one.space == scope.space
        return own or (
            client.actor.may("tasks.read") and scope.sees(one.area_code, one.department, one.space)
        )
    return scope.sees(one.area_code, one.department, one.space)


def _last_of_each(columns: Columns) -> Columns:
    order = np.lexsort((columns.observed_us, columns.quantity, columns.entity))
    entity, quantity = columns.entity[order], columns.quantity[order]
    last = np.r_[(entity[1:] != entity[:-1]) | (quantity[1:] != quantity[:-1]), True]
    return columns.where(order[last])


def _wish(
    client: Client, subscription: Subscription, known: dict[int, Entity], ids: dict[str, int]
) -> tuple[bytes, bytes]:
    """What a subscription hears of, worked out when that is not known; equal wishes are equal."""
    if subscription.keys is None:
        subscription.keys = _keys_of(client, subscription.filter, known)
        wanted = subscription.filter.get("quantities")
        if isinstance(wanted, list):
            subscription.quantities = np.asarray([ids[name] for name in wanted if name in ids], np.int16)
    quantities = subscription.quantities
    return subscription.keys.tobytes(), b"*" if quantities is None else quantities.tobytes()


def _observation_items(
    subscription: Subscription, latest: Columns, known: dict[int, Entity], names: dict[int, str]
) -> msgspec.Raw | None:
    assert subscription.keys is not None  # worked out by `_wish`
    mask = np.isin(latest.entity, subscription.keys)
    if subscription.quantities is not None:
        mask &= np.isin(latest.quantity, subscription.quantities)
    rows = latest.where(mask)
    if not len(rows):
        return None
    items = zip(
        [known[entity].urn for entity in rows.entity.tolist()],
        [names[quantity] for quantity in rows.quantity.tolist()],
        rows.value.tolist(),
        (rows.observed_us // 1000).tolist(),
        (rows.received_us // 1000).tolist(),
        rows.quality.tolist(),
        strict=True,
    )
    return msgspec.Raw(_encode(list(items)))


def _keys_of(client: Client, wish: dict[str, Any], known: dict[int, Entity]) -> np.ndarray[Any, Any]:
    urns = set(wish.get("urns") or ())
    types = set(wish.get("types") or ())
    return np.asarray(
        [
            key
            for key, one in known.items()
            if (one.urn in urns or one.type in types)
            and client.actor.scope.sees(one.area_code, one.department, one.space)
        ],
        np.int32,
    )


def _plain(model: BaseModel) -> Any:
    return model.model_dump(mode="json")


_encode = msgspec.json.Encoder().encode


@router.websocket("/live")
async def live(socket: WebSocket, actor: Annotated[Actor, Depends(signed_in())]) -> None:
    """The live stream of one person."""
    deps = deps_of(socket)
    hub: Hub = deps.nouns["live"]
    if not origin_allowed(socket, deps.settings):
        await socket.close(4403)
        return
    if len(hub.clients) >= MOST_CLIENTS:
        await socket.close(1013)
        return
    await socket.accept()
    async with deps.db.work(actor.scope.settings()) as connection:
        crew = await units.of_person(connection, actor.person)
    client = Client(actor, frozenset(row["id"] for row in crew))
    hub.clients.add(client)
    parts = [
        asyncio.create_task(part)
        for part in (_reading(socket, client), _writing(socket, client), _checking(socket))
    ]
    try:
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.clients.discard(client)
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)


async def _reading(socket: WebSocket, client: Client) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            text = await socket.receive_text()
            if len(text) > 200_000:
                return
            try:
                ask = msgspec.json.decode(text, type=Ask)
            except msgspec.DecodeError:
                client.say({"do": "refused", "id": "", "reason": "not understood"})
                continue
            _answer(ask, client)


def _answer(ask: Ask, client: Client) -> None:
    if ask.do == "ping":
        client.say({"do": "pong"})
    elif ask.do == "unsubscribe":
        client.subscriptions.pop(ask.id, None)
    elif ask.do == "subscribe":
        reason = _refusal(ask, client)
        if reason:
            client.say({"do": "refused", "id": ask.id, "reason": reason})
            return
        client.subscriptions[ask.id] = Subscription(ask.id, ask.topic, ask.filter)
        client.say({"do": "subscribed", "id": ask.id})
    else:
        client.say({"do": "refused", "id": ask.id, "reason": "no such thing to do"})


def _refusal(ask: Ask, client: Client) -> str:
    permission = TOPICS.get(ask.topic)
    if permission is None or not 0 < len(ask.id) <= 80:
        return "no such topic"
    if permission and not client.actor.may(permission):
        return "your role does not allow this"
    if ask.topic == "tasks" and not (client.actor.may("tasks.read") or client.actor.may("tasks.own")):
        return "your role does not allow this"
    if ask.id not in client.subscriptions and len(client.subscriptions) >= MOST_SUBSCRIPTIONS:
        return "too many subscriptions"
    for name in ("urns", "types", "quantities"):
        wish = ask.filter.get(name)
        if wish is not None and not _strings(wish):
            return f"{name} is a list of names"
    return ""


def _strings(wish: object) -> bool:
    return isinstance(wish, list) and len(wish) <= 20_000 and all(isinstance(one, str) for one in wish)


async def _writing(socket: WebSocket, client: Client) -> None:
    while True:
        message = await client.queue.get()
        try:
            async with asyncio.timeout(SEND_S):
                await socket.send_text(message.decode())
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            with contextlib.suppress(Exception):
                await socket.close(1013)
            return


async def _checking(socket: WebSocket) -> None:
    while True:
        await asyncio.sleep(CHECK_S)
        try:
            await current_session(socket)
        except NotSignedIn:
            await socket.close(4401)
            return
        except MudanError:
            continue
