"""How is a version of a plan written, checked, approved and retired?"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from mudan.core.people.model import Actor
from mudan.core.plans import queries, store
from mudan.core.plans.model.lint import Finding, Severity
from mudan.core.plans.model.reading import LONGEST, hash_of, read_plan
from mudan.core.plans.model.states import Version, moved
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.ids import new_id
from mudan.storage.pool import Connection

CENTRE = "Mudan"


async def create(connection: Connection, actor: Actor, now: datetime, text: str, note: str = "") -> Version:
    """A new plan with its first draft; its name is the one that the text says. Raises Invalid, Conflict."""
    read = read_plan(_bounded(text))
    if read.plan is None:
        first = read.faults[0]
        raise Invalid(f"line {first.mark.line}: {first.path} {first.text.en}", field="text")
    plan_id = new_id()
    await store.insert_plan(
        connection,
        {
            "id": plan_id, "space": actor.scope.space, "slug": read.plan.plan, "area_code": actor.scope.area,
            "department": next(iter(actor.scope.departments or ()), None), "at": now, "by": actor.name,
        },
    )  # fmt: skip
    return await _draft(connection, plan_id, text, note, (actor.person,), actor.name, now)


async def new_draft(
    connection: Connection, actor: Actor, now: datetime, slug: str, text: str | None = None
) -> Version:
    """A new draft of a plan, from the given text or else from its newest version. Raises Conflict when one is open."""
    plan_id = await _own(connection, actor, slug)
    if text is None:
        text = (await queries.versions(connection, plan_id))[0].text
    return await _draft(connection, plan_id, _bounded(text), "", (actor.person,), actor.name, now)


async def save(
    connection: Connection,
    actor: Actor,
    now: datetime,
    slug: str,
    number: int,
    *,
    text: str,
    note: str,
    revision: int,
) -> Version:
    """Keep the text of a draft, even one that is not right yet. Raises Conflict when somebody else saved it."""
    plan_id = await _own(connection, actor, slug)
    found = await queries.version(connection, plan_id, number, lock=True)
    if found.state != "draft":
        raise Conflict(f"a version that is {found.state} cannot be changed")
    _same(found, revision)
    editors = (*found.editors, *({actor.person} - set(found.editors)))
    await store.save_text(
        connection,
        found.id,
        {"text": _bounded(text), "hash": hash_of(text), "note": note, "editors": list(editors), "at": now},
    )
    return await queries.version(connection, plan_id, number)


async def move(
    connection: Connection,
    actor: Actor,
    now: datetime,
    slug: str,
    number: int,
    event: str,
    *,
    revision: int,
    reason: str = "",
    findings: Sequence[Finding] = (),
) -> Version:
    """Take a version further: submit, send_back, approve, retire. `findings`: what lint says of it now.

    Approving retires the version that was in force. Raises what `states.moved` does, and Conflict.
    """
    plan_id = await _own(connection, actor, slug)
    found = await queries.version(connection, plan_id, number, lock=True)
    _same(found, revision)
    errors = sum(one.severity is Severity.ERROR for one in findings)
    after = moved(
        found.state, event, person=actor.person, editors=found.editors, reason=reason, errors=errors
    )
    if after in ("checked", "approved"):
        _fit(found)
    if after == "approved":
        await _retire_others(connection, found, actor.name, now)
    await store.move(connection, found.id, after, actor.name, now)
    await _note(connection, found, event, after, actor.name, now, reason)
    return await queries.version(connection, plan_id, number)


async def adopt(
    connection: Connection, now: datetime, text: str, *, area: str, by: str = CENTRE, space: int = 0
) -> Version | None:
    """The centre's own way of bringing a shipped plan into force, as an example; None when the plan is known.

    Never replaces what people have written or approved.
    """
    read = read_plan(text)
    if read.plan is None:
        raise Invalid(f"line {read.faults[0].mark.line}: {read.faults[0].text.en}", field="text")
    if any(one.slug == read.plan.plan for one in await queries.listed(connection, space)):
        return None
    plan_id = new_id()
    await store.insert_plan(
        connection,
        {
            "id": plan_id, "space": space, "slug": read.plan.plan, "area_code": area, "department": None, "at": now,
            "by": by,
        },
    )  # fmt: skip
    made = await _draft(connection, plan_id, text, "示例预案 / example plan", (), by, now)
    for event, after in (("submit", "checked"), ("adopt", "approved")):
        await store.move(connection, made.id, after, by, now)
        await _note(connection, made, event, after, by, now, "")
    return await queries.version(connection, plan_id, made.number)


async def _draft(
    connection: Connection,
    plan_id: UUID,
    text: str,
    note: str,
    editors: Sequence[UUID],
    author: str,
    now: datetime,
) -> Version:
    version = new_id()
    await store.insert_version(
        connection,
        {
            "id": version, "plan_id": plan_id, "text": text, "hash": hash_of(text), "note": note,
            "editors": list(editors), "author": author, "at": now,
        },
    )  # fmt: skip
    made = (await queries.versions(connection, plan_id))[0]
    await _note(connection, made, "create", "draft", author, now, "", before="")
    return made


async def _own(connection: Connection, actor: Actor, slug: str) -> UUID:
    """The plan to write to: an exercise never changes a plan of reality. Raises NotFound, NotAllowed."""
    row = await queries.plan_row(connection, slug, actor.scope.space)
    if not actor.scope.sees(row["area_code"], row["department"], row["space"]):
        raise NotAllowed("this plan belongs to another area, department or to reality")
    plan_id: UUID = row["id"]
    return plan_id


def _same(found: Version, revision: int) -> None:
    if found.revision != revision:
        raise Conflict("the version was changed meanwhile; look at it again")


def _fit(found: Version) -> None:
    plan = queries.parsed(found.text)
    if plan.plan != found.slug:
        raise Invalid(f"the text is of the plan '{plan.plan}', not '{found.slug}'", field="text")


def _bounded(text: str) -> str:
    if not text.strip() or len(text) > LONGEST:
        raise Invalid(f"a plan has 1 to {LONGEST} characters", field="text")
    return text


async def _retire_others(connection: Connection, found: Version, by: str, now: datetime) -> None:
    for other in await queries.versions(connection, found.plan_id):
        if other.state == "approved":
            await store.move(connection, other.id, "retired", by, now)
            await _note(connection, other, "replaced", "retired", by, now, f"v{found.number}")


async def _note(
    connection: Connection,
    version: Version,
    kind: str,
    after: str,
    actor: str,
    now: datetime,
    reason: str,
    before: str | None = None,
) -> None:
    await store.append_event(
        connection,
        {
            "version": version.id, "at": now, "actor": actor, "kind": kind,
            "before": version.state if before is None else before, "after": after, "reason": reason,
        },
    )  # fmt: skip
