"""What does the centre keep of a warning, of its history, and of its deliveries?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from mudan.core.warnings.model.cap import Key, MsgType, Status
from mudan.core.warnings.model.content import Content
from mudan.core.warnings.model.delivery import Channel
from mudan.core.warnings.model.states import Standing, State


@dataclass(frozen=True, slots=True)
class WarningMessage:
    """One message, from its draft to its end."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    chain: UUID
    previous: UUID | None
    state: State
    status: Status
    msg_type: MsgType
    content: Content
    expires_at: datetime
    incident_id: UUID | None
    origin: str
    author: UUID
    author_name: str
    created_at: datetime
    checker_name: str
    checked_at: datetime | None
    approver_name: str
    approved_at: datetime | None
    sent_by: str
    sent_at: datetime | None
    ended_at: datetime | None
    sender: str | None
    identifier: str | None
    version: int

    @property
    def standing(self) -> Standing:
        """What the chart must know of it."""
        return Standing(self.state, self.msg_type, self.content.level, self.author)

    @property
    def key(self) -> Key | None:
        """The name it was sent under."""
        if self.sender is None or self.identifier is None or self.sent_at is None:
            return None
        return Key(self.sender, self.identifier, self.sent_at)


class Event(NamedTuple):
    """One line of a message's history."""

    at: datetime
    kind: str
    actor: str
    from_state: str
    to_state: str
    reason: str
    detail: dict[str, Any]


class Delivery(NamedTuple):
    """How far a message got by one channel to one receiver."""

    id: UUID
    channel: Channel
    target: str
    state: str
    attempts: int
    next_at: datetime
    delivered_at: datetime | None
    reason: str
    receipt: dict[str, Any]


class Published(NamedTuple):
    """A message as the public sees it."""

    id: UUID
    chain: UUID
    state: State
    msg_type: MsgType
    content: Content
    expires_at: datetime
    sent_at: datetime
    ended_at: datetime | None
    sender: str
    identifier: str


class Reached(NamedTuple):
    """Somebody who was told of a message, and their answer."""

    name: str
    told_at: datetime
    state: str
    received_at: datetime | None
    how: str
