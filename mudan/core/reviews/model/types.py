"""What is reviewed, what was recorded of it, and how does a review come to be signed?

none ──version──▶ open ──sign (a second person of the named role)──▶ signed
                   ▲  └─version─┐                                      │
                   └────────────┴───────────── version (with a reason) ┘
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from mudan.core.people.model import Actor, Role
from mudan.primitives.errors import Conflict, Invalid, NotAllowed
from mudan.primitives.text import Text

Row = Mapping[str, Any]
Kind = Literal["incident", "response", "drill"]
State = Literal["none", "open", "signed"]
Verdict = Literal["met", "partly", "not_met", "not_tried"]
MOST_LINES: Final = 2_000
SIGNERS: Final = (Role.LEADER, Role.DUTY_OFFICER)
VERDICTS: Final[Mapping[str, Text]] = {
    "met": Text("达到", "met"),
    "partly": Text("部分达到", "partly met"),
    "not_met": Text("未达到", "not met"),
    "not_tried": Text("未检验", "not tried"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a review is of. `number` names its papers; `level` is an incident's or a response's, in words."""

    kind: Kind
    id: UUID
    space: int
    number: str
    title: Text
    level: str
    place: str
    phase: str
    area_code: str
    department: str | None
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Record:
    """All that was recorded of a subject until `at`; `sections` hold the rows by name."""

    subject: Subject
    at: datetime
    sections: Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Version:
    """A review as it was kept: its number, who made it when and why, who is to sign, who signed."""

    id: UUID
    kind: Kind
    subject: UUID
    number: int
    made_at: datetime
    made_by: str
    made_by_id: UUID
    note: str
    sign_role: str
    hash: str
    signed_at: datetime | None
    signed_by: str
    signed_by_id: UUID | None
    sign_note: str


def state_of(versions: Sequence[Version]) -> State:
    """In which state a review is, given its versions in order."""
    if not versions:
        return "none"
    return "open" if versions[-1].signed_at is None else "signed"


def next_number(versions: Sequence[Version], seen: int, note: str, sign_role: str) -> int:
    """The number of the next version. Raises Conflict when there is a newer one than was `seen`, Invalid when a
    signed review is opened again without a reason, or the role does not sign reviews.
    """
    last = versions[-1].number if versions else 0
    if seen != last:
        raise Conflict(f"there is a version {last} by now")
    if state_of(versions) == "signed" and not note.strip():
        raise Invalid("a signed review is opened again with a reason", field="note")
    if sign_role not in SIGNERS:
        raise Invalid("this role signs no reviews", field="sign_role")
    return last + 1


def check_signer(versions: Sequence[Version], number: int, actor: Actor) -> Version:
    """The version that is signed. Raises Conflict when it is not the last or is signed, NotAllowed for who made
    it and for another role than the named one.
    """
    if not versions or versions[-1].number != number:
        raise Conflict("only the last version is signed")
    last = versions[-1]
    if last.signed_at is not None:
        raise Conflict("this version is signed already")
    if last.made_by_id == actor.person:
        raise NotAllowed("a review is signed by a second person")
    if actor.scope.role != last.sign_role:
        raise NotAllowed(f"this version is signed by the role {last.sign_role}")
    return last


def check_open(versions: Sequence[Version]) -> None:
    """Raises Conflict when the review is signed: nothing is added to it until a new version opens it again."""
    if state_of(versions) == "signed":
        raise Conflict("the review is signed; a new version opens it again")
