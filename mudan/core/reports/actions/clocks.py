"""How do clocks get their figures, what does a plan add, and how is a missed one told, once?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mudan.core.incidents import actions as incidents
from mudan.core.incidents import queries as incident_queries
from mudan.core.people.model import Actor
from mudan.core.reports import queries, store
from mudan.core.reports.model import MODES, REPORT_KINDS, Clock
from mudan.core.stage.actions import of_the_county
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Invalid
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


@dataclass(frozen=True, slots=True)
class NewRule:
    """How soon something must be told to a body."""

    body: Text
    kind: str
    mode: str
    minutes: int

    def __post_init__(self) -> None:
        if self.kind not in REPORT_KINDS or self.mode not in MODES:
            raise Invalid("no such kind of report", field="kind")
        if not 1 <= self.minutes <= 60 * 24 * 30:
            raise Invalid("a clock is 1 minute to 30 days", field="minutes")
        if not self.body.zh.strip():
            raise Invalid("say to whom", field="body")


async def put_rules(connection: Connection, level: int, rules: Sequence[NewRule], actor: Actor) -> None:
    """Set all clocks of a level anew; they are no examples any more."""
    await of_the_county(connection, actor)
    if level not in (1, 2, 3, 4):
        raise Invalid("a level is 1 to 4", field="level")
    if len({(rule.body.zh, rule.kind, rule.mode) for rule in rules}) != len(rules):
        raise Invalid("two clocks are for the same thing", field="rules")
    await store.clear_rules(connection, level)
    for rule in rules:
        row = {
            "level": level, "body_zh": rule.body.zh.strip(), "body_en": rule.body.en.strip() or rule.body.zh.strip(),
            "kind": rule.kind, "mode": rule.mode, "minutes": rule.minutes,
        }  # fmt: skip
        await store.put_rule(connection, row)


async def set_clock(
    connection: Connection,
    incident_id: UUID,
    to_body: Text,
    kind: str,
    mode: str,
    minutes: int,
    *,
    source: str,
    now: datetime,
) -> None:
    """Add a clock to one incident, as a plan asks for it. The same clock of the same source twice is one."""
    rule = NewRule(to_body, kind, mode, minutes)
    await incident_queries.one(connection, incident_id)
    row = {
        "id": new_id(), "incident_id": incident_id, "source": source, "body_zh": rule.body.zh, "body_en": rule.body.en,
        "kind": kind, "mode": mode, "since": now, "minutes": minutes,
    }  # fmt: skip
    await store.insert(connection, "report_clock", row)


async def cancel_clocks(connection: Connection, incident_id: UUID, source: str, now: datetime) -> None:
    """End the clocks that a source added to an incident."""
    await store.cancel_clocks(connection, incident_id, source, now)


async def tick(connection: Connection, now: datetime) -> Changes:
    """Write into the timeline, once for each, that a report is overdue. State is in the timeline alone."""
    changes = Changes()
    owed = await queries.owed(connection, await queries.watched(connection, now))
    missed = [
        (one.incident, clock)
        for one in owed
        for clock in one.clocks
        if clock.met_at is None and clock.late(now)
    ]
    known = (
        await queries.known_overdue(connection, [incident.id for incident, _ in missed]) if missed else set()
    )
    for incident, clock in missed:
        if (incident.id, clock.key()) in known:
            continue
        await incidents.log(
            connection, incident.id, "report", _overdue(clock), source="system", actor="system", now=now,
            at=min(clock.due_at, now), detail={"overdue": clock.key(), "due_at": clock.due_at.isoformat()},
        )  # fmt: skip
        changes.touch("reports", incident.space, incident.id)
        changes.touch("incidents", incident.space, incident.id)
    return changes


def _overdue(clock: Clock) -> Text:
    kind, mode = REPORT_KINDS[clock.kind], MODES[clock.mode]
    return Text(
        f"{kind.zh}（{mode.zh}）超时：应报{clock.body.zh}",
        f"{kind.en} ({mode.en}) to {clock.body.en} is overdue",
    )
