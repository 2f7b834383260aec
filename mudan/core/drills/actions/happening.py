"""How does an inject come true in its exercise? By the same actions as in reality, in the exercise's own space."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from mudan.core.drills.model import (
    CallIn,
    ClosureIn,
    Drill,
    Inject,
    MessageIn,
    ObservationIn,
    UnitIn,
    inject_of,
)
from mudan.core.entities import queries as entities
from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice, Step
from mudan.core.roads import actions as roads
from mudan.core.units import actions as units
from mudan.core.units import queries as unit_queries
from mudan.core.units.model import Administrative
from mudan.primitives.changes import Changes
from mudan.primitives.clock import scaled
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

CALLED: Final = ("dispatcher", "duty_officer", "leader")  # who hears a call that nobody has answered, in turn
UNANSWERED: Final = timedelta(seconds=60)  # 示例, on the drill's clock


@dataclass(slots=True)
class Happened:
    """What came of an inject: (entity, quantity, value) still to be carried as an observation, what changed,
    and a word for the control room.
    """

    observed: list[tuple[int, str, float]] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)
    result: str = ""


async def happen(connection: Connection, drill: Drill, inject: Inject, now: datetime) -> Happened:
    """Let an inject come true. Raises what the action raises when it cannot.

    The work must be in the scope of the exercise's space.
    """
    one = inject_of(
        {**inject.payload, "after": "0s", "title": {"zh": inject.title.zh, "en": inject.title.en}}
    )
    match one:
        case ObservationIn():
            return await _observe(connection, one)
        case CallIn():
            wait_s = scaled(UNANSWERED, drill.scale).total_seconds()
            return await _tell(connection, drill, inject, _call_words(one), CALLED, now, wait_s)
        case MessageIn():
            return await _tell(connection, drill, inject, one.text, (one.role,), now)
        case ClosureIn():
            return await _close(connection, drill, inject, one, now)
        case UnitIn():
            return await _unit(connection, one, now)
        case _:
            return Happened()


async def _observe(connection: Connection, one: ObservationIn) -> Happened:
    entity = await entities.by_urn(connection, one.entity)
    return Happened(
        observed=[(entity.key, one.quantity, one.value)], result=f"{one.quantity} = {one.value:g}"
    )


def _call_words(one: CallIn) -> Text:
    parts = (
        ("来电人", "caller", f"{one.reporter} {one.phone}".strip()),
        ("事由", "what", one.what), ("地点", "where", one.place),
        ("伤害", "harm", one.harm), ("现场", "on scene", one.on_scene), ("求助", "asked for", one.help_asked),
    )  # fmt: skip
    said = [(zh, en, words) for zh, en, words in parts if words]
    return Text(
        "；".join(f"{zh}：{words}" for zh, _, words in said),
        "; ".join(f"{en}: {words}" for _, en, words in said),
    )


async def _tell(
    connection: Connection,
    drill: Drill,
    inject: Inject,
    words: Text,
    roles: tuple[str, ...],
    now: datetime,
    wait_s: float = 0.0,
) -> Happened:
    """Tell these roles, one `wait_s` after the other until somebody answers; 0: all at once, no answer wanted."""
    new = NewNotice(
        noun="drills",
        subject=str(inject.id),
        space=drill.space,
        area_code=drill.area_code,
        department=drill.department,
        title=inject.title,
        body=words,
        steps=tuple(Step(to=f"role:{role}", after_s=wait_s if at else 0.0) for at, role in enumerate(roles)),
        need_receipt=wait_s > 0,
        within_s=wait_s or None,
    )
    notice = await notices.post(connection, new, now, by="drill")
    happened = Happened(result=", ".join(roles))
    happened.changes.touch("notices", drill.space, notice)
    return happened


async def _close(
    connection: Connection, drill: Drill, inject: Inject, one: ClosureIn, now: datetime
) -> Happened:
    points = [list(point) for point in one.points]
    geometry = (
        {"type": "Point", "coordinates": points[0]}
        if len(points) == 1
        else {"type": "LineString", "coordinates": points}
    )
    ends_at = None if one.lasts is None else now + scaled(one.lasts, drill.scale)
    new = roads.NewClosure(
        geometry=geometry, reason=one.reason, starts_at=now, ends_at=ends_at, depth_m=one.depth_m,
        source_ref=f"drill:{inject.id}",
    )  # fmt: skip
    closure = await roads.close(
        connection, new, now, by="drill", space=drill.space, area_code=drill.area_code
    )
    happened = Happened(result=one.reason)
    happened.changes.touch("roads", drill.space, closure.id)
    return happened


async def _unit(connection: Connection, one: UnitIn, now: datetime) -> Happened:
    found = [unit for unit in await unit_queries.all_units(connection) if unit.code == one.unit]
    if not found:
        raise NotFound(f"there is no unit {one.unit} in the exercise")
    state = Administrative(one.administrative)
    await units.set_administrative(connection, found[0].id, state, one.reason or "drill", None, now)
    happened = Happened(result=f"{one.unit} {one.administrative}")
    happened.changes.units.add(found[0].id)
    return happened
