"""In which state is a warning, who may move it on, and where to?

    draft ─check▶ checked ─approve▶ approved ─send▶ sent ─┬─update▶ updated
      ▲             │                 │                   ├─cancel▶ cancelled
      └───return────┴─────────────────┘                   └─expire▶ expired
    draft │ checked │ approved ─withdraw▶ withdrawn

Fails closed: nobody checks or approves their own words, level Ⅰ and Ⅱ are approved by a leader, and what was
sent is never changed, only followed by an update or a cancellation.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from mudan.core.people.model import Role
from mudan.core.warnings.model.cap import MsgType, Status
from mudan.primitives.errors import Conflict, MudanError, NotAllowed


class State(StrEnum):
    """Where a message is in its life."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    SENT = "sent"
    UPDATED = "updated"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What can be done to a message."""

    EDIT = "edit"
    CHECK = "check"
    RETURN = "return"
    APPROVE = "approve"
    SEND = "send"
    WITHDRAW = "withdraw"
    UPDATE = "update"
    CANCEL = "cancel"
    EXPIRE = "expire"


_NEXT: Final[dict[tuple[State, Move], State]] = {
    (State.DRAFT, Move.EDIT): State.DRAFT,
    (State.DRAFT, Move.CHECK): State.CHECKED,
    (State.DRAFT, Move.WITHDRAW): State.WITHDRAWN,
    (State.CHECKED, Move.RETURN): State.DRAFT,
    (State.CHECKED, Move.APPROVE): State.APPROVED,
    (State.CHECKED, Move.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Move.RETURN): State.DRAFT,
    (State.APPROVED, Move.SEND): State.SENT,
    (State.APPROVED, Move.WITHDRAW): State.WITHDRAWN,
    (State.SENT, Move.UPDATE): State.UPDATED,
    (State.SENT, Move.CANCEL): State.CANCELLED,
    (State.SENT, Move.EXPIRE): State.EXPIRED,
}
OPEN: Final = (State.DRAFT, State.CHECKED, State.APPROVED)
BY_LEADER: Final = (1, 2)  # levels that only a leader approves
BY_PEOPLE: Final = (Move.EDIT, Move.CHECK, Move.RETURN, Move.APPROVE, Move.SEND, Move.WITHDRAW)
WITH_REASON: Final = (Move.RETURN, Move.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who wants to move a message."""

    person: UUID
    role: Role | None
    writes: bool
    approves: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the chart must know of a message."""

    state: State
    msg_type: MsgType
    level: int
    author: UUID


def moved(state: State, move: Move) -> State:
    """The state after a move. Raises Conflict."""
    after = _NEXT.get((state, move))
    if after is None:
        raise Conflict(f"a warning that is {state} cannot {move}")
    return after


def refusal(standing: Standing, move: Move, who: Who) -> MudanError | None:
    """Why somebody may not make a move now; None when they may."""
    if (standing.state, move) not in _NEXT or move not in BY_PEOPLE:
        return Conflict(f"a warning that is {standing.state} cannot {move}")
    if move is Move.APPROVE and not who.approves:
        return NotAllowed("your role does not approve warnings")
    if not (who.writes or who.approves):
        return NotAllowed("your role does not work on warnings")
    own = who.person == standing.author
    if own and move in (Move.CHECK, Move.APPROVE):
        return NotAllowed("nobody checks or approves their own warning")
    if move is Move.APPROVE and standing.level in BY_LEADER and who.role is not Role.LEADER:
        return NotAllowed("level I and II warnings are approved by a leader")
    if move is Move.EDIT and not who.writes:
        return NotAllowed("your role does not write warnings")
    return None


def moves(standing: Standing, who: Who) -> tuple[Move, ...]:
    """What somebody may do now."""
    return tuple(move for move in BY_PEOPLE if refusal(standing, move, who) is None)


def may_follow(standing: Standing, msg_type: MsgType) -> bool:
    """Whether an update or a cancellation of this message can be made."""
    warns = standing.msg_type in (MsgType.ALERT, MsgType.UPDATE)
    return standing.state is State.SENT and warns and msg_type in (MsgType.UPDATE, MsgType.CANCEL)


def in_force(state: State, msg_type: MsgType) -> bool:
    """Whether the public is warned by it now."""
    return state is State.SENT and msg_type is not MsgType.CANCEL


def sandboxed(status: Status, space: int) -> bool:
    """Whether the message must not reach anybody outside."""
    return status is not Status.ACTUAL or space != 0
