"""Which drills are there, and what is due in them?"""

from typing import Any, Final
from uuid import UUID

from mudan.core.drills.model import Drill, Inject, Line
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

_DRILL: Final = (
    "select d.id, d.space, d.title_zh, d.title_en, d.template, d.area_code, d.department, d.state, d.scale,"
    " d.simulated, d.script_hash, d.created_by, d.created_at, d.started_at, d.ended_at, d.resumed_at, d.elapsed_s,"
    " d.version, (select count(*) from drill_inject i where i.drill_id = d.id) as injects,"
    " (select count(*) from drill_inject i where i.drill_id = d.id and i.state <> 'waiting') as injects_done"
    " from drill d"
)


async def one(connection: Connection, drill: UUID, *, lock: bool = False) -> Drill:
    """One drill; raises NotFound."""
    text = f"{_DRILL} where d.id = %s" + (" for update of d" if lock else "")
    row = await (await connection.execute(text.encode(), (drill,))).fetchone()
    if row is None:
        raise NotFound("there is no such drill")
    return _drill(row)


async def every(connection: Connection, *, limit: int = 200) -> list[Drill]:
    """All drills, those that go on first, then newest first."""
    text = f"{_DRILL} order by d.state = 'ended', d.created_at desc limit %s"
    rows = await (await connection.execute(text.encode(), (limit,))).fetchall()
    return [_drill(row) for row in rows]


async def running(connection: Connection) -> list[Drill]:
    """The drills whose clock runs."""
    rows = await (await connection.execute(f"{_DRILL} where d.state = 'running'".encode())).fetchall()
    return [_drill(row) for row in rows]


async def of_space(connection: Connection, space: int) -> Drill | None:
    """The drill that a data space belongs to."""
    row = await (await connection.execute(f"{_DRILL} where d.space = %s".encode(), (space,))).fetchone()
    return None if row is None else _drill(row)


async def script(connection: Connection, drill: UUID) -> dict[str, Any]:
    """The script as it was when the drill was made."""
    row = await (await connection.execute("select script from drill where id = %s", (drill,))).fetchone()
    if row is None:
        raise NotFound("there is no such drill")
    found: dict[str, Any] = row["script"]
    return found


async def present(connection: Connection, space: int) -> dict[str, int]:
    """How many people look at a data space now, by role: whether anybody plays a part, never who how long."""
    rows = await (
        await connection.execute(
            "select p.role, count(distinct p.id) as people from session s join person p on p.id = s.person_id"
            " where s.space = %s and s.expires_at > now() group by p.role order by p.role",
            (space,),
        )
    ).fetchall()
    return {row["role"]: row["people"] for row in rows}


_INJECT: Final = (
    "select id, drill_id, at_s, position, kind, title_zh, title_en, payload, state, done_at, done_s, done_by, result"
    " from drill_inject"
)


async def injects(connection: Connection, drill: UUID) -> list[Inject]:
    """All injects of a drill in their order."""
    text = f"{_INJECT} where drill_id = %s order by at_s, position"
    return [_inject(row) for row in await (await connection.execute(text.encode(), (drill,))).fetchall()]


async def due(connection: Connection, drill: UUID, drill_s: float, *, limit: int = 50) -> list[Inject]:
    """The injects whose time has come."""
    text = (
        f"{_INJECT} where drill_id = %s and state = 'waiting' and at_s <= %s order by at_s, position limit %s"
    )
    rows = await (await connection.execute(text.encode(), (drill, drill_s, limit))).fetchall()
    return [_inject(row) for row in rows]


async def inject(connection: Connection, drill: UUID, which: UUID) -> Inject:
    """One inject; raises NotFound."""
    text = f"{_INJECT} where drill_id = %s and id = %s"
    row = await (await connection.execute(text.encode(), (drill, which))).fetchone()
    if row is None:
        raise NotFound("there is no such inject")
    return _inject(row)


async def lines(connection: Connection, drill: UUID, *, limit: int = 500) -> list[Line]:
    """What the control room did, oldest first."""
    rows = await (
        await connection.execute(
            "select seq, at, drill_s, kind, actor, text_zh, text_en, detail from drill_event where drill_id = %s"
            " order by seq desc limit %s",
            (drill, limit),
        )
    ).fetchall()
    return [_line(row) for row in reversed(rows)]


def _drill(row: dict[str, Any]) -> Drill:
    return Drill(**_titled(row))


def _inject(row: dict[str, Any]) -> Inject:
    return Inject(**_titled(row))


def _line(row: dict[str, Any]) -> Line:
    words = Text(row.pop("text_zh"), row.pop("text_en"))
    return Line(**row, text=words)


def _titled(row: dict[str, Any]) -> dict[str, Any]:
    title = Text(row.pop("title_zh"), row.pop("title_en"))
    return row | {"title": title}
