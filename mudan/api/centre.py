"""What do the routes of every noun share? The running centre, the names of areas, one unit of work."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from starlette.requests import HTTPConnection

from mudan.api.deps import Deps, deps_of
from mudan.connect.feeds import Feed
from mudan.core.census.model import Census
from mudan.core.kpis.model import Kpi
from mudan.core.observations.model import Quality, Quantity
from mudan.core.people.model import Actor
from mudan.core.records.model.deliveries import Target
from mudan.core.referrals.model import Recipient
from mudan.core.rules.model import Rule
from mudan.primitives.changes import Changes
from mudan.primitives.clock import Clock, SystemClock
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


class PlatformCard(Protocol):
    """What the API must know of a connected platform."""

    name: str
    title: Text
    summary: Text
    protocol: str
    quantities: tuple[Quantity, ...]
    rules: tuple[Rule, ...]
    kpis: tuple[Kpi, ...]
    commands: tuple[Any, ...]
    feeds: tuple[Feed, ...]
    targets: tuple[Target, ...]
    area: str  # of records that name none
    secret: bytes  # of this centre and platform
    folder: Path | None  # where its files are put
    censuses: tuple[Census, ...]
    recipient: Recipient | None  # who takes cases that are sent on

    def health(self) -> Any: ...

    def heard(self, feed: str, good: int, bad: int) -> None:
        """Rows of a feed were pushed, maybe none: its source is there."""
        ...


@dataclass(slots=True)
class Centre:
    """The running centre as the API sees it. `changed` tells the live screens; `entities_changed` the path."""

    platforms: Mapping[str, PlatformCard]
    changed: Callable[[Changes, set[UUID]], None]
    entities_changed: Callable[[], Any]
    commands_waiting: Callable[[], None]
    areas: dict[str, tuple[Text, str]] = field(default_factory=dict)
    clock: Clock = field(default_factory=SystemClock)

    def area_name(self, code: str) -> Text:
        """The name of the smallest known area that holds the code; the code itself when none does."""
        for end in range(len(code), 0, -1):
            known = self.areas.get(code[:end])
            if known is not None:
                return known[0]
        return Text(code, code)


def target_titles(centre: Centre) -> dict[tuple[str, str], Text]:
    """What the systems that are told of cases are called, by platform and target."""
    return {(card.name, one.name): one.title for card in centre.platforms.values() for one in card.targets}


def centre_of(connection: HTTPConnection) -> Centre:
    """The running centre, from any request or web socket."""
    centre: Centre = deps_of(connection).nouns["centre"]
    return centre


@dataclass(slots=True)
class Work:
    """One request's unit of work: its connection, its time, and what it changed."""

    connection: Connection
    now: datetime
    centre: Centre
    deps: Deps
    changes: Changes = field(default_factory=Changes)
    incidents: set[UUID] = field(default_factory=set)
    space: int = 0

    def touched(self, noun: str, which: UUID | str) -> None:
        """Something of a noun changed: its screens are told after the commit."""
        self.changes.touch(noun, self.space, which)


@contextlib.asynccontextmanager
async def work(actor: Actor, request: HTTPConnection) -> AsyncIterator[Work]:
    """One transaction in the actor's scope; the live screens hear of its changes after the commit."""
    deps, centre = deps_of(request), centre_of(request)
    async with deps.db.work(actor.scope.settings()) as connection:
        unit = Work(connection, deps.clock.now(), centre, deps, space=actor.scope.space)
        yield unit
    if unit.changes or unit.incidents:
        centre.changed(unit.changes, unit.incidents)
    if unit.changes.commands:
        centre.commands_waiting()


def quality_names(bits: int) -> list[str]:
    """The names of quality bits; `good` when there is nothing against a value."""
    return [flag.name.lower() for flag in Quality if flag and bits & flag and flag.name] or ["good"]
