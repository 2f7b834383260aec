"""What is one issuing, and how is noted what came of each thing?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mudan.core.incidents.model import Incident
from mudan.core.people.model import Actor
from mudan.core.plans.model.types import (
    Doer,
    LevelPlan,
    Plan,
)
from mudan.core.responses import store
from mudan.core.responses.model import Response, Wind
from mudan.primitives.clock import scaled
from mudan.primitives.errors import MudanError
from mudan.primitives.geo import Point
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


@dataclass(slots=True)
class Work:
    """One issuing: the response, its plan and incident, at which level, by whom, when."""

    connection: Connection
    response: Response
    plan: Plan
    incident: Incident
    level: LevelPlan
    actor: Actor
    now: datetime
    scale: float
    issued: dict[str, UUID] = field(default_factory=dict)  # directives by the task of the plan
    departments: dict[str, Text] = field(default_factory=dict)  # names by code
    wind: Wind | None = None  # as somebody stated it at the decision

    @property
    def origin(self) -> str:
        """By which the nouns know where something came from."""
        return f"response:{self.response.id}"

    @property
    def place(self) -> Point | None:
        """Where the incident is."""
        lon, lat = self.incident.lon, self.incident.lat
        return None if lon is None or lat is None else Point(lon, lat)

    def due(self, within: timedelta | None) -> datetime | None:
        """When something that is due within a span of the plan is due, as fast as time runs here."""
        return None if within is None else self.now + scaled(within, self.scale)

    def who(self, doer: Doer) -> Text:
        """A doer as people name them."""
        if doer.role is not None:
            return self.plan.roles[doer.role].title
        if doer.towns:
            return Text("各乡镇（街道）", "the towns")
        return self.departments.get(doer.department, Text(doer.department, doer.department))


@dataclass(frozen=True, slots=True)
class Came:
    """What came of issuing something."""

    state: str = "issued"
    noun: str = ""
    ref: str = ""
    note: str = ""


async def note(
    work: Work,
    kind: str,
    item: str,
    title: Text,
    who: Text,
    due_at: datetime | None,
    act: Callable[[], Awaitable[Came]],
    detail: dict[str, Any] | None = None,
) -> None:
    """Issue one thing and note what came of it; a failure is noted and does not stop the rest."""
    try:
        async with work.connection.transaction():
            came = await act()
    except (MudanError, ValueError, KeyError) as error:
        came = Came("failed", note=str(getattr(error, "reason", error)))
    await store.issue(
        work.connection,
        {
            "id": new_id(), "response_id": work.response.id, "level": work.level.key, "kind": kind, "item": item,
            "title_zh": title.zh, "title_en": title.en, "who_zh": who.zh, "who_en": who.en, "state": came.state,
            "noun": came.noun, "ref": came.ref, "due_at": due_at, "at": work.now, "note": came.note,
            "detail": detail or {},
        },
    )  # fmt: skip


def already(came: Came) -> Callable[[], Awaitable[Came]]:
    async def act() -> Came:
        return came

    return act
