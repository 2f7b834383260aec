"""Who has not heard a notice or answered a call: how is their grid told again, or a visit planned?"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from mudan.core.notices import actions as notices
from mudan.core.notices.model import NewNotice as NewWord
from mudan.core.notices.model import Step
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.visits import queries, store
from mudan.core.visits.actions.planning import plan
from mudan.core.visits.model.telling import Called, Door
from mudan.core.visits.model.words import Notice, Plan
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

NOUN: Final = "visits"
MOST_AT_ONCE: Final = 200
CALLS_KEPT: Final = timedelta(days=7)  # 示例: how long a chain's answers stay in sight
_APP: Final = ("app",)
# Whoever knocks at doors there; where nobody does, the people of the village.
_GRID: Final = Step("role:field_worker", channels=_APP, otherwise="role:department_liaison")


async def tell_again(
    connection: Connection, actor: Actor, now: datetime, notice_id: UUID, households: Sequence[UUID]
) -> int:
    """Tell the grids of these doors again that a notice is not told there; how many doors. Raises Conflict."""
    notice, doors = await _untold(connection, notice_id, households)
    for one in doors:
        await store.insert_reminder(
            connection, _row(actor, now, one) | {"notice_id": notice.id, "how": "again"}
        )
    for area in sorted({one.area_code for one in doors}):
        count = sum(one.area_code == area for one in doors)
        title = Text(
            f"请再次告知：{notice.title}（{count} 户）", f"tell again: {notice.title} ({count} doors)"
        )
        await _post(connection, actor, now, area, f"{notice.id} {area}", title, notice.words)
    await audit(connection, actor, "visit.tell_again", str(notice.id), {"doors": len(doors)})
    return len(doors)


async def go_by(
    connection: Connection, actor: Actor, now: datetime, notice_id: UUID, households: Sequence[UUID], on: date
) -> int:
    """Have somebody go to these doors by that day; a door where somebody goes already is left. How many doors."""
    notice, doors = await _untold(connection, notice_id, households)
    going = [one for one in doors if one.visit_on is None]
    for one in going:
        which = uuid5(notice.id, f"{one.household} {on}")
        new = Plan(which, "notice", on, one.household, words=notice.words[:1000])
        visit = await plan(connection, actor, now, new)
        if visit.state != "planned":
            raise Conflict("somebody went there on that day already; choose another")
        row = _row(actor, now, one) | {"notice_id": notice.id, "how": "visit", "visit_id": visit.id}
        await store.insert_reminder(connection, row)
    return len(going)


async def _untold(
    connection: Connection, notice_id: UUID, households: Sequence[UUID]
) -> tuple[Notice, list[Door]]:
    if not 0 < len(households) <= MOST_AT_ONCE:
        raise Invalid(f"choose 1 to {MOST_AT_ONCE} doors", field="households")
    notice = await queries.notice(connection, notice_id)
    doors, _ = await queries.doors(connection, notice_id, told=False, only=households, limit=MOST_AT_ONCE)
    if not doors:
        raise Conflict("all of these have heard it meanwhile")
    return notice, doors


def _row(actor: Actor, now: datetime, one: Door) -> dict[str, Any]:
    return {
        "id": new_id(), "space": actor.scope.space, "area_code": one.area_code, "department": one.department,
        "household_id": one.household, "at": now, "by": actor.name,
    }  # fmt: skip


async def call_again(connection: Connection, actor: Actor, now: datetime, step: UUID) -> None:
    """Tell the grid of a place that has not answered a call that somebody must knock. Raises Conflict."""
    async with centre_within(connection):
        known = await queries.called(connection, actor.scope.space, actor.scope.area, now - CALLS_KEPT)
        found: Called | None = next((one for one in known if one.step == step), None)
        if found is None or found.state not in ("calling", "unreached"):
            raise Conflict("this place does not wait for an answer any more")
        row = {
            "id": new_id(), "space": actor.scope.space, "area_code": found.area_code, "department": None,
            "step_id": step, "how": "again", "at": now, "by": actor.name,
        }  # fmt: skip
        await store.insert_reminder(connection, row)
    title = Text(f"请上门叫应：{found.name}（{found.title}）", f"knock at: {found.name} ({found.title})")
    await _post(connection, actor, now, found.area_code, str(step), title, title.zh, level=found.level)
    await audit(connection, actor, "visit.call_again", str(step), {"name": found.name})


async def _post(
    connection: Connection,
    actor: Actor,
    now: datetime,
    area: str,
    subject: str,
    title: Text,
    words: str,
    *,
    level: int = 4,
) -> None:
    await notices.settle(connection, NOUN, subject, now, by=actor.name, reason="told again")
    new = NewWord(
        noun=NOUN, subject=subject, space=actor.scope.space, area_code=area, department=None, title=title,
        body=Text(words, words), steps=(_GRID,), level=level,
    )  # fmt: skip
    await notices.post(connection, new, now, by=actor.name)
