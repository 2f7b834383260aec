"""Who drives the exercises that go on? Once a second: injects that are due, stand-in terminals and crews.

Each exercise is worked on in the scope of its own data space, so nothing of it can touch reality.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.core.drills import actions, queries
from mudan.core.drills.model import Drill, Inject, drill_s
from mudan.core.observations import queries as observations
from mudan.core.observations.model import ColumnsBuilder
from mudan.core.path import Path
from mudan.core.people.model import Scope
from mudan.core.tasks import actions as task_actions
from mudan.core.tasks import queries as tasks
from mudan.primitives.changes import Changes
from mudan.primitives.clock import Clock, to_us
from mudan.primitives.errors import MudanError, Unavailable
from mudan.primitives.geo import Point
from mudan.storage.pool import Database

log = logging.getLogger(__name__)

STILL_EVERY: Final = timedelta(seconds=60)  # devices of an exercise repeat what they last said
VEHICLES_EVERY: Final = timedelta(seconds=2)


class Exercises:
    """Drives every running drill. What it must remember is in the database; `_stepped` only paces."""

    def __init__(self, db: Database, path: Path, clock: Clock) -> None:
        self._db, self._path, self._clock = db, path, clock
        self._still: dict[UUID, datetime] = {}
        self._stepped: dict[UUID, datetime] = {}

    async def step(self) -> None:
        """Once a second."""
        async with self._db.work() as connection:
            running = await queries.running(connection)
        for drill in running:
            try:
                await self._drive(drill)
            except Unavailable:
                raise
            except Exception:
                log.exception("an exercise could not be driven; it is tried again")

    async def _drive(self, drill: Drill) -> None:
        now = self._clock.now()
        async with self._db.work(scope_of_space(drill.space)) as connection:
            due = await queries.due(connection, drill.id, drill_s(drill, now))
        for inject in due:
            await self.inject(drill, inject, "script")
        await self._answer(drill, now)
        await self._stand_still(drill, now)
        if drill.simulated:
            await self._stand_in(drill, now)

    async def inject(self, drill: Drill, inject: Inject, by: str) -> None:
        """Let one inject come true and say what came of it; what fails is said too."""
        now = self._clock.now()
        try:
            async with self._db.work(scope_of_space(drill.space)) as connection:
                if not await actions.settle(connection, drill, inject, now, state="done", by=by):
                    return
                happened = await actions.happen(connection, drill, inject, now)
            await self._observe(happened.observed)
        except Unavailable:
            raise
        except (MudanError, ValueError, KeyError) as error:
            reason = getattr(error, "reason", str(error))
            async with self._db.work(scope_of_space(drill.space)) as connection:
                await actions.settle(connection, drill, inject, now, state="failed", by=by, result=reason)
            happened = actions.Happened()
        happened.changes.touch("drills", drill.space, drill.id)
        happened.changes.touch("drills", 0, drill.id)
        self._path.tell(happened.changes)

    async def _observe(self, rows: Sequence[tuple[int, str, float]]) -> None:
        if not rows:
            return
        await self._path.knows([entity for entity, _, _ in rows])
        built, now = ColumnsBuilder(), to_us(self._clock.now())
        for entity, quantity, value in rows:
            number = self._path.quantities[quantity]
            built.add(entity, number, value, now, now)
        await self._path.carry("drills", built.built(), (), ())

    async def _answer(self, drill: Drill, now: datetime) -> None:
        """Stand-in terminals confirm what is sent to them."""
        changes = Changes()
        async with self._db.work(scope_of_space(drill.space)) as connection:
            answered = await actions.answer_commands(connection, drill.space, now)
            for task in await tasks.of_commands(connection, answered):
                await task_actions.note_receipt(connection, task, now)
                changes.tasks.add(task)
        changes.commands |= set(answered)
        self._path.tell(changes)

    async def _stand_still(self, drill: Drill, now: datetime) -> None:
        """What nothing is said of stays as it was in reality when the exercise began; silence would be an alarm."""
        if now - self._still.get(drill.id, now - STILL_EVERY) < STILL_EVERY:
            return
        self._still[drill.id] = now
        async with self._db.work() as connection:  # the twins are in reality
            rows = await observations.stood_in(connection, drill.space)
        await self._observe(rows)

    async def _stand_in(self, drill: Drill, now: datetime) -> None:
        before = self._stepped.get(drill.id)
        if before is not None and now - before < VEHICLES_EVERY:
            return
        self._stepped[drill.id] = now
        step_s = VEHICLES_EVERY.total_seconds() if before is None else (now - before).total_seconds()
        async with self._db.work(scope_of_space(drill.space)) as connection:
            moves = await actions.stand_in(connection, drill, self._way(drill.space), now, min(step_s, 10.0))
        rows = [
            (entity, name, value)
            for entity, place, speed, heading in moves.vehicles
            for name, value in zip(_POSITION, (place.lon, place.lat, speed, heading), strict=True)
        ]
        await self._observe(rows)
        self._path.tell(moves.changes)

    def _way(self, space: int) -> actions.Way:
        def way(start: Point, target: Point) -> Sequence[Point]:
            router = self._path.roads
            if not router.ready:
                return ()
            found = router.route(start, target, "car", space=space)
            return found.line if found.reachable else ()

        return way


_POSITION: Final = ("longitude", "latitude", "speed", "heading")


def scope_of_space(space: int) -> dict[str, str]:
    """All areas and departments of one exercise, and nothing else."""
    return Scope(None, None, "", None, space).settings()
