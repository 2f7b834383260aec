"""How is a deed written into the audit trail, and is the trail whole?"""

from typing import Any, NamedTuple

from mudan.core.people import queries, store
from mudan.core.people.model import EVERY_SPACE, GENESIS, Actor, chain_fault
from mudan.storage.pool import Connection

SYSTEM_ACTOR = "system"
_PAGE = 2000


class Verification(NamedTuple):
    """How many records were checked and, when the chain is broken, the first number that is wrong."""

    checked: int
    first_bad: int | None
    fault: str = ""


async def audit(
    connection: Connection,
    actor: Actor | None,
    action: str,
    target: str,
    detail: dict[str, Any] | None = None,
) -> int:
    """Append to the trail in the caller's own transaction: no deed without its record, no record without.

    `actor` None is the centre itself; `action` is `noun.verb`; `target` names what it was done to.
    Returns the record's number.
    """
    return await store.append_audit(
        connection,
        actor=SYSTEM_ACTOR if actor is None else actor.login,
        actor_id=None if actor is None else actor.person,
        action=action,
        target=target,
        detail=detail or {},
        space=0 if actor is None or actor.scope.space == EVERY_SPACE else actor.scope.space,
    )


async def verify_chain(connection: Connection) -> Verification:
    """Work every hash out again from the first record on.

    A trail cut off at its end still verifies: compare the newest hash with a copy kept elsewhere.
    """
    checked, previous = 0, GENESIS
    while lines := await queries.audit_after(connection, checked, _PAGE):
        for line in lines:
            if fault := chain_fault(line, checked + 1, previous):
                return Verification(checked, line.seq, fault)
            checked, previous = checked + 1, line.hash
    return Verification(checked, None)
