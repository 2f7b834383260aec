"""Who is reminded when nothing comes, and how does a recurring directive come again? By the clock, and by hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.directives import queries, store
from mudan.core.directives.actions.issuing import spawn
from mudan.core.directives.actions.writing import APP, NOUN, doers, put, record, tell
from mudan.core.directives.model import ENDED, Directive, Due, Rung, rung_due, upcoming
from mudan.core.incidents.model import ENDED as INCIDENT_ENDED
from mudan.core.notices.model import Step
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.changes import Changes
from mudan.primitives.clock import CST, scaled
from mudan.storage.pool import Connection, centre_within

BATCH: Final = 100
_DESK: Final = Step("position:duty_officer", channels=APP, otherwise="role:duty_officer")
_LEADER: Final = Step("position:leader_on_duty", channels=APP, otherwise="role:leader")


async def tick(connection: Connection, now: datetime) -> Changes:
    """Let what is overdue climb its ladder by one step, and what recurs come again. State is in the database."""
    changes = Changes()
    for series in await queries.series_due(connection, now, BATCH):
        made = await _recur(connection, series, now)
        if made is not None:
            changes.touch(NOUN, series["space"], made)
    for directive in await queries.due(connection, now, BATCH):
        await _climb(connection, directive, now)
        changes.touch(NOUN, directive.space, directive.id)
    return changes


async def _climb(connection: Connection, directive: Directive, now: datetime) -> None:
    scale = await people.space_scale(connection, directive.space)
    due = Due(directive.state, directive.level, directive.receive_by, directive.due_at, directive.ladder)
    rung = rung_due(due, now, scale)
    if rung is None:
        await put(connection, directive, scale)
        return
    await put(connection, directive, scale, ladder=rung.number + 1)
    late = "（迟发，中心曾停运）" if rung.late else ""
    text = f"{_unmet(directive)}{late}"
    await record(
        connection, directive, rung.event, now, actor="system", text=text,
        detail={"due_at": rung.due_at.isoformat(), "late": rung.late},
    )  # fmt: skip
    await tell(connection, directive, rung.event, _called(directive, rung), now, late=rung.late)


def _unmet(directive: Directive) -> str:
    if (
        directive.state == "issued"
        and directive.receive_by is not None
        and (directive.due_at is None or directive.receive_by <= directive.due_at)
    ):
        return f"应于 {directive.receive_by.astimezone(CST):%m-%d %H:%M} 前签收"
    return f"应于 {directive.due_at.astimezone(CST):%m-%d %H:%M} 前办结" if directive.due_at else ""


def _called(directive: Directive, rung: Rung) -> tuple[Step, ...]:
    if rung.event == "remind":
        return doers(directive)
    return (*doers(directive), _DESK) if rung.event == "supervise" else (*doers(directive), _DESK, _LEADER)


async def _recur(connection: Connection, series: dict[str, Any], now: datetime) -> UUID | None:
    if series["phase"] in INCIDENT_ENDED:
        await store.stop_series(connection, series["id"], now, "the incident has ended")
        return None
    scale = await people.space_scale(connection, series["space"])
    every = scaled(timedelta(seconds=series["every_s"]), scale)
    found = upcoming(series["next_at"], every, now)
    if found is None:
        return None
    at, missed, next_at = found
    if series["ends_at"] is not None and at > series["ends_at"]:
        await store.stop_series(connection, series["id"], now, "its time is over")
        return None
    occurrence = series["occurrence"] + missed + 1
    await store.advance_series(connection, series["id"], occurrence, missed, next_at)
    return await spawn(connection, series, occurrence, at, missed, now)


async def remind(
    connection: Connection, ids: Sequence[UUID], note: str, actor: Actor, now: datetime
) -> list[Directive]:
    """Remind of several directives by hand; those that have ended or are submitted are passed over."""
    reminded = []
    for directive_id in dict.fromkeys(ids):
        directive = await queries.one(connection, directive_id, lock=True)
        if directive.state in (*ENDED, "pending", "submitted"):
            continue
        async with centre_within(connection):
            await store.update(connection, directive_id, {})
            await record(
                connection, directive, "remind", now, actor=actor.name, actor_id=actor.person, text=note.strip(),
                detail={"by_hand": True},
            )  # fmt: skip
            await tell(connection, directive, "remind", doers(directive), now)
            reminded.append(await queries.one(connection, directive_id))
    return reminded
