"""How does a week's plan come to be: drafted, changed by hand, published to the phones?"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from mudan.core.cases import queries as cases
from mudan.core.people.actions import audit
from mudan.core.people.model import Actor
from mudan.core.visits import queries, store
from mudan.core.visits.actions.planning import own_department
from mudan.core.visits.model.week import FIRST_POST, POSTS, Slot, days_of, spread
from mudan.primitives.clock import CST
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

MOST_AT_ONCE: Final = 200


async def draft(
    connection: Connection, actor: Actor, now: datetime, first: date, slots: Sequence[Slot]
) -> None:
    """Put visits on days of the week that begins on `first` (a Monday). Raises Invalid, NotFound, Conflict."""
    _week(first)
    if len(slots) > MOST_AT_ONCE:
        raise Invalid(f"at most {MOST_AT_ONCE} visits at a time", field="slots")
    days, today = set(days_of(first)), now.astimezone(CST).date()
    for number, one in enumerate(slots):
        if one.on is not None and (one.on not in days or one.on < today):
            raise Invalid("this is not a day of that week, or it has passed", field=f"slots.{number}.on")
        if one.post not in POSTS:
            raise Invalid("there is no such post", field=f"slots.{number}.post")
    for one in slots:
        visit = await queries.one(connection, one.visit, lock=True)
        if visit.state != "planned":
            raise Conflict("a visit of these was made or taken off the list meanwhile; look again")
        await store.update(
            connection, one.visit, {"draft_on": one.on, "draft_post": one.post if one.on else ""}
        )
    await audit(connection, actor, "visit.draft", str(first), {"visits": len(slots)})


async def suggest(connection: Connection, actor: Actor, now: datetime, first: date, area: str) -> int:
    """Find a working day for every visit of a week that has none, grid by grid; how many found one."""
    _week(first)
    today = now.astimezone(CST).date()
    calendar = await cases.calendar(connection, actor.scope.space)
    days = [day for day in days_of(first) if day >= today and calendar.is_worked(day)]
    if not days:
        raise Conflict("no working day of this week is left")
    loads = {
        (grid.area_code, day): load
        for grid in await queries.grids_of_week(connection, first, today, area)
        for day, load in zip(days_of(first), grid.loads, strict=True)
    }
    wishes = await queries.without_a_day(connection, first, today, area)
    found = spread(wishes, days, loads)
    await store.put_drafts(connection, found, FIRST_POST)
    await audit(connection, actor, "visit.suggest", str(first), {"area": area, "visits": len(found)})
    return len(found)


async def publish(connection: Connection, actor: Actor, now: datetime, first: date, area: str) -> int:
    """Let the phones follow the draft of a week in an area; how many visits changed. Raises Conflict when none did."""
    _week(first)
    if not area.startswith(actor.scope.area):
        raise NotFound("there is no such area")
    changed: list[UUID] = await store.publish_drafts(connection, first, days_of(first)[-1], area)
    if not changed:
        raise Conflict("the phones have this plan already")
    row = {
        "id": new_id(), "space": actor.scope.space, "area_code": area, "department": own_department(actor),
        "week": first, "visits": len(changed), "published_by": actor.name, "published_by_id": actor.person,
        "published_at": now,
    }  # fmt: skip
    await store.insert_publication(connection, row)
    await audit(connection, actor, "visit.publish", str(first), {"area": area, "visits": len(changed)})
    return len(changed)


def _week(first: date) -> None:
    if first.weekday() != 0:
        raise Invalid("a week begins on its Monday", field="week")
