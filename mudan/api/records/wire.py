"""How do feeds, runs, bad rows and deliveries look in JSON?"""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from mudan.api.centre import Centre, PlatformCard
from mudan.api.wire import Body, Instant
from mudan.connect.feeds import Feed
from mudan.core.records.model.faults import Fault
from mudan.primitives.errors import NotFound
from mudan.primitives.text import Text


class RecordFieldOut(BaseModel):
    """A field of a feed: our name, what it may be called at the source."""

    target: str
    title: Text
    names: list[str]
    kind: str
    required: bool
    personal: bool
    codes: dict[str, str]


class RecordStandingOut(BaseModel):
    """How a source stands: silent only where it declares within how many seconds it speaks (`expected_s`).

    `urn`: the source as it is registered, which an alarm can be about; none: nobody is told when it is silent.
    """

    state: Literal["heard", "quiet", "silent", "unreachable", "never"]
    channel: str
    heard_at: Instant | None
    rows_at: Instant | None
    due_at: Instant | None
    reason: str
    expected_s: float | None
    urn: str | None


class RecordFeedOut(BaseModel):
    """A feed with what was exchanged within the days asked for; `opens`: it can become cases."""

    platform: str
    platform_title: Text
    feed: str
    title: Text
    fields: list[RecordFieldOut]
    opens: bool
    sent: int = 0
    good: int = 0
    bad: int = 0
    duplicate: int = 0
    opened: int = 0
    bad_waiting: int = 0
    written_back: int = 0
    to_write: int = 0
    failed: int = 0
    last_at: Instant | None = None
    standing: RecordStandingOut


class RecordFeedsOut(BaseModel):
    """All feeds of all platforms, the reconciliation of `days` days, and the newest runs."""

    items: list[RecordFeedOut]
    runs: "list[RecordRunOut]"
    days: int
    as_of: Instant


class RecordRunOut(BaseModel):
    """One import, pull, push or file. `total` is how many rows it has, where that is known beforehand."""

    id: UUID
    platform: str
    feed: str
    channel: str
    name: str
    state: Literal["waiting", "running", "done", "failed"]
    total: int | None
    reached: int
    sent: int
    good: int
    bad: int
    duplicate: int
    opened: int
    reason: str
    by: str
    started_at: Instant
    updated_at: Instant
    ended_at: Instant | None


class RecordFaultOut(BaseModel):
    """What is wrong with which field of a row."""

    field: str
    reason: Text


class RecordBadOut(BaseModel):
    """A row that waits to be mended."""

    id: int
    channel: str
    name: str
    row: int
    raw: dict[str, Any]
    faults: list[RecordFaultOut]
    received_at: Instant


class RecordBadListOut(BaseModel):
    """Rows that wait, newest first; `next` is the cursor of what follows."""

    items: list[RecordBadOut]
    next: int | None


class RecordReplayIn(Body):
    """A bad row as it was mended: the values that are other than they came."""

    values: dict[str, Any] = Field(default_factory=dict, max_length=300)


class RecordRowOut(BaseModel):
    """What became, or would become, of one row."""

    row: int
    state: Literal["good", "duplicate", "bad"]
    id: str = ""
    content: dict[str, Any] = {}
    case: str = ""
    case_at: Instant | None = None
    faults: list[RecordFaultOut] = []


class RecordRowsOut(BaseModel):
    """What became, or would become, of the rows of a table; at most the first `shown` of them are told."""

    sent: int
    good: int
    bad: int
    duplicate: int
    opened: int
    rows: list[RecordRowOut]


class RecordItemOut(BaseModel):
    """A record without what is personal; `phase` where it has a limit, the case it opened."""

    id: str
    area_code: str
    content: dict[str, Any]
    phase: Literal["overdue", "due_soon", "running", "undated", "done", "late"] | None
    source_at: Instant | None
    received_at: Instant
    changed_at: Instant
    version: int
    case_id: UUID | None
    case_number: str | None
    case_state: str | None


class RecordItemsOut(BaseModel):
    """A page of records."""

    items: list[RecordItemOut]
    more: bool
    as_of: Instant


class RecordCountOut(BaseModel):
    """How many records have a value, and how many of them are in which phase."""

    value: str
    total: int
    phases: dict[str, int]


class RecordCountsOut(BaseModel):
    """Counts, the most first."""

    items: list[RecordCountOut]
    as_of: Instant


class RecordKeyIn(Body):
    """Whose key it is to be."""

    title: str = Field(min_length=1, max_length=100)


class RecordKeyOut(BaseModel):
    """A key without its secret."""

    id: str
    title: str
    created_by: str
    created_at: Instant
    last_used_at: Instant | None
    revoked_at: Instant | None


class RecordKeysOut(BaseModel):
    """The keys of a platform."""

    items: list[RecordKeyOut]


class RecordSecretOut(BaseModel):
    """A new key with its secret, which is shown this once."""

    id: str
    secret: str


class RecordReceiptOut(BaseModel):
    """What the other side said of a delivery."""

    kind: str
    text: str
    at: Instant


class RecordDeliveryOut(BaseModel):
    """What is told to the other system of a case, and how that stands."""

    id: UUID
    target: str
    case_id: UUID
    case_number: str
    kind: str
    event_title: Text
    state: Literal["waiting", "sent", "accepted", "handled", "answered", "failed"]
    attempts: int
    next_at: Instant | None
    number: str
    reason: str
    created_at: Instant
    sent_at: Instant | None
    receipts: list[RecordReceiptOut]


class RecordDeliveriesOut(BaseModel):
    """The newest deliveries of a platform."""

    items: list[RecordDeliveryOut]


class RecordReceiptIn(Body):
    """What another system says of a delivery."""

    id: UUID
    kind: str = Field(max_length=20)
    number: str = Field(default="", max_length=200)
    text: str = Field(default="", max_length=2000)
    at: Instant | None = None
    evidence: dict[str, Any] = Field(default_factory=dict, max_length=40)


def feed_of(centre: Centre, platform: str, feed: str) -> tuple[PlatformCard, Feed]:
    """A declared feed. Raises NotFound."""
    card = centre.platforms.get(platform)
    found = next((one for one in card.feeds if one.name == feed), None) if card else None
    if card is None or found is None:
        raise NotFound("there is no such feed")
    return card, found


def keeper_of(centre: Centre, platform: str) -> PlatformCard:
    """A platform with feeds. Raises NotFound."""
    card = centre.platforms.get(platform)
    if card is None or not card.feeds:
        raise NotFound("there is no such platform of records")
    return card


def faults_out(faults: tuple[Fault, ...]) -> list[RecordFaultOut]:
    """Faults as they go over the wire."""
    return [RecordFaultOut(field=one.field, reason=one.reason) for one in faults]


def kept_faults(row: Mapping[str, Any]) -> list[RecordFaultOut]:
    """The faults of a kept bad row."""
    return [
        RecordFaultOut(field=one["field"], reason=Text(one["zh"], one["en"]))
        for one in row["faults"]
    ]  # fmt: skip
