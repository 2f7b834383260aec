"""How is a case sent on to another system, and what do its answers write? The only writers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from mudan.core.cases import actions as cases
from mudan.core.cases import queries as case_queries
from mudan.core.cases.model.chart import Author
from mudan.core.cases.model.georeport import masked
from mudan.core.cases.model.words import Case
from mudan.core.people.model import Actor
from mudan.core.referrals import queries, store
from mudan.core.referrals.model import (
    LONGEST_NOTE,
    Recipient,
    ReferralOutcome,
    description_of,
    mark_of,
    may_become,
    next_look,
)
from mudan.primitives.changes import Changes
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.primitives.text import Text
from mudan.storage.pool import Connection, centre_within

_NAMES: Final = UUID("5c0f5f6b-83c1-5be4-a3bd-2f0f52c3a9d1")
_SAYS: Final = {
    "accepted": Text("对方已受理，编号 {number}", "taken there under the number {number}"),
    "closed": Text(
        "对方已办结（{number}）：请核查后再结案", "closed there ({number}): check before closing here"
    ),
    "refused": Text("对方未受理：{reason}", "refused there: {reason}"),
    "held": Text("对方是否收到无法确认，请人工核实", "whether they have it cannot be known; ask them"),
    "reopened": Text("对方重新办理（{number}）", "opened again there ({number})"),
}
_FOR_DESK: Final = frozenset(("closed", "refused", "held", "reopened"))


@dataclass(frozen=True, slots=True)
class Wish:
    """To whom a case shall be sent on, with what words beside its own. `client_id`: the same again is one."""

    platform: str
    client_id: UUID
    note: str = ""


async def refer(
    connection: Connection, case_id: UUID, wish: Wish, to: Recipient, actor: Actor, now: datetime
) -> UUID:
    """Put a case in line for another system; its id. Raises NotFound, Conflict, Invalid."""
    case = await case_queries.one(connection, case_id, lock=True)
    referral = uuid5(_NAMES, f"{case_id}\n{wish.client_id}")
    if await queries.find(connection, referral) is not None:
        return referral
    service = _checked(case, wish, to)
    async with centre_within(connection):
        mark = mark_of(case.number, await queries.key(connection), referral)
        row: dict[str, Any] = {
            "id": referral, "case_id": case.id, "platform": wish.platform, "mark": mark, "service_code": service,
            "description": description_of(masked(case.title), masked(case.text), masked(wish.note), mark),
            "address": masked(case.address), "lon": case.lon, "lat": case.lat,
            "media_url": await queries.public_picture(connection, case.id), "state": "waiting", "next_at": now,
            "asked_at": now, "asked_by": actor.name, "asked_by_id": actor.person,
        }  # fmt: skip
        if not await store.insert(connection, row):
            raise Conflict("this case is with them already")
    said = Text(f"转送{to.title.zh}", f"sent on to {to.title.en}")
    await cases.tell_of_referral(connection, case, said, str(referral), cases.author_of(actor), now)
    return referral


def _checked(case: Case, wish: Wish, to: Recipient) -> str:
    """Their service for the case. Raises Conflict, Invalid."""
    if case.space != 0:
        raise Conflict("an exercise sends nothing to other systems")
    if case.ended_at is not None or case.closed_at is not None:
        raise Conflict("a closed case is not sent on")
    if case.type in to.own_types:
        raise Conflict("what came from another system is not sent back there as new")
    if len(wish.note) > LONGEST_NOTE:
        raise Invalid(f"at most {LONGEST_NOTE} characters", field="note")
    if (case.lon is None or case.lat is None) and not case.address.strip():
        raise Invalid("the other system needs a place or an address", field="address")
    service = to.service_of(case.type, case.class_code)
    if service is None:
        raise Invalid("the table names no service of theirs for this class", field="class_code")
    return service


async def again(connection: Connection, case_id: UUID, referral: UUID, actor: Actor, now: datetime) -> None:
    """A human decides that it is sent (again): after a refusal, or when nobody could tell whether they have it."""
    await _decided(connection, case_id, referral, ("held", "refused", "waiting"), "waiting", actor, now)


async def withdraw(
    connection: Connection, case_id: UUID, referral: UUID, actor: Actor, now: datetime
) -> None:
    """A human takes it back while nothing has gone out, or when they know that it did not arrive."""
    await _decided(connection, case_id, referral, ("held", "refused", "waiting"), "withdrawn", actor, now)


async def _decided(
    connection: Connection,
    case_id: UUID,
    referral: UUID,
    known: Sequence[str],
    new: str,
    actor: Actor,
    now: datetime,
) -> None:
    case = await case_queries.one(connection, case_id, lock=True)
    row = await queries.one(connection, referral, lock=True)
    if row["case_id"] != case_id:
        raise NotFound("there is no such referral")
    if row["state"] not in known:
        raise Conflict("it has gone out already, or has ended")
    if new == "waiting" and row["state"] == "refused":
        others = await queries.of_case(connection, case_id)
        if any(
            one["platform"] == row["platform"] and one["state"] not in ("refused", "withdrawn")
            for one in others
        ):
            raise Conflict("this case is with them already")
    changes = {"state": new, "next_at": now if new == "waiting" else None, "attempts": 0, "looks": 0}
    await store.update(connection, referral, changes)
    said = (
        Text("再次转送", "sent on again")
        if new == "waiting"
        else Text("撤回转送", "sending on was taken back")
    )
    await cases.tell_of_referral(connection, case, said, str(referral), cases.author_of(actor), now)


async def take(
    connection: Connection, platform: str, outcomes: Sequence[ReferralOutcome], now: datetime
) -> Changes:
    """Write what came of attempts and looks, and tell the case's history and desk of what changed. As the centre."""
    changes = Changes()
    for one in outcomes:
        row = await queries.find(connection, one.referral)
        if row is None or row["platform"] != platform:
            continue
        case = await case_queries.one(connection, row["case_id"], lock=True)
        row = await queries.one(connection, one.referral, lock=True)
        if not may_become(row["state"], one.state):
            continue
        await store.update(connection, one.referral, _written(row, one, now))
        event = "reopened" if (row["state"], one.state) == ("closed", "accepted") else one.state
        if one.state != row["state"] and event in _SAYS:
            words = {"number": one.number or row["number"], "reason": one.reason[:500]}
            said = Text(_SAYS[event].zh.format(**words), _SAYS[event].en.format(**words))
            desk = event in _FOR_DESK
            await cases.tell_of_referral(
                connection, case, said, str(one.referral), Author(platform), now, calls_desk=desk
            )
        changes.touch("cases", case.space, case.id)
    return changes


