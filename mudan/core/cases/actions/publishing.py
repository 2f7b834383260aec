"""How does a new calendar, a new responsibility matrix, or what is known of the areas come into force?"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from mudan.core.cases import queries, store
from mudan.core.cases.model.calendar import Calendar, calendar_stored
from mudan.core.cases.model.known import type_named
from mudan.core.cases.model.matrix import MatrixRule, matrix_faults
from mudan.core.cases.model.metrics.online import AreaFacts, checked_facts, facts_stored
from mudan.core.people import queries as people
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid
from mudan.storage.pool import Connection

MOST_RULES: Final = 20_000


async def publish_calendar(
    connection: Connection, calendar: Calendar, based_on: int, note: str, actor: Actor, now: datetime
) -> int:
    """Put a calendar into force; its version. The clocks that run are counted anew by the centre, within seconds."""
    await store.alone(connection, "calendar")
    if (await queries.calendar(connection, actor.scope.space)).version != based_on:
        raise Conflict("another calendar has come into force meanwhile; look again")
    return await store.publish_calendar(
        connection, {"content": calendar_stored(calendar), **_published(actor, note, now)}
    )


async def publish_area_facts(
    connection: Connection, facts: Sequence[AreaFacts], based_on: int, note: str, actor: Actor, now: datetime
) -> int:
    """Put the areas' sizes and people into force; the version. Raises Invalid naming the row, Conflict."""
    checked = checked_facts(facts)
    if not note.strip():
        raise Invalid("say where the figures are from", field="note")
    for at, one in enumerate(checked, 1):
        if not one.area_code.startswith(actor.scope.area):
            raise Invalid(f"row {at}: there is no such area", field=f"items.{at}.area_code")
    await store.alone(connection, "area_facts")
    if (await queries.area_facts(connection, actor.scope.space)).version != based_on:
        raise Conflict("other figures have come into force meanwhile; look again")
    return await store.publish_area_facts(
        connection, {"content": facts_stored(checked), **_published(actor, note, now)}
    )


async def publish_matrix(
    connection: Connection,
    type_name: str,
    rules: Sequence[MatrixRule],
    based_on: int,
    note: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Put a matrix into force, whole; its version. Raises Invalid naming the row, Conflict."""
    case_type = type_named(type_name)
    if len(rules) > MOST_RULES:
        raise Invalid(f"a matrix has at most {MOST_RULES} rules", field="rules")
    await store.alone(connection, f"matrix.{type_name}")
    if (await queries.rules(connection, actor.scope.space, type_name))[0] != based_on:
        raise Conflict("another matrix has come into force meanwhile; look again")
    for row, said in matrix_faults(rules):
        raise Invalid(f"row {row}: {said}", field=f"rules.{row}")
    known: dict[str, bool] = {}
    for row, rule in enumerate(rules, 1):
        if rule.class_code and case_type.class_of(rule.class_code) is None:
            raise Invalid(f"row {row}: there is no class {rule.class_code}", field=f"rules.{row}")
        if rule.department not in known:
            known[rule.department] = await people.department_exists(connection, rule.department)
        if not known[rule.department]:
            raise Invalid(f"row {row}: there is no department {rule.department}", field=f"rules.{row}")
    version = await store.publish_matrix(connection, {"type": type_name, **_published(actor, note, now)})
    await store.insert_rules(connection, version, [asdict(rule) for rule in rules])
    return version


def _published(actor: Actor, note: str, now: datetime) -> dict[str, Any]:
    return {
        "space": actor.scope.space, "note": note.strip(), "published_by": actor.name, "published_by_id": actor.person,
        "published_at": now,
    }  # fmt: skip
