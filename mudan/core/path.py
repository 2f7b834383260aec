"""What happens to a datum on its way through the centre? Every step, in order, on one screen: `Path.carry`.

frames kept ─▶ times flagged ─▶ rules judged ─▶ ONE TRANSACTION {frames, observations and latest values,
alarms raised or cleared, receipts of commands,
records of other systems with the cases they open} ─▶ acknowledged by the connector ─▶ shown live
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import numpy as np

from mudan.core.alarms import actions as alarms
from mudan.core.alarms import queries as alarm_queries
from mudan.core.calls import actions as calls
from mudan.core.cases import actions as cases
from mudan.core.census import actions as census
from mudan.core.commands import actions as commands
from mudan.core.commands.model import Receipt
from mudan.core.directives import actions as directives
from mudan.core.dispatch import actions as dispatch
from mudan.core.entities import queries as entities
from mudan.core.entities.model import Device, Entity
from mudan.core.frames import actions as frames
from mudan.core.frames.model import Frame
from mudan.core.households import actions as households
from mudan.core.incidents import actions as incidents
from mudan.core.notices import actions as notices
from mudan.core.observations import actions as observations
from mudan.core.observations import queries as observation_queries
from mudan.core.observations.model import I16, Columns, Quantity, flag_times
from mudan.core.plans import actions as plans
from mudan.core.records import actions as records
from mudan.core.records.model.portion import NOTHING, Portion
from mudan.core.reports import actions as reports
from mudan.core.responses import actions as responses
from mudan.core.roads import actions as roads
from mudan.core.roads.queries import Router
from mudan.core.rules import actions as rules
from mudan.core.rules import queries as rule_queries
from mudan.core.rules.model import Rule
from mudan.core.rules.model.engine import Engine, Judgement, Repeat
from mudan.core.tasks import actions as tasks
from mudan.core.tasks import queries as task_queries
from mudan.core.tasks.model import ARRIVED_KMH, ARRIVED_M, DEPARTED_M
from mudan.core.warnings import actions as warnings
from mudan.primitives.changes import Changes
from mudan.primitives.clock import US_PER_S, Clock, from_us, to_us
from mudan.primitives.errors import Unavailable
from mudan.primitives.geo import Point, distance_m
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, Database

log = logging.getLogger(__name__)

RETRY_S = 0.5
WINDOW_POINTS = 60  # of each rate of change that are read again at the start
REPEATS_EVERY_US = 2 * US_PER_S
DEPARTED_KMH = 10.0
FOLLOW_EVERY = timedelta(seconds=5)

# What time alone brings to each noun, once a second. Each runs in a transaction of its own, as the centre,
# and keeps its state in the database only, so that a restart changes nothing.
Tick = Callable[[Connection, datetime], Awaitable[Changes]]
TICKS: Final[tuple[Tick, ...]] = (
    incidents.tick,  # before the groups of alarms call
    alarms.tick,
    calls.tick,
    cases.tick,
    census.tick,
    directives.tick,
    notices.tick,
    plans.tick,
    records.tick,
    responses.tick,
    reports.tick,
    roads.tick,
    tasks.tick,
    warnings.tick,
)


class Outlet(Protocol):
    """Where committed changes go: the live screens."""

    def observed(self, columns: Columns) -> None: ...
    def changed(self, changes: Changes) -> None: ...


class Directory:
    """The entities in memory: by key, by device, and the data space of each key."""

    def __init__(self) -> None:
        self.entities: dict[int, Entity] = {}
        self.devices: dict[tuple[str, str], Device] = {}
        self.spaces: I16 = np.zeros(1, np.int16)

    def load(self, known: Iterable[entities.Known]) -> None:
        """Replace what is known."""
        self.entities, self.devices = {}, {}
        for one in known:
            self.entities[one.entity.key] = one.entity
            if one.device is not None and one.entity.space == 0:
                self.devices[one.entity.platform, one.device.device] = one.device
        self.spaces = np.zeros(max(self.entities, default=0) + 1, np.int16)
        for key, entity in self.entities.items():
            self.spaces[key] = entity.space


class Path:
    """The way of every datum. One per centre; its writes follow each other."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        quantities: Iterable[Quantity],
        rules: Iterable[Rule],
        outlet: Outlet,
        *,
        keep_good_hours: float,
    ) -> None:
        self._db, self._clock, self._outlet = db, clock, outlet
        self._declared, self._rules = tuple(quantities), tuple(rules)
        self._keep_good_hours = keep_good_hours
        self.keeps_good_frames = keep_good_hours > 0
        self.directory = Directory()
        self.quantities: dict[str, int] = {}
        self._units = {quantity.name: quantity.unit for quantity in self._declared}
        self._repeats: dict[tuple[str, int], Repeat] = {}
        self._repeats_us = 0
        self._watched: dict[int, list[dict[str, Any]]] = {}
        self._writing = asyncio.Lock()
        self.commit_s = 0.0
        self._followed = clock.now() - FOLLOW_EVERY
        self.roads = Router()

    async def start(self) -> None:
        """Bring back, from the database alone, everything that the path carries in memory."""
        now = self._clock.now()
        async with self._db.work() as connection:
            self.quantities = await observations.declare(connection, self._declared)
            partitions = await observations.prepare_days(connection, now.date())
            known = await observations.known_latest(connection)
            self.recorder = observations.Recorder(partitions, known)
            self.directory.load(await entities.everything(connection))
            self.engine = Engine(self.quantities, to_us(now))
            self.engine.install(self._rules, self.directory.entities.values())
            standing = await alarm_queries.standing(connection)
            self.engine.restore(standing)
            self.engine.recall(await rule_queries.memories(connection))
            await self._refill(connection, now)
            withdrawn = await alarms.withdraw(connection, self._orphans(standing), now)
            await self._watch(connection)
        self._outlet.changed(Changes(alarms=set(withdrawn)))
        await self._settle(Judgement(self.engine.judge(known).crossings, []))  # known values repeat nothing

    async def _refill(self, connection: Connection, now: datetime) -> None:
        """Give rates of change the past that they were judged against before the restart."""
        entity_keys, quantity_ids, windows_us = (column.tolist() for column in self.engine.windows())
        past = await observation_queries.recent(
            connection, entity_keys, quantity_ids, windows_us, now, WINDOW_POINTS
        )
        self.engine.refill(past)

    def _orphans(self, standing: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """Alarms of the connected platforms that nothing judges: the rule or the entity's limit is gone."""
        connected = {rule.name.split(".")[0] for rule in self._rules}
        judged = self.engine.judged()
        return [one for one in standing if one not in judged and one[0].split(".")[0] in connected]

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """One transaction of the centre's own, for what a connector must know. Raises Unavailable."""
        return self._db.work()

    async def carry(
        self,
        platform: str,
        columns: Columns,
        frames_in: Sequence[Frame],
        receipts: Sequence[Receipt],
        told: Portion = NOTHING,
    ) -> None:
        """Carry one batch from its platform to the screens; returns when it is durable.

        Waits through a lost database and tries again; raises only what no waiting can mend.
        """
        flag_times(columns)
        async with self._writing:
            judgement = self.engine.judge(columns)
            changes = await self._committed(platform, columns, frames_in, receipts, judgement, told)
        self._outlet.observed(columns)
        self._outlet.changed(changes)
        await self._propose(columns)

    async def _committed(
        self,
        platform: str,
        columns: Columns,
        frames_in: Sequence[Frame],
        receipts: Sequence[Receipt],
        judgement: Judgement,
        told: Portion = NOTHING,
    ) -> Changes:
        started = self._clock.monotonic_s()
        while True:
            try:
                async with self._db.work() as connection:
                    await frames.keep(connection, platform, frames_in, keep_good=self.keeps_good_frames)
                    space = self.directory.spaces[columns.entity]
                    await self.recorder.record(connection, columns, space, to_us(self._clock.now()))
                    changes = await self._judged(connection, judgement)
                    await self._received(connection, receipts, changes)
                    changes.add(await records.take(connection, platform, told, self._clock.now()))
                break
            except Unavailable:
                log.warning("the database is away; %d observations of %s wait", len(columns), platform)
                await asyncio.sleep(RETRY_S)
        self.recorder.settled()
        self._repeated(judgement)
        self.commit_s = self._clock.monotonic_s() - started
        return changes

    async def _judged(self, connection: Connection, judgement: Judgement) -> Changes:
        changes = Changes()
        for crossing in judgement.crossings:
            entity = self.directory.entities.get(crossing.entity)
            if entity is not None:
                unit = self._units.get(crossing.quantity, "1")
                alarm = await alarms.apply_crossing(
                    connection, crossing, entity, unit, now=self._clock.now(), changes=changes
                )
                changes.alarms |= {alarm} if alarm is not None else set()
        return changes

    async def _received(self, connection: Connection, receipts: Sequence[Receipt], changes: Changes) -> None:
        if not receipts:
            return
        changes.commands |= set(await commands.receive(connection, receipts))
        for task in await task_queries.of_commands(connection, list(changes.commands)):
            await tasks.note_receipt(connection, task, self._clock.now())
            changes.tasks.add(task)

    def _repeated(self, judgement: Judgement) -> None:
        for repeat in judgement.repeats:
            key = (repeat.rule.name, repeat.entity)
            before = self._repeats.get(key)
            self._repeats[key] = repeat._replace(times=repeat.times + (before.times if before else 0))

    async def _settle(self, judgement: Judgement) -> None:
        if judgement.crossings or judgement.repeats:
            changes = await self._committed("", Columns.empty(), (), (), judgement)
            self._outlet.changed(changes)

    async def tick(self, pause_s: float = 0.0) -> None:
        """What time alone brings: silence, delays run out, offers and shelving ended. Called every second.

        `pause_s` lies between the nouns, so that who asks meanwhile waits for one of them and not for all.
        """
        now = self._clock.now()
        async with self._writing:
            await self._settle(self.engine.tick(to_us(now)))
            changes = Changes()
            async with self._db.work() as connection:
                await self._count_repeats(connection, to_us(now))
                await rules.remember(connection, self.engine.memories())
                await self.recorder.flush(connection, to_us(now))
                changes.alarms |= set(await alarms.end_shelving(connection, now))
                expired = await commands.expire(connection, now)
                for task in await task_queries.of_commands(connection, expired):
                    await tasks.note_receipt(connection, task, now)
                    changes.tasks.add(task)
                changes.commands |= set(expired)
                await self._watch(connection)
            self.recorder.settled()
            self.engine.kept()
        self._outlet.changed(changes)
        for tick in TICKS:
            await asyncio.sleep(pause_s)
            await self._ticked(tick, now)

    async def keep_roads(self) -> None:
        """Closures and networks that are new, and the drives under them. Called every second, beside `tick`: a
        network takes seconds to take up, and no alarm waits for it."""
        now = self._clock.now()
        await self._refresh_roads(now)
        await self._follow_drives(now)

    async def _follow_drives(self, now: datetime) -> None:
        """When those on their way arrive, worked out anew by the roads as they are now."""
        if now - self._followed < FOLLOW_EVERY:
            return
        self._followed = now

        async def follow(connection: Connection, at: datetime) -> Changes:
            return await dispatch.follow(connection, self.roads, at)

        await self._ticked(follow, now)

    async def _refresh_roads(self, now: datetime) -> None:
        """Let the router hear of closures and networks; without it the rest goes on."""
        try:
            await self.roads.refresh(self._db, now)
        except Unavailable:
            raise
        except Exception:
            log.exception("the roads could not be brought up to date; it is tried again")

    async def _ticked(self, tick: Tick, now: datetime) -> None:
        """One noun's timers; what fails in one leaves the others running."""
        try:
            async with self._db.work() as connection:
                changes = await tick(connection, now)
        except Unavailable:
            raise
        except Exception:
            log.exception("the timers of %s failed; they are tried again", tick.__module__)
            return
        self._outlet.changed(changes)
        if any(one.noun == "entities" for one in changes.others):
            await self.entities_changed()

    async def _count_repeats(self, connection: Connection, now_us: int) -> None:
        if self._repeats and now_us - self._repeats_us >= REPEATS_EVERY_US:
            await alarms.count_repeats(connection, list(self._repeats.values()))
            self._repeats.clear()
            self._repeats_us = now_us

    async def daily(self) -> None:
        """Make the partitions of the days ahead; forget frames and households past their time. Called every hour."""
        now = self._clock.now()
        async with self._writing, self._db.work() as connection:
            self.recorder.partitions = await observations.prepare_days(connection, now.date())
            await frames.forget_good(connection, now, self._keep_good_hours)
            await households.forget_lapsed(connection, now)

    async def entities_changed(self) -> None:
        """Read the entities again, lay the rules out anew and hold the latest values against them."""
        async with self._writing:
            async with self._db.work() as connection:
                self.directory.load(await entities.everything(connection))
                self.engine.install(self._rules, self.directory.entities.values())
                gone = self._orphans(await alarm_queries.standing(connection))
                withdrawn = await alarms.withdraw(connection, gone, self._clock.now())
            self._outlet.changed(Changes(alarms=set(withdrawn)))
            await self._settle(self.engine.judge(self.recorder.latest.columns()))

    async def knows(self, keys: Iterable[int]) -> None:
        """Read the entities again when one of these is not known yet."""
        if any(key not in self.directory.entities for key in keys):
            await self.entities_changed()

    def tell(self, changes: Changes) -> None:
        """Let the screens hear of what others than the path committed."""
        self._outlet.changed(changes)

    async def _watch(self, connection: Connection) -> None:
        watched: dict[int, list[dict[str, Any]]] = {}
        for task in await task_queries.under_way(connection):
            watched.setdefault(task["vehicle"], []).append(task)
        self._watched = watched

    async def _propose(self, columns: Columns) -> None:
        """Suggest departure and arrival from where the vehicles of accepted tasks are; people confirm."""
        if not self._watched:
            return
        for vehicle in set(self._watched) & set(np.unique(columns.entity).tolist()):
            for task in self._watched[vehicle]:
                suggestion = self._suggested(vehicle, task)
                if suggestion is not None:
                    await self._suggest(task, *suggestion)

    def _suggested(self, vehicle: int, task: dict[str, Any]) -> tuple[str, Text, datetime] | None:
        ids = [self.quantities.get(name, -1) for name in ("longitude", "latitude", "speed")]
        seen = [self.recorder.latest.value(vehicle, quantity) for quantity in ids]
        if any(value is None for value in seen):
            return None
        (lon, at_us), (lat, _), (speed, _) = (value for value in seen if value is not None)
        away = distance_m(Point(lon, lat), Point(task["lon"], task["lat"]))
        if away <= ARRIVED_M and speed < ARRIVED_KMH and not tasks.proposal_is(task, "arrive"):
            text = Text(f"车辆距现场 {away:.0f} 米并已停车", f"vehicle stopped {away:.0f} m from the scene")
            return "arrive", text, from_us(at_us)
        moving = speed >= DEPARTED_KMH and away > DEPARTED_M
        if task["state"] == "accepted" and moving and not task["proposal"]:
            return "depart", Text("车辆已开动", "vehicle is moving"), from_us(at_us)
        return None

    async def _suggest(self, task: dict[str, Any], event: str, reason: Text, at: datetime) -> None:
        task["proposal"] = {"event": event}
        try:
            async with self._db.work() as connection:
                await tasks.propose(connection, task["id"], event, reason, at, self._clock.now())
        except Unavailable:
            task["proposal"] = None  # the next position suggests it again
            return
        self._outlet.changed(Changes(tasks={task["id"]}))