def _written(row: dict[str, Any], one: ReferralOutcome, now: datetime) -> dict[str, Any]:
    attempts = row["attempts"] + (one.state == "sending")
    vain = one.state == row["state"] or (one.state, row["state"]) in (
        ("waiting", "sending"),
        ("unsure", "sending"),
    )
    looks = row["looks"] + 1 if vain and one.seen is None else 0
    closed_at = row["closed_at"] or now if one.state == "closed" else None
    written: dict[str, Any] = {
        "state": one.state, "attempts": attempts, "looks": looks, "reason": one.reason[:500], "closed_at": closed_at,
        "next_at": next_look(one.state, looks, closed_at, now),
    }  # fmt: skip
    if one.state == "sending":
        written["attempted_at"] = now
    if one.state in ("sent", "accepted", "closed"):
        written["sent_at"] = row["sent_at"] or row["attempted_at"] or now
    if one.state in ("accepted", "closed"):
        written["accepted_at"] = row["accepted_at"] or now
    given = {"number": one.number[:200], "token": one.token[:200], "evidence": dict(one.evidence)}
    written |= {name: value for name, value in given.items() if value}
    if one.seen is not None:
        written |= {
            "seen_at": now, "notes": one.seen.notes[:2000], "agency": one.seen.agency[:200],
            "updated_at": one.seen.updated_at, "expected_at": one.seen.expected_at,
        }  # fmt: skip
    return written
