"""What is a notice: about what, to whom, by which channels, one after another?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from mudan.core.people.model import Role
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point
from mudan.primitives.text import Text

CHANNELS: Final = ("app", "text", "voice", "broadcast", "webhook")
KINDS: Final = ("person", "role", "position", "address")
LAPSE_S: Final = 86_400.0
MOST_STEPS: Final = 50

ROLE_TITLES: Final = {
    "leader": Text("县领导", "county leaders"),
    "duty_officer": Text("值班长", "shift lead"),
    "dispatcher": Text("值守席", "operators"),
    "department_liaison": Text("部门联络员", "department liaison"),
    "field_worker": Text("现场人员", "field crews"),
    "integrator": Text("接入工程师", "integrators"),
    "administrator": Text("管理员", "administrators"),
    "auditor": Text("审计员", "auditors"),
}
POSITION_TITLES: Final = {
    "leader_on_duty": Text("带班领导", "leader on duty"),
    "duty_chief": Text("值班长", "shift lead"),
    "duty_officer": Text("值班员", "duty officer"),
    "call_taker": Text("接警席", "call taker"),
    "dispatcher": Text("调度席", "operator on duty"),
}


class State(StrEnum):
    """Whether a notice still calls."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Step:
    """One call: to `person:<uuid>`, `role:<role>`, `position:<code>` or `address:<number>`.

    `after_s` seconds after the step before it. `otherwise` is called when `to` is nobody. `title`: what the county
    calls the target, where it was looked up.
    """

    to: str
    after_s: float = 0.0
    channels: tuple[str, ...] = ("app",)
    otherwise: str = ""
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class NewNotice:
    """What is to be told. `within_s`: a receipt is wanted by then. `repeat_s`: the last step again, until
    somebody answers. `lapse_s`: from then on it never calls again. `mark`: the poster's own name for a set. `place`:
    where it is about.
    """

    noun: str
    subject: str
    space: int
    area_code: str
    department: str | None
    title: Text
    body: Text
    steps: tuple[Step, ...]
    level: int | None = None
    need_receipt: bool = True
    within_s: float | None = None
    repeat_s: float | None = None
    lapse_s: float = LAPSE_S
    mark: str = ""
    place: Point | None = None


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who a target is at a moment: accounts, and (name, number) of those reached outside."""

    title: Text
    people: tuple[UUID, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.addresses)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call by one channel. `late`: it fired well after `wanted_at`, because the centre was away."""

    id: UUID
    firing: int
    channel: str
    target: str
    target_title: Text
    people: tuple[UUID, ...]
    names: tuple[str, ...]
    wanted_at: datetime
    fired_at: datetime
    late: bool
    state: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Somebody's answer; `device_at` is the clock of their device."""

    name: str
    how: str
    note: str
    device_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Who is called next, and when: step `step` of `of`."""

    at: datetime
    to: Text
    step: int
    of: int


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice with what came of it. `fired` counts the calls so far."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    noun: str
    subject: str
    mark: str
    level: int | None
    title: Text
    body: Text
    steps: tuple[Step, ...]
    fired: int
    state: State
    need_receipt: bool
    due_at: datetime | None
    repeat_s: float | None
    next_at: datetime | None
    lapses_at: datetime
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    ended_by: str | None
    ended_reason: str
    deliveries: tuple[Delivery, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    place: Point | None = None

    @property
    def upcoming(self) -> Upcoming | None:
        """The next call, None when there is none."""
        if self.next_at is None:
            return None
        at = min(self.fired, len(self.steps) - 1)
        step = self.steps[at]
        return Upcoming(self.next_at, step.title or target_title(step.to), at + 1, len(self.steps))


def to_all(people: Sequence[UUID]) -> tuple[Step, ...]:
    """Everybody is called at once, as many as a notice has steps; one answer is everybody's."""
    return tuple(Step(f"person:{one}") for one in people[:MOST_STEPS])


def target_title(to: str) -> Text:
    """What a target is called before it is known who that is."""
    kind, _, name = to.partition(":")
    if kind == "role":
        return ROLE_TITLES.get(name, Text(name, name))
    if kind == "position":
        return POSITION_TITLES.get(name, Text(name, name))
    if kind == "person":
        return Text("指定人员", "a named person")
    return Text(name, name)


def checked(new: NewNotice) -> NewNotice:
    """The notice, when it can be carried out; raises Invalid."""
    if not new.steps or len(new.steps) > MOST_STEPS:
        raise Invalid(f"a notice has 1 to {MOST_STEPS} steps", field="steps")
    if new.lapse_s <= 0 or (new.repeat_s is not None and new.repeat_s < 1):
        raise Invalid("a notice repeats once a second at most and lapses some time", field="repeat_s")
    for step in new.steps:
        _check(step)
    return new


def _check(step: Step) -> None:
    for target in filter(None, (step.to, step.otherwise)):
        kind, _, name = target.partition(":")
        if kind not in KINDS or not name:
            raise Invalid("a step calls person:, role:, position: or address:", field="to")
        if kind == "role" and name not in set(Role):
            raise Invalid("no such role", field="to")
    if not step.channels or set(step.channels) - set(CHANNELS):
        raise Invalid(f"a step uses {', '.join(CHANNELS)}", field="channels")
    if not step.to or not 0 <= step.after_s <= LAPSE_S:
        raise Invalid("a step follows within a day", field="after_s")
