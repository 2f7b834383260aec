"""How does a directive come to be, once, whether by a person, by a plan, or by its own cadence?"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mudan.core.directives import queries, store
from mudan.core.directives.actions.writing import doers, put, record, tell
from mudan.core.directives.model import RECEIVE_WITHIN, Deadline, Directive, Order, deadline_at
from mudan.core.incidents import queries as incidents
from mudan.core.incidents.model import is_open
from mudan.core.notices.model import target_title
from mudan.core.people import queries as people
from mudan.core.people.model import Actor, Scope
from mudan.primitives.clock import CST, scaled
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection, centre_within


async def issue(
    connection: Connection, actor: Actor | None, now: datetime, order: Order, *, space: int = 0
) -> Directive:
    """Issue a directive; with open dependencies it waits for them. `actor` None is the centre, in `space`.

    The same origin again gives the first one back. Raises Invalid, NotFound, Conflict.
    """
    where = actor.scope.space if actor is not None else space
    if order.origin is not None:
        known = await queries.of_origin(connection, where, order.origin, prefix=False)
        if known:
            return known[0]
    await _check(connection, actor.scope if actor is not None else None, order)
    waits = await _waits(connection, order)
    scale = await people.space_scale(connection, where)
    made = new_id()
    async with centre_within(connection):
        series = await _series(connection, order, where, now, scale)
        row = await _row(connection, order, made, where, now, actor)
        row |= {"series_id": series, "due_at": deadline_at(order.deadline, now, None, scale)}
        if not await store.insert(connection, row):
            raise Conflict("this directive was issued at the same moment")
        if not waits:
            await released(
                connection, await queries.one(connection, made), now, actor.name if actor else "system"
            )
        return await queries.one(connection, made)


async def _check(connection: Connection, scope: Scope | None, order: Order) -> None:
    target = order.target
    if scope is not None and not order.area_code.startswith(scope.area):
        raise NotFound("there is no such area")
    if target.department is not None and not await people.department_exists(connection, target.department):
        raise Invalid("there is no such department", field="target")
    if target.person is not None:
        async with centre_within(connection):
            await people.person(connection, target.person)
    if order.incident is not None:
        incident = await incidents.one(connection, order.incident)
        if order.source != "review" and not is_open(incident.phase):
            raise Conflict("the incident has ended; reopen it first")


async def _waits(connection: Connection, order: Order) -> bool:
    if not order.depends_on:
        return False
    known, still_open = await queries.open_among(connection, order.depends_on)
    if known != len(set(order.depends_on)):
        raise NotFound("there is no such directive to wait for")
    return still_open > 0


async def _series(
    connection: Connection, order: Order, space: int, now: datetime, scale: float
) -> UUID | None:
    if order.cadence_s is None:
        return None
    series = new_id()
    await store.insert_series(
        connection,
        {
            "id": series, "space": space, "area_code": order.area_code, "department": order.target.department,
            "every_s": order.cadence_s, "next_at": now + scaled(timedelta(seconds=order.cadence_s), scale),
            "occurrence": 1, "ends_at": order.cadence_until,
        },
    )  # fmt: skip
    return series


async def _row(
    connection: Connection, order: Order, made: UUID, space: int, now: datetime, actor: Actor | None
) -> dict[str, Any]:
    day = now.astimezone(CST).date()
    return {
        "id": made, "space": space, "area_code": order.area_code, "department": order.target.department,
        "number": f"D{day:%Y%m%d}-{await store.next_number(connection, space, day):03d}", "origin": order.origin,
        "source": order.source, "title": order.title.strip(), "text": order.text.strip(), "level": order.level,
        "mandatory": order.mandatory, "incident_id": order.incident, "to_department": order.target.department,
        "to_role": order.target.role, "to_group": order.target.group, "to_person": order.target.person,
        "evidence": list(order.evidence), "state": "pending", "deadline_kind": order.deadline.kind,
        "within_s": order.deadline.within_s, "depends_on": list(order.depends_on), "created_at": now,
        "created_by": actor.name if actor else "system", "created_by_id": actor.person if actor else None,
    }  # fmt: skip


async def released(
    connection: Connection,
    directive: Directive,
    now: datetime,
    by: str,
    *,
    spawned: dict[str, Any] | None = None,
) -> None:
    """A pending directive goes out: its clocks start and the doer is told."""
    scale = await people.space_scale(connection, directive.space)
    due_at = directive.due_at
    if directive.deadline_kind == "after_trigger" and directive.depends_on and directive.within_s is not None:
        due_at = now + scaled(
            timedelta(seconds=directive.within_s), scale
        )  # what it waited for is its trigger
    receive_by = now + scaled(RECEIVE_WITHIN[directive.level], scale)
    await put(
        connection, directive, scale, state="issued", issued_at=now, receive_by=receive_by, due_at=due_at
    )
    kind = "issue" if spawned is None else "spawn"
    await record(
        connection, directive, kind, now, actor=by, to_state="issued", text=_whom(directive), detail=spawned
    )
    await tell(connection, directive, "issue", doers(directive), now)


def _whom(directive: Directive) -> str:
    if directive.to_department_name is not None:
        return directive.to_department_name.zh
    if directive.to_role is not None:
        return target_title(f"role:{directive.to_role}").zh
    return directive.to_group or directive.to_person_name or ""


async def spawn(
    connection: Connection, series: dict[str, Any], occurrence: int, at: datetime, missed: int, now: datetime
) -> UUID | None:
    """The next of a cadence, with its own deadline; None when that occurrence is there already."""
    pattern = await queries.one(connection, series["pattern"])
    scale = await people.space_scale(connection, pattern.space)
    day = now.astimezone(CST).date()
    made = new_id()
    within = pattern.within_s if pattern.within_s is not None else series["every_s"]
    row = {
        "id": made, "number": f"D{day:%Y%m%d}-{await store.next_number(connection, pattern.space, day):03d}",
        "origin": None if pattern.origin is None else f"{pattern.origin}#{occurrence}", "state": "pending",
        "deadline_kind": "after_trigger", "within_s": within, "series_id": series["id"], "occurrence": occurrence,
        "due_at": deadline_at(Deadline("after_trigger", None, within, at), at, None, scale), "created_at": now,
        "created_by": "system", "evidence": list(pattern.evidence), "depends_on": [],
    }  # fmt: skip
    for name in ("space", "area_code", "department", "source", "title", "text", "level", "mandatory", "incident_id",
                 "to_department", "to_role", "to_group", "to_person"):  # fmt: skip
        row[name] = getattr(pattern, name)
    if not await store.insert(connection, row):
        return None
    fresh = await queries.one(connection, made)
    await released(connection, fresh, now, "system", spawned={"occurrence": occurrence, "missed": missed})
    return made


async def stop_series(
    connection: Connection, directive_id: UUID, reason: str, actor: Actor, now: datetime
) -> Directive:
    """End the cadence of a directive, with the reason; what has been issued stays."""
    directive = await queries.one(connection, directive_id, lock=True)
    if directive.series_id is None:
        raise Conflict("this directive does not recur")
    if not reason.strip():
        raise Invalid("ending a cadence needs a reason", field="reason")
    async with centre_within(connection):
        if await store.stop_series(connection, directive.series_id, now, reason.strip()):
            await record(
                connection, directive, "stop", now, actor=actor.name, actor_id=actor.person,
                text=reason.strip(), detail={"series": str(directive.series_id)},
            )  # fmt: skip
    return await queries.one(connection, directive_id)
