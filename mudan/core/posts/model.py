"""Who holds which place in a command post, how many does each lead, and how does command change hands?

    post ── commander, deputies, staff ── group ── leader, members, units
    transfer: offered ──accept──▶ accepted   (│ decline ▶ declined │ withdraw ▶ withdrawn)

Command changes hands only by a transfer that the receiver accepts, briefed on the situation before.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.text import Text

POST_ROLES: Final = {
    "commander": Text("总指挥", "Incident commander"),
    "deputy": Text("副总指挥", "Deputy commander"),
    "safety": Text("安全官", "Safety officer"),
    "liaison": Text("联络官", "Liaison officer"),
    "information": Text("新闻发言人", "Information officer"),
    "staff": Text("指挥部成员", "Command staff"),
}
GROUP_ROLES: Final = {
    "leader": Text("组长", "Leader"),
    "vice_leader": Text("副组长", "Deputy leader"),
    "member": Text("成员", "Member"),
}
ROLE_WORDS: Final = POST_ROLES | GROUP_ROLES
SINGLE: Final = ("commander", "leader")
HOWS: Final = ("self", "radio", "phone", "face")
SPAN: Final = (3, 7)  # 示例: how many one person leads well; five is best

_TRANSFER: Final = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who takes a place: a name, and an account where there is one."""

    name: str
    organisation: str = ""
    phone: str = ""
    person: UUID | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise Invalid("a place needs a name", field="name")


@dataclass(frozen=True, slots=True)
class GroupKind:
    """A kind of working group; the county's own set, an example until it is set."""

    code: str
    name: Text
    section: str
    task: str
    example: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A place held from `since` until `until`."""

    id: UUID
    group_id: UUID | None
    role: str
    person_id: UUID | None
    name: str
    organisation: str
    phone: str
    since: datetime
    seated_by: str
    until: datetime | None
    ended_by: str
    end_reason: str


@dataclass(frozen=True, slots=True)
class GroupUnit:
    """A unit that works under a group."""

    id: UUID
    group_id: UUID
    task_id: UUID
    unit: Text
    unit_code: str
    crew: int
    task_state: str
    work: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """A working group of a post."""

    id: UUID
    kind: str
    name: Text
    section: str
    task: str
    place: str
    contact: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """Command offered by one and answered by the other."""

    id: UUID
    from_name: str
    to_name: str
    to_organisation: str
    to_phone: str
    to_person: UUID | None
    situation: str
    briefed_at: datetime
    offered_at: datetime
    offered_by: str
    state: str
    answered_at: datetime | None
    answered_by: str
    answered_how: str
    answer: str


@dataclass(frozen=True, slots=True)
class Post:
    """A command post, whole: everything that was ever in it, with times."""

    id: UUID
    space: int
    incident_id: UUID
    area_code: str
    department: str | None
    name: str
    place: str
    lon: float | None
    lat: float | None
    contact: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str
    version: int
    groups: tuple[Group, ...]
    seats: tuple[Seat, ...]
    units: tuple[GroupUnit, ...]
    transfers: tuple[Transfer, ...]

    def standing(self) -> tuple[Seat, ...]:
        """The places held now."""
        return tuple(seat for seat in self.seats if seat.until is None)

    def commander(self) -> Seat | None:
        """Who commands now."""
        return next((seat for seat in self.standing() if seat.role == "commander"), None)

    def waiting(self) -> Transfer | None:
        """The transfer that waits for its answer."""
        return next((one for one in self.transfers if one.state == "offered"), None)


def span(post: Post, seat: Seat) -> int | None:
    """How many a commander or group leader leads directly; None for others.

    A commander leads the deputies' and staff's places and each group; a leader its members and units.
    """
    now = post.standing()
    if seat.role == "commander":
        staff = [one for one in now if one.group_id is None and one.role not in ("commander", "deputy")]
        return len(staff) + len([group for group in post.groups if group.closed_at is None])
    if seat.role == "leader":
        members = [one for one in now if one.group_id == seat.group_id and one.role == "member"]
        return len(members) + len([unit for unit in post.units if unit.group_id == seat.group_id])
    return None


def too_wide(count: int) -> bool:
    """Whether somebody leads more than one person well can."""
    return count > SPAN[1]


def check_role(role: str, group: UUID | None) -> None:
    """Raise Invalid when the role does not fit the place."""
    if role not in ROLE_WORDS:
        raise Invalid("no such role", field="role")
    if (group is None) != (role in POST_ROLES):
        raise Invalid(
            "this role belongs to a group" if group is None else "this role belongs to the post", field="role"
        )


def answered(state: str, event: str) -> str:
    """The state of a transfer after accept, decline or withdraw; raises Conflict."""
    if state != "offered" or event not in _TRANSFER:
        raise Conflict(f"a transfer that is {state} cannot {event}")
    return _TRANSFER[event]
