"""What was recorded of an incident, whichever noun recorded it, within the reader's scope?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.incidents import queries as incidents
from mudan.core.reviews.model import MOST_LINES, Record
from mudan.storage.pool import Connection

_SECTIONS: Final[Mapping[str, str]] = {
    "timeline": (
        "select at, source, actor, kind, text_zh, text_en from incident_event"
        " where incident_id = %(incident)s order by at, seq"
    ),
    "alarms": (
        "select a.id, a.rule, a.level, a.raised_at, a.acknowledged_at, a.cleared_at from alarm a"
        " join incident_alarm l on l.alarm_id = a.id where l.incident_id = %(incident)s order by a.raised_at"
    ),
    "tasks": (
        "select t.id, u.code as unit, t.state, i.opened_at as incident_at,"
        " (t.stamps->>'offered')::timestamptz as offered_at, (t.stamps->>'accepted')::timestamptz as accepted_at,"
        " (t.stamps->>'en_route')::timestamptz as en_route_at,"
        " (t.stamps->>'on_scene')::timestamptz as on_scene_at, t.ended_at from task t"
        " join unit u on u.id = t.unit_id join incident i on i.id = t.incident_id"
        " where t.incident_id = %(incident)s order by t.created_at"
    ),
    "directives": (
        "select number, title, source, state, mandatory, due_at, issued_at, received_at, submitted_at, ended_at,"
        " end_reason from directive where incident_id = %(incident)s and source <> 'review'"
        " order by created_at, number"
    ),
    "actions": (
        "select number, title, state, due_at, issued_at, received_at, submitted_at, ended_at, end_reason,"
        " coalesce(to_role, to_department, to_group) as owner from directive"
        " where incident_id = %(incident)s and source = 'review' order by created_at, number"
    ),
    "issues": (
        "select s.title_zh, s.title_en, s.kind, s.level, s.state, s.due_at, s.issued_at, s.note"
        " from response_issue s join response r on r.id = s.response_id"
        " where r.incident_id = %(incident)s order by s.issued_at"
    ),
    "decisions": (
        "select d.at, u.code as unit, u.name_zh as unit_zh, u.name_en as unit_en, d.method, d.rank, d.eta_s,"
        " d.best_eta_s, d.reason, (t.stamps->>'on_scene')::timestamptz as on_scene_at from dispatch_decision d"
        " join task t on t.id = d.task_id join unit u on u.id = d.unit_id"
        " where d.incident_id = %(incident)s order by d.at"
    ),
    "calls": (
        "select r.title, r.started_at, r.ended_at, r.state, count(s.id)::int as steps,"
        " count(s.id) filter (where s.state = 'answered')::int as answered,"
        " count(s.id) filter (where s.state = 'unreached')::int as unreached"
        " from call_run r left join call_step s on s.run_id = r.id where r.incident_id = %(incident)s"
        " group by r.id order by r.started_at"
    ),
    "closures": (
        "select c.reason, c.source, c.confidence, c.starts_at, c.ends_at, c.ended_at, c.geometry from road_closure c"
        " join incident i on i.id = %(incident)s and i.space = c.space"
        " where c.starts_at <= coalesce(i.closed_at, %(now)s)"
        " and coalesce(c.ended_at, c.ends_at, %(now)s) >= i.opened_at order by c.starts_at"
    ),
}


async def record(connection: Connection, incident: UUID, now: datetime) -> Record:
    """All that was recorded of an incident; raises NotFound."""
    one = await incidents.one(connection, incident)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, statement in _SECTIONS.items():
        rows = await connection.execute(
            f"{statement} limit {MOST_LINES}".encode(), {"incident": incident, "now": now}
        )
        found[name] = await rows.fetchall()
    return Record(one, now, found)
