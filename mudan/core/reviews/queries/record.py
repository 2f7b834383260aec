"""What was recorded of an incident, a response or a whole exercise, within the reader's scope?"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.incidents import queries as incidents
from mudan.core.responses import queries as responses
from mudan.core.reviews.model import MOST_LINES, Kind, Record, Subject
from mudan.core.reviews.queries.sections import SECTIONS
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_DRILL: Final = (
    "select id, space, title_zh, title_en, state, area_code, department, created_at, started_at, ended_at,"
    " to_char(created_at at time zone 'Asia/Shanghai', 'YYYYMMDD') || '-' || space as number from drill where id = %s"
)


async def subject(connection: Connection, kind: Kind, which: UUID) -> Subject:
    """What a review is of; raises NotFound."""
    match kind:
        case "incident":
            return await _incident(connection, which)
        case "response":
            return await _response(connection, which)
        case "drill":
            return await _drill(connection, which)


async def _incident(connection: Connection, which: UUID) -> Subject:
    one = await incidents.one(connection, which)
    return Subject(
        "incident", one.id, one.space, one.number, Text(one.title, one.title), str(one.level), one.address,
        one.phase, one.area_code, one.department, one.opened_at, one.closed_at,
    )  # fmt: skip


async def _response(connection: Connection, which: UUID) -> Subject:
    one = await responses.one(connection, which)
    number = f"{one.slug}-{one.opened_at:%Y%m%d}-{str(one.id)[:8]}"
    return Subject(
        "response", one.id, one.space, number, one.title, one.level or "", "", one.state, one.area_code, one.department,
        one.started_at or one.opened_at, one.ended_at,
    )  # fmt: skip


async def _drill(connection: Connection, which: UUID) -> Subject:
    row = await (await connection.execute(_DRILL.encode(), (which,))).fetchone()
    if row is None:
        raise NotFound("there is no such exercise")
    return Subject(
        "drill", row["id"], row["space"], row["number"], Text(row["title_zh"], row["title_en"]), "", "", row["state"],
        row["area_code"], row["department"], row["started_at"] or row["created_at"], row["ended_at"],
    )  # fmt: skip


async def record(connection: Connection, one: Subject, now: datetime) -> Record:
    """All that was recorded of a subject; of an exercise everything in its data space, which must be in scope."""
    values: dict[str, Any] = {
        **await _members(connection, one), "drill": one.id if one.kind == "drill" else None,
        "whole": one.kind == "drill", "space": one.space, "began": one.began_at, "ended": one.ended_at or now,
        "now": now, "key": _key(one),
    }  # fmt: skip
    found: dict[str, list[dict[str, Any]]] = {}
    for name, statement in SECTIONS.items():
        rows = await connection.execute(f"{statement} limit {MOST_LINES}".encode(), values)
        found[name] = await rows.fetchall()
    return Record(one, now, found)


async def objectives(connection: Connection, one: Subject) -> list[dict[str, Any]]:
    """An exercise's objectives with what people judged of them last; none of anything else."""
    values = {"drill": one.id if one.kind == "drill" else None}
    return await (await connection.execute(SECTIONS["objectives"].encode(), values)).fetchall()


async def agreed(connection: Connection, one: Subject) -> list[dict[str, Any]]:
    """What was agreed of a subject in the data space that is in scope."""
    values: dict[str, Any] = {"incidents": [], "key": _key(one)}
    return await (await connection.execute(SECTIONS["actions"].encode(), values)).fetchall()


def _key(one: Subject) -> str:
    return f"review:{one.kind}:{one.id}:"


_OF_INCIDENT: Final = "select id from response where incident_id = %s"
_OF_RESPONSE: Final = "select incident_id as id from response where id = %s and incident_id is not null"
_IN_SPACE: Final = "select id from {} where space = %s"


async def _members(connection: Connection, one: Subject) -> dict[str, list[UUID]]:
    """The incidents and the responses that belong to a subject."""

    async def ids(text: str, value: object) -> list[UUID]:
        rows = await (await connection.execute(text.encode(), (value,))).fetchall()
        return [row["id"] for row in rows]

    match one.kind:
        case "incident":
            return {"incidents": [one.id], "responses": await ids(_OF_INCIDENT, one.id)}
        case "response":
            return {"incidents": await ids(_OF_RESPONSE, one.id), "responses": [one.id]}
        case "drill":
            return {
                "incidents": await ids(_IN_SPACE.format("incident"), one.space),
                "responses": await ids(_IN_SPACE.format("response"), one.space),
            }
