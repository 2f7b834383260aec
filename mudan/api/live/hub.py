"""What changed since the last beat, and which screens hear of it?"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import msgspec
import numpy as np
from pydantic import BaseModel

from mudan.api.alarms import alarm_out
from mudan.api.centre import Centre
from mudan.api.incidents import event_out, incident_out
from mudan.api.live.clients import Client, Subscription
from mudan.api.live.observed import items_of, last_of_each, wish_of
from mudan.api.platforms import platform_out
from mudan.api.tasks import task_out
from mudan.api.units import unit_out
from mudan.core.alarms import queries as alarms
from mudan.core.entities.model import Entity
from mudan.core.incidents import queries as incidents
from mudan.core.observations.model import Columns, live_rows
from mudan.core.tasks import queries as tasks
from mudan.core.units import queries as units
from mudan.primitives.changes import Changes
from mudan.primitives.errors import NotFound, Unavailable
from mudan.storage.pool import Database

log = logging.getLogger(__name__)

EVERY_S: Final = 0.1
CHECKS: Final = 2  # sessions of screens asked for at once
PLATFORMS_EVERY: Final = 20  # beats between health cards: about 2 s
VEHICLES_EVERY: Final = 10  # beats between positions of units: about 1 s


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
        self._vehicles: set[int] = set()
        self._event_seq: dict[UUID, int] = {}
        self.checking = asyncio.Semaphore(CHECKS)
        self._beat = 0
        self._entities_seen: dict[int, Entity] | None = None

    def observed(self, columns: Columns) -> None:
        """Observations were committed."""
        if self.clients and len(columns):
            self._columns.append(columns)

    def changed(self, changes: Changes) -> None:
        """Alarms, tasks, commands or units changed."""
        if self.clients:
            self._changes.add(changes)

    def changed_by_people(self, changes: Changes, incidents_changed: set[UUID]) -> None:
        """A request changed something."""
        self.changed(changes)
        if self.clients:
            self._incidents |= incidents_changed

    async def run(self) -> None:
        """Beat until cancelled."""
        due_s = asyncio.get_running_loop().time()
        while True:
            due_s = max(due_s + EVERY_S, asyncio.get_running_loop().time())
            await asyncio.sleep(due_s - asyncio.get_running_loop().time())
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
        if columns:
            self._vehicles |= self._send_observations(columns)
        await self._send_what_changed()
        if self._beat % PLATFORMS_EVERY == 0 and self.centre is not None and self._wanting("platforms"):
            cards = [_plain(platform_out(card, card.health())) for card in self.centre.platforms.values()]
            for client, subscription in self._wanting("platforms"):
                client.send(subscription, cards)

    async def _send_what_changed(self) -> None:
        changes, self._changes = self._changes, Changes()
        changed, self._incidents = self._incidents, set()
        vehicles: set[int] = set()
        if self._beat % VEHICLES_EVERY == 0:
            vehicles, self._vehicles = self._vehicles, set()
        if not (changes or changed or vehicles):
            return
        try:
            await self._send_changes(changes, changed, vehicles)
        except Unavailable:  # told when the database is back
            self._changes.add(changes)
            self._incidents |= changed
            self._vehicles |= vehicles
            raise

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
            latest = last_of_each(columns)
            known = self.entities()
            if known is not self._entities_seen:
                self._entities_seen = known
                for _, subscription in wanting:
                    subscription.keys = None
            names = {number: name for name, number in self.quantity_ids.items()}
            written: dict[tuple[bytes, bytes], msgspec.Raw | None] = {}  # equal wishes are written once
            for client, subscription in wanting:
                wish = wish_of(client, subscription, known, self.quantity_ids)
                if wish not in written:
                    written[wish] = items_of(subscription, latest, known, names)
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
            unit_ids = changes.units | {task.unit_id for task in task_list}
            unit_ids |= set(await units.of_vehicles(connection, list(vehicles)))
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
        self._tell(changes)
        for one in incident_list:
            lines = [_plain(event_out(line)) for line in events[one.id]]
            item = {"incident": _plain(incident_out(one, centre)), "events": lines}
            self._spread("incident", [(one, item)], only=str(one.id))

    def _tell(self, changes: Changes) -> None:
        """Which things of the other nouns changed: their ids, in the data space of each screen."""
        for client, subscription in self._wanting("changes"):
            nouns, space = subscription.filter["nouns"], client.actor.scope.space
            items = [
                {"noun": one.noun, "id": one.id}
                for one in sorted(changes.others)
                if one.noun in nouns and one.space == space
            ]
            if items:
                client.send(subscription, items)

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


def _plain(model: BaseModel) -> Any:
    return model.model_dump(mode="json")
