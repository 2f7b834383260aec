"""How does a command travel to a device and back as a receipt?

    queued ──sent──▶ sent ──delivered──▶ delivered
      │                │
      └──── expire ────┴──▶ expired        sent ──refused──▶ failed

`delivered` means that the device itself confirmed it. A command outlives a restart: while queued or sent
it is given to the connector again, which sends it when the device is connected.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from mudan.primitives.text import Text


class CommandState(StrEnum):
    """Where a command is."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"


OPEN_STATES = (CommandState.QUEUED, CommandState.SENT)


@dataclass(frozen=True, slots=True)
class CommandKind:
    """A command a platform can carry out: its fields (name → meaning) and the receipt that proves it."""

    name: str
    title: Text
    fields: dict[str, Text] = field(default_factory=dict)
    receipt: Text | None = None
    permission: str = "platforms.command"


@dataclass(frozen=True, slots=True)
class Command:
    """One command to one device."""

    id: UUID
    platform: str
    entity: int
    kind: str
    payload: dict[str, Any]
    expires_at: datetime
    state: CommandState = CommandState.QUEUED
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a connector learned of a command. `detail` holds the device's answer as plain data."""

    command: UUID
    state: CommandState
    at_us: int
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)
