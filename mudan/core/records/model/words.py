"""What is a record as another system keeps it, a row that could not be used, and one run of what came?"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

import msgspec

from mudan.core.records.model.faults import Fault

CHANNELS: Final = ("push", "poll", "pull", "drop", "import", "wire")
LONGEST_RAW: Final = 8_000  # characters of a bad row that are kept
_NAMES: Final = UUID("5f3a0f0e-6a51-5d3c-9f57-0d1f3c1f7a21")


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that came within a record, as its case may keep it; `field`: where it stood."""

    role: str
    data: bytes
    taken_at: datetime | None = None
    lon: float | None = None
    lat: float | None = None
    field: str = ""

    @property
    def hash(self) -> str:
        """What tells one picture from another."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Opening:
    """The case that a record opens, at once or (`at`) when a moment passes and the record has not changed meanwhile.

    `since`, `until`: when it was reported at the source, and the deadline that was set there.
    """

    type: str
    class_code: str
    title: str
    text: str = ""
    source: str = "department"
    form: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Moving:
    """A step that a record takes with the case it opened, as the centre itself (role `system`).

    `mark` names the step where the source does, so that a record that changes otherwise does not take it again.
    """

    event: str
    reason: str = ""
    answer: str | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: what it says in our words (`content`) and as it came (`raw`). `row` is its place in its run.

    `subject` names what its case is about where several records speak of one (empty: itself). `department`: whose it
    is, by name or code; those bound to that department see it.
    """

    feed: str
    source_id: str
    content: Mapping[str, Any]
    raw: Mapping[str, Any] = field(default_factory=dict)
    area_code: str = ""
    source_at: datetime | None = None
    opens: Opening | None = None
    moves: tuple[Moving, ...] = ()
    run: UUID | None = None
    row: int = 0
    subject: str = ""
    pictures: tuple[Shot, ...] = ()
    department: str = ""

    @property
    def hash(self) -> str:
        """What tells a changed record from the same one again."""
        return hashlib.sha256(_plain(self.content).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be used: kept until somebody mends it (a dead letter)."""

    feed: str
    row: int
    raw: Mapping[str, Any]
    faults: tuple[Fault, ...]
    run: UUID

    def kept_raw(self) -> dict[str, Any]:
        """The row as it came, as far as it is kept."""
        told = _plain(self.raw)
        kept: dict[str, Any] = json.loads(told) if len(told) <= LONGEST_RAW else {"": told[:LONGEST_RAW]}
        return kept


@dataclass(frozen=True, slots=True)
class Run:
    """A portion of one run. `reached` is the last row read, `mark` how far the source was read; `ended`: all of it."""

    id: UUID
    feed: str
    channel: str
    name: str
    digest: str = ""
    reached: int = 0
    sent: int = 0
    total: int | None = None
    mark: str | None = None
    ended: bool = False
    failed: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """Which field says until when what a record speaks of is to be done, and which since when it is."""

    due: str
    done: str


@dataclass(slots=True)
class Tally:
    """What became of the rows of a batch, by run."""

    good: int = 0
    bad: int = 0
    duplicate: int = 0
    opened: int = 0


def run_id(platform: str, feed: str, name: str) -> UUID:
    """The run of that file, page or push: the same each time, so that it counts once."""
    return uuid5(_NAMES, f"run\n{platform}\n{feed}\n{name}")


def case_id(platform: str, feed: str, subject: str) -> UUID:
    """The case that a record opens: the same each time, so that it opens once."""
    return uuid5(_NAMES, f"case\n{platform}\n{feed}\n{subject}")


def step_id(case: UUID, event: str, version: str) -> UUID:
    """The step that a record takes with its case: once for each version of the record."""
    return uuid5(case, f"{event}\n{version}")


def picture_id(case: UUID, shot: Shot) -> UUID:
    """A picture that a record brings to its case: once however often it comes."""
    return uuid5(case, f"picture\n{shot.role}\n{shot.hash}")


def _plain(held: Mapping[str, Any]) -> str:
    return msgspec.json.encode(held, enc_hook=str, order="sorted").decode()
