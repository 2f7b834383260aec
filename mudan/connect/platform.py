"""What does a platform declare, and what does a connector get and give?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from mudan.connect.feeds import Feed
from mudan.core.cases.model.causes import Cause
from mudan.core.cases.model.types import CaseType
from mudan.core.census.model import Census
from mudan.core.commands.model import Command, CommandKind, Receipt
from mudan.core.entities.model import Device
from mudan.core.frames.model import Frame
from mudan.core.kpis.model import Kpi
from mudan.core.observations.model import Columns, Quantity, Reading
from mudan.core.records.model.contacts import Contact
from mudan.core.records.model.deliveries import Delivery, Outcome, Target
from mudan.core.records.model.words import BadRow, Record, Run
from mudan.core.referrals.model import Recipient, Referral, ReferralOutcome
from mudan.core.rules.model import Rule
from mudan.primitives.clock import Clock
from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class EntityType:
    """A kind of entity the platform brings: its NGSI-LD type and the properties it may carry."""

    name: str
    title: Text
    properties: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A device's link went up or came down. Recorded as the observation `link` (1 up, 0 down)."""

    entity: int
    online: bool
    at_us: int


@dataclass(slots=True)
class Batch:
    """All that a platform understood in one interval; the centre commits it in one transaction."""

    columns: Columns = field(default_factory=Columns.empty)
    frames: list[Frame] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    links: list[LinkChange] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    bad_rows: list[BadRow] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    referrals: list[ReferralOutcome] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    def __bool__(self) -> bool:
        told = self.records or self.bad_rows or self.runs or self.outcomes or self.referrals or self.contacts
        return bool(len(self.columns) or self.frames or self.receipts or self.links or told)


class Intake(Protocol):
    """What the centre offers a connector. Looking up is from memory and cheap."""

    clock: Clock
    secret: bytes  # of this centre and platform; for codes that must survive a restart
    keep_good: bool  # whether good frames are wanted too; bad ones always are

    def device(self, device: str) -> Device | None:
        """The registered device of that identifier on the wire, or None."""
        ...

    def quantity(self, name: str) -> int:
        """The id of one of the platform's quantities (raises Invalid for an undeclared one)."""
        ...

    async def commit(self, batch: Batch) -> None:
        """Return when the batch is durable. Waits through a lost database; never drops."""
        ...


@runtime_checkable
class RecordIntake(Intake, Protocol):
    """What the centre offers the connector of a platform with feeds besides."""

    async def mark(self, feed: str, channel: str) -> str | None:
        """How far a source has been read, as the last `Run.mark` said; None: not at all."""
        ...

    async def reached(self, run: UUID) -> tuple[int, bool]:
        """The last row of a run that is durable, and whether all of it is."""
        ...

    async def to_tell(self, targets: Sequence[Target], most: int) -> list[Delivery]:
        """What is to be told to other systems now."""
        ...


@runtime_checkable
class ReferralIntake(Intake, Protocol):
    """What the centre offers the connector of a platform that cases are sent on to."""

    async def to_refer(self, most: int) -> list[Referral]:
        """What is to be sent, searched for or looked at now."""
        ...

    async def ours(self, found: Sequence[tuple[str, str]]) -> set[str]:
        """Of (their number, mark of ours in its words or empty) the numbers that are our own cases."""
        ...


class Connector(Protocol):
    """The moving part of a platform: listens or polls, and sends commands."""

    def health(self) -> dict[str, int | float | str]:
        """Counters since the start: connections, frames_good, frames_bad, bytes_in, waiting, …"""
        ...

    async def serve(self) -> None:
        """Run until cancelled."""
        ...

    async def send(self, command: Command) -> bool:
        """Write the command to its device if that is connected now; its receipts come with a batch.

        Returns False when the device is not connected: the command stays queued.
        """
        ...


@dataclass(frozen=True, slots=True)
class Decoded:
    """One message as integrators read it: fields by name, and the readings it yields."""

    message: dict[str, Any]
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Platform:
    """One connected platform, whole.

    `decode` takes one wire frame and raises DecodeError only. `connector` is given the intake and the
    platform's settings (`MUDAN_WATER_PORT=9651` arrives as `port`). The command kind `text` means the same
    on every platform: show `payload["text"]` to the crew. `feeds` are what it takes of another system's records,
    `targets` what it tells that system back, `causes` what may lie behind several cases. `recipient`: who takes
    cases that are sent on, by its settings, if anybody does.
    """

    name: str
    title: Text
    summary: Text
    protocol: str
    binary: bool
    entity_types: tuple[EntityType, ...]
    quantities: tuple[Quantity, ...]
    rules: tuple[Rule, ...]
    kpis: tuple[Kpi, ...]
    decode: Callable[[bytes], Iterable[Decoded]]
    connector: Callable[[Intake, Mapping[str, str]], Connector]
    commands: tuple[CommandKind, ...] = ()
    cases: tuple[CaseType, ...] = ()
    feeds: tuple[Feed, ...] = ()
    targets: tuple[Target, ...] = ()
    causes: tuple[Cause, ...] = ()
    censuses: tuple[Census, ...] = ()
    settings: Mapping[str, Text] = field(default_factory=dict)
    recipient: Callable[[Mapping[str, str]], Recipient | None] | None = None
    port: int | None = None  # where its connector listens when nothing is set
