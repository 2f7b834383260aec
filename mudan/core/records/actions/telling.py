"""How is another system told what became of its record, until it says that it knows, and never twice?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.records import queries, store
from mudan.core.records.model.deliveries import (
    ENTERED,
    RECEIPTS,
    Outcome,
    Target,
    delivery_id,
    later,
    mapped,
    pause,
    receipt_id,
)
from mudan.primitives.errors import Conflict, Invalid, NotFound
from mudan.storage.pool import Connection

_MOST_BEHIND: Final = 10_000  # events; an event may be committed after a later one
_CHANNEL: Final = "told:"
_SINCE, _ENTERED = "entered-since:", "entered:"
_OF_CASE: Final = (
    "number", "type", "state", "title", "text", "class_code", "address", "lon", "lat", "area_code", "created_at",
    "closed_at", "department",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What another system says of a delivery: `kind` is one of RECEIPTS, `number` its own name for it."""

    delivery: UUID
    kind: str
    number: str = ""
    text: str = ""
    at: datetime | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


async def tell(connection: Connection, platform: str, target: Target, now: datetime) -> int:
    """Put what happened to the cases of a platform's records in line; returns how much is new."""
    mark = int(await queries.mark(connection, platform, target.name, _CHANNEL) or 0)
    rows = await queries.untold(
        connection, platform, target.name, target.feeds, target.events, mark - _MOST_BEHIND
    )
    for row in rows:
        name = delivery_id(target.name, row["event_id"])
        payload = _payload(target, row) | {"id": str(name)}
        new = {
            "id": name, "platform": platform, "feed": row["feed"], "source_id": row["source_id"],
            "target": target.name, "case_id": row["case_id"], "event_id": row["event_id"], "kind": row["kind"],
            "payload": payload, "now": now,
        }  # fmt: skip
        await store.insert_delivery(connection, new)
    if rows:
        last = max(mark, rows[-1]["event_id"])
        await store.put_mark(connection, platform, target.name, _CHANNEL, str(last), now)
    return len(rows) + (await _enter(connection, platform, target, now) if target.needs else 0)


async def _enter(connection: Connection, platform: str, target: Target, now: datetime) -> int:
    """Put what happened to our own cases that they keep too in line, from the moment that they were connected."""
    first = await queries.mark(connection, platform, target.name, _SINCE)
    if first is None:
        first = str(await queries.last_event(connection))
        await store.put_mark(connection, platform, target.name, _SINCE, first, now)
    reached = int(await queries.mark(connection, platform, target.name, _ENTERED) or first)
    rows = await queries.unentered(connection, platform, target, max(int(first), reached - _MOST_BEHIND))
    for row in rows:
        name = delivery_id(target.name, row["event_id"])
        told, missing = mapped(target, _held(row) | {"form": row["form"]})
        new = {
            "id": name, "platform": platform, "feed": ENTERED, "source_id": row["number"], "target": target.name,
            "case_id": row["case_id"], "event_id": row["event_id"], "kind": row["kind"],
            "payload": told | {"id": str(name)}, "now": now,
        }  # fmt: skip
        if await store.insert_delivery(connection, new) and missing:
            why = f"对方没有对应的代码 no code of theirs: {missing}"
            await settle(connection, [Outcome(name, "failed", reason=why)], now)
    if rows:
        last = max(reached, rows[-1]["event_id"])
        await store.put_mark(connection, platform, target.name, _ENTERED, str(last), now)
    return len(rows)


def _held(row: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What of a case and its event can be told."""
    return {
        "case": {name: row[name] for name in _OF_CASE if name in row},
        "event": {name: row[name] for name in ("kind", "at", "from_state", "to_state")} | {"text": row["text_zh"]},
    }  # fmt: skip


def _payload(target: Target, row: Mapping[str, Any]) -> dict[str, Any]:
    return mapped(target, _held(row) | {"record": {"source_id": row["source_id"], **row["content"]}})[0]


async def settle(connection: Connection, outcomes: Sequence[Outcome], now: datetime) -> None:
    """What came of attempts to tell. One that did not arrive is tried again after a growing pause."""
    for one in outcomes:
        row = await queries.delivery(connection, one.delivery, lock=True)
        attempts = row["attempts"] + 1
        waits = one.state == "waiting"
        state = row["state"] if waits else later(row["state"], one.state)
        await store.put_delivery(
            connection,
            one.delivery,
            {
                "state": state, "attempts": attempts, "number": one.number[:200], "reason": one.reason[:500],
                "next_at": now + pause(attempts) if state == "waiting" else None,
                "sent_at": None if waits else now, "ended_at": now if state in ("answered", "failed") else None,
            },
        )  # fmt: skip
        if one.state in RECEIPTS:
            await _receipt(
                connection, Told(one.delivery, one.state, one.number, one.reason, None, one.evidence), now
            )


async def receive(connection: Connection, platform: str, told: Told, now: datetime) -> None:
    """Keep a receipt that came by a call-back; the same again changes nothing. Raises Invalid, NotFound."""
    if told.kind not in RECEIPTS:
        raise Invalid("a receipt is accepted, handled, answered or failed", field="kind")
    row = await queries.delivery(connection, told.delivery, lock=True)
    if row["platform"] != platform:
        raise NotFound("there is no such delivery")
    if not await _receipt(connection, told, now):
        return
    state = later(row["state"], told.kind)
    await store.put_delivery(
        connection,
        told.delivery,
        {
            "state": state, "attempts": row["attempts"], "number": told.number[:200], "reason": row["reason"],
            "next_at": None, "sent_at": row["sent_at"] or now,
            "ended_at": now if state in ("answered", "failed") else None,
        },
    )  # fmt: skip


async def _receipt(connection: Connection, told: Told, now: datetime) -> bool:
    row = {
        "id": receipt_id(told.delivery, told.kind, told.at), "delivery": told.delivery, "kind": told.kind,
        "text": told.text[:2000], "evidence": dict(told.evidence), "at": told.at or now,
    }  # fmt: skip
    return await store.insert_receipt(connection, row)


async def retry(
    connection: Connection, delivery: UUID, now: datetime, targets: Mapping[tuple[str, str], Target]
) -> None:
    """Try again now, whatever the pause. A case that was entered is mapped anew, by the codes that there are now.

    `targets`: those that are connected, by platform and name. Raises NotFound, and Conflict for what has arrived or
    still has no code of theirs.
    """
    row = await queries.delivery(connection, delivery, lock=True)
    if row["state"] not in ("waiting", "failed"):
        raise Conflict("this has arrived already")
    target = targets.get((row["platform"], row["target"]))
    if row["feed"] == ENTERED and target is not None:
        held = await queries.event(connection, row["event_id"])
        told, missing = mapped(target, _held(held) | {"form": held["form"]})
        if missing:
            raise Conflict(f"no code of theirs: {missing}")
        await store.put_payload(connection, delivery, told | {"id": str(delivery)})
    await store.put_delivery(
        connection,
        delivery,
        {
            "state": "waiting", "attempts": row["attempts"], "number": "", "reason": row["reason"], "next_at": now,
            "sent_at": None, "ended_at": None,
        },
    )  # fmt: skip
