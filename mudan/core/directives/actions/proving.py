"""How is proof given: a photo drawn anew, a form, words, or a reading of an instrument?"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.directives import queries, store
from mudan.core.directives.actions.writing import record
from mudan.core.directives.model import ENDED, EVIDENCE, Directive, addressed
from mudan.core.entities import queries as entities
from mudan.core.observations import queries as observations
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.pictures import redrawn
from mudan.storage.pool import Connection, centre_within

MOST_FIELDS: Final = 50
LONGEST: Final = 4000


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """Proof to be kept. `id` makes a repeat harmless; telemetry names `urn` and `quantity` in `form`."""

    id: UUID
    kind: str
    at: datetime
    text: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    picture: bytes | None = None


async def add_evidence(
    connection: Connection, directive_id: UUID, new: NewEvidence, actor: Actor, now: datetime
) -> Directive:
    """Keep proof for a directive that is being done; the same id again changes nothing."""
    directive = await queries.one(connection, directive_id, lock=True)
    if directive.state in (*ENDED, "pending", "issued", "submitted"):
        raise Conflict(f"a directive that is {directive.state} takes no proof")
    if not addressed(directive, actor) and not actor.may("directives.write"):
        raise NotAllowed("this directive is for somebody else")
    row = await _row(connection, new)
    async with centre_within(connection):
        kept = await store.insert_evidence(
            connection,
            row
            | {
                "directive_id": directive_id,
                "at": min(new.at, now),
                "recorded_at": now,
                "given_by": actor.name,
            },
        )
        if kept:
            await store.add_doer(connection, directive_id, actor.person)
            await store.update(connection, directive_id, {})
            await record(
                connection, directive, "evidence", now, actor=actor.name, actor_id=actor.person,
                text=new.text.strip()[:200], detail={"evidence": str(new.id), "kind": new.kind},
            )  # fmt: skip
        return await queries.one(connection, directive_id)


async def _row(connection: Connection, new: NewEvidence) -> dict[str, Any]:
    if new.kind not in EVIDENCE:
        raise Invalid("proof is photo, form, text or telemetry", field="kind")
    if len(new.text) > LONGEST or len(new.form) > MOST_FIELDS:
        raise Invalid("that is more than proof may hold", field="text")
    row: dict[str, Any] = {"id": new.id, "kind": new.kind, "text": new.text.strip(), "form": dict(new.form)}
    if new.kind == "photo":
        if new.picture is None:
            raise Invalid("a photo is needed", field="file")
        row["jpeg"], row["width"], row["height"] = await asyncio.to_thread(redrawn, new.picture)
    elif new.kind == "text" and not new.text.strip():
        raise Invalid("words are needed", field="text")
    elif new.kind == "form" and not new.form:
        raise Invalid("a form has fields", field="form")
    elif new.kind == "telemetry":
        row["form"] = await _reading(connection, new.form)
    return row


async def _reading(connection: Connection, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The instrument's own latest reading, whatever the sender says it was."""
    urn, quantity = str(wanted.get("urn", "")), str(wanted.get("quantity", ""))
    entity = await entities.by_urn(connection, urn)
    for one in await observations.latest(connection, [entity.key]):
        if one.quantity == quantity:
            return {
                "urn": urn, "quantity": quantity, "value": one.value, "unit": one.unit,
                "observed_at": one.observed_at.isoformat(), "name": entity.name.zh,
            }  # fmt: skip
    raise NotFound("the instrument has no such reading")
