"""How is the roster filled, from a table, a week before or by hand, and how do two people change places?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.core.duty import queries, store
from mudan.core.duty.model import Position, Shift, Swap, parsed
from mudan.core.people.model import Actor
from mudan.primitives.errors import Conflict, Invalid, NotAllowed, NotFound
from mudan.primitives.ids import new_id
from mudan.primitives.text import Text
from mudan.storage.pool import Connection

LONGEST: Final = timedelta(hours=48)
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NewShift:
    """Somebody of the phone book in a position from one time to another, at the desk of an area."""

    position: str
    contact: UUID
    starts_at: datetime
    ends_at: datetime
    area_code: str
    note: str = ""
    source: str = "hand"


@dataclass(frozen=True, slots=True)
class Imported:
    """What a table brought: shifts made anew, shifts that were there, and names that nobody bears."""

    added: int
    known: int
    unknown: tuple[str, ...]


async def add_shift(connection: Connection, actor: Actor, new: NewShift, now: datetime) -> Shift:
    """Put somebody on the roster; the same shift twice is a Conflict."""
    contact = await queries.contact(connection, new.contact)
    made = await _insert(connection, actor, new, now)
    if made is None:
        raise Conflict("this shift stands in the roster already")
    shift = await queries.shift(connection, made)
    words = Text(f"{contact.name} 排班", f"{contact.name} put on the roster")
    await _event(connection, actor, now, "shift", shift, "added", words, {"position": new.position})
    return shift


async def _insert(connection: Connection, actor: Actor, new: NewShift, now: datetime) -> UUID | None:
    if new.position not in {one.code for one in await queries.positions(connection)}:
        raise Invalid("there is no such position", field="position")
    if not timedelta(0) < new.ends_at - new.starts_at <= LONGEST:
        raise Invalid("a shift lasts up to 48 hours", field="ends_at")
    if not actor.scope.sees(new.area_code, None, actor.scope.space):
        raise NotFound("there is no such area")
    shift = new_id()
    row = {
        "id": shift, "space": actor.scope.space, "area_code": new.area_code, "department": None,
        "position": new.position, "contact_id": new.contact, "starts_at": new.starts_at, "ends_at": new.ends_at,
        "note": new.note, "source": new.source, "created_by": actor.name, "created_at": now,
    }  # fmt: skip
    return shift if await store.insert_shift(connection, row) else None


async def import_roster(
    connection: Connection, actor: Actor, area_code: str, text: str, now: datetime
) -> Imported:
    """Take over a table for one desk. Names must stand in its phone book: nothing is taken over otherwise."""
    if not actor.scope.sees(area_code, None, actor.scope.space):
        raise NotFound("there is no such area")
    rows = parsed(text, await queries.positions(connection))
    wanted, unknown = [], []
    for row in rows:
        contact = await queries.contact_named(connection, actor.scope.space, area_code, row.name, row.phone)
        if contact is None:
            unknown.append(f"{row.line}: {row.name}")
            continue
        wanted.append(
            NewShift(row.position, contact.id, row.starts_at, row.ends_at, area_code, row.note, "import")
        )
    if unknown:
        return Imported(0, 0, tuple(unknown))
    made = [await _insert(connection, actor, one, now) for one in wanted]
    added = sum(one is not None for one in made)
    return Imported(added, len(made) - added, ())


async def copy_week(
    connection: Connection, actor: Actor, area_code: str, source: datetime, target: datetime, now: datetime
) -> Imported:
    """Put everybody who began within seven days from `source` on the roster again at the same hours from `target`.

    What stands there already stays; `unknown` names those who have left the phone book since.
    """
    if not actor.scope.sees(area_code, None, actor.scope.space):
        raise NotFound("there is no such area")
    if target == source:
        raise Invalid("a week is copied into another one", field="target")
    shifts = await queries.shifts(connection, source, source + WEEK, area_code)
    left = await queries.gone(connection, [one.contact for one in shifts])
    made, unknown = [], []
    for one in shifts:
        if not source <= one.starts_at < source + WEEK:
            continue
        if one.contact in left:
            unknown.append(one.name)
            continue
        by = target - source
        wanted = NewShift(
            one.position, one.contact, one.starts_at + by, one.ends_at + by, area_code, one.note, "import"
        )
        made.append(await _insert(connection, actor, wanted, now))
    added = sum(shift is not None for shift in made)
    return Imported(added, len(made) - added, tuple(dict.fromkeys(unknown)))


async def put_position(connection: Connection, position: Position) -> None:
    """Add what somebody can be on duty as, or change it; shifts keep the position they have. Raises Invalid."""
    if not position.title.zh.strip():
        raise Invalid("a position needs a title", field="title")
    if position.maximum and position.maximum < position.minimum:
        raise Invalid("there cannot be fewer people at most than at least", field="maximum")
    await store.put_position(
        connection,
        {
            "code": position.code, "title_zh": position.title.zh, "title_en": position.title.en,
            "rank": position.rank, "role": position.role, "minimum": position.minimum, "maximum": position.maximum,
        },
    )  # fmt: skip


async def void_shift(
    connection: Connection, shift_id: UUID, version: int, reason: str, actor: Actor, now: datetime
) -> None:
    """Take somebody off the roster, with the reason."""
    shift = await queries.shift(connection, shift_id, lock=True)
    _expect(shift.version, version)
    if not reason.strip():
        raise Invalid("taking somebody off the roster needs a reason", field="reason")
    await store.void_shift(connection, shift_id, now, reason.strip())
    words = Text(f"{shift.name} 撤班：{reason}", f"{shift.name} taken off the roster: {reason}")
    await _event(connection, actor, now, "shift", shift, "voided", words, {"reason": reason})


async def ask_swap(
    connection: Connection,
    shift_id: UUID,
    contact_id: UUID,
    other_shift_id: UUID | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Swap:
    """Ask that somebody else takes a shift; with `other_shift_id` the two change places."""
    shift = await queries.shift(connection, shift_id, lock=True)
    contact = await queries.contact(connection, contact_id)
    if contact.id == shift.contact:
        raise Invalid("the shift is theirs already", field="contact_id")
    if shift.ends_at <= now:
        raise Conflict("the shift is over")
    if other_shift_id is not None:
        other = await queries.shift(connection, other_shift_id)
        if other.contact != contact.id or other.ends_at <= now:
            raise Invalid("the other shift is not theirs to give", field="other_shift_id")
    if not reason.strip():
        raise Invalid("a swap needs a reason", field="reason")
    made = new_id()
    row = {
        "id": made, "space": shift.space, "area_code": shift.area_code, "department": shift.department,
        "shift_id": shift_id, "contact_id": contact_id, "other_shift_id": other_shift_id, "reason": reason.strip(),
        "state": "asked", "asked_by": actor.name, "asked_by_id": actor.person, "asked_at": now,
    }  # fmt: skip
    if not await store.insert_swap(connection, row):
        raise Conflict("a swap of this shift waits for approval already")
    words = Text(f"申请换班：{shift.name} → {contact.name}", f"swap asked for: {shift.name} → {contact.name}")
    await _event(connection, actor, now, "swap", shift, "asked", words, {"swap": str(made)})
    return await queries.swap(connection, made)


async def decide_swap(
    connection: Connection,
    swap_id: UUID,
    verdict: str,
    version: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Swap:
    """Approve or refuse (somebody else than who asked), or withdraw (who asked)."""
    swap = await queries.swap(connection, swap_id, lock=True)
    _expect(swap.version, version)
    if swap.state != "asked":
        raise Conflict(f"the swap is {swap.state} already")
    if verdict not in ("approved", "refused", "withdrawn"):
        raise Invalid("a swap is approved, refused or withdrawn", field="verdict")
    if (swap.asked_by_id == actor.person) != (verdict == "withdrawn"):
        raise NotAllowed("a swap is decided by somebody else than who asked for it")
    if verdict == "refused" and not reason.strip():
        raise Invalid("refusing needs a reason", field="reason")
    shift = await queries.shift(connection, swap.shift, lock=True)
    if verdict == "approved":
        await _exchange(connection, swap, shift, now)
    await store.decide_swap(
        connection, swap_id,
        {"state": verdict, "decided_by": actor.name, "decided_at": now, "decision_reason": reason.strip()},
    )  # fmt: skip
    said = {"approved": "同意换班", "refused": "不同意换班", "withdrawn": "撤回换班申请"}[verdict]
    words = Text(f"{said}：{shift.name} → {swap.name}", f"swap {verdict}: {shift.name} → {swap.name}")
    await _event(
        connection, actor, now, "swap", shift, verdict, words, {"swap": str(swap_id), "reason": reason}
    )
    return await queries.swap(connection, swap_id)


async def _exchange(connection: Connection, swap: Swap, shift: Shift, now: datetime) -> None:
    if shift.ends_at <= now:
        raise Conflict("the shift is over")
    if swap.other_shift is not None:
        other = await queries.shift(connection, swap.other_shift, lock=True)
        if other.contact != swap.contact:
            raise Conflict("the other shift belongs to somebody else by now")
        await store.give_shift(connection, other.id, shift.contact)
    await store.give_shift(connection, shift.id, swap.contact)


def _expect(known: int, given: int) -> None:
    if known != given:
        raise Conflict("it has changed meanwhile; look again")


async def _event(
    connection: Connection,
    actor: Actor,
    now: datetime,
    noun: str,
    shift: Shift,
    kind: str,
    words: Text,
    detail: dict[str, Any],
) -> None:
    await store.append(
        connection,
        {
            "space": shift.space, "area_code": shift.area_code, "department": shift.department, "at": now,
            "noun": noun, "subject": shift.id, "kind": kind, "actor": actor.name, "text_zh": words.zh,
            "text_en": words.en, "detail": detail,
        },
    )  # fmt: skip
