"""What does a call say, what does a report say, and to whom did it go?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.incidents.model import Event, Harm, Incident
from mudan.core.posts.model import Post
from mudan.core.reports.model.requests import Request
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.text import Text

CALL_CHANNELS: Final = {
    "phone": Text("电话", "telephone"),
    "hotline": Text("热线转来", "hotline"),
    "radio": Text("电台", "radio"),
    "visit": Text("来人", "in person"),
    "app": Text("网络", "online"),
    "other": Text("其他", "other"),
}
CHANNELS: Final = {
    "phone": Text("电话", "telephone"),
    "fax": Text("传真", "fax"),
    "text": Text("短信", "text message"),
    "mail": Text("邮件", "e-mail"),
    "system": Text("系统直报", "system"),
    "hand": Text("送达", "by hand"),
}
REPORT_KINDS: Final = {
    "first": Text("首报", "first report"),
    "progress": Text("续报", "progress report"),
    "final": Text("终报", "final report"),
}
MODES: Final = {"phone": Text("电话", "by phone"), "written": Text("书面", "written")}

_CHART: Final[dict[tuple[str, str], str]] = {
    ("draft", "edit"): "draft",
    ("draft", "sign"): "signed",
    ("signed", "edit"): "draft",  # a changed wording has to be signed again
    ("signed", "send"): "sent",
    ("draft", "void"): "void",
    ("signed", "void"): "void",
}


def moved(state: str, event: str) -> str:
    """The state of a written report after edit, sign, send or void; raises Conflict. What was sent stays as it is."""
    after = _CHART.get((state, event))
    if after is None:
        raise Conflict(f"a report that is {state} cannot be changed by {event}")
    return after


@dataclass(frozen=True, slots=True)
class CallForm:
    """What the caller said. Everything but the kind and one word of what or where may be unknown."""

    kind: str
    channel: str = "phone"
    called_at: datetime | None = None
    happened_at: datetime | None = None
    reporter: str = ""
    organisation: str = ""
    phone: str = ""
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    dead: int | None = None
    injured: int | None = None
    missing: int | None = None
    trapped: int | None = None
    harm: str = ""
    state: str = ""
    help: str = ""

    def __post_init__(self) -> None:
        if self.channel not in CALL_CHANNELS:
            raise Invalid("no such channel", field="channel")
        if (self.lon is None) != (self.lat is None):
            raise Invalid("a place needs both longitude and latitude", field="lon")
        if not (self.address.strip() or self.state.strip() or self.lon is not None):
            raise Invalid("say what happened or where", field="state")
        self.counts()  # raises Invalid for a figure that cannot be

    def counts(self) -> Harm:
        """The people named."""
        return Harm(self.dead, self.injured, self.missing, self.trapped)


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was taken down."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    number: str
    incident_id: UUID | None
    called_at: datetime
    recorded_at: datetime
    taken_by: str
    channel: str
    reporter: str
    organisation: str
    phone: str
    kind: str
    happened_at: datetime | None
    lon: float | None
    lat: float | None
    address: str
    dead: int | None
    injured: int | None
    missing: int | None
    trapped: int | None
    harm: str
    state: str
    help: str

    def counts(self) -> Harm:
        """The people named."""
        return Harm(self.dead, self.injured, self.missing, self.trapped)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A report on its way to one body, with its receipt."""

    id: UUID
    report_id: UUID
    body: str
    channel: str
    address: str
    state: str
    notice_id: UUID | None
    sent_at: datetime
    sent_by: str
    received_at: datetime | None
    received_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording that a report has had."""

    version: int
    body: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report with every wording and delivery. `told_until` is the last line of the timeline that it tells."""

    id: UUID
    space: int
    incident_id: UUID
    area_code: str
    department: str | None
    number: str
    kind: str
    mode: str
    serial: int
    state: str
    title: str
    drafted_at: datetime
    drafted_by: str
    signed_at: datetime | None
    signed_by: str
    sent_at: datetime | None
    void_reason: str
    told_until: int
    version: int
    wordings: tuple[Wording, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def body(self) -> str:
        """The wording that counts."""
        return self.wordings[-1].body if self.wordings else ""


@dataclass(frozen=True, slots=True)
class Force:
    """A unit in the incident: its task's state and stamps."""

    task_id: UUID
    code: str
    name: Text
    kind: str
    crew: int
    organisation: str
    state: str
    stamps: dict[str, str]
    order: str
    created_at: datetime
    created_by: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that reports and forms are made of, read from the log at one moment."""

    incident: Incident
    area: Text
    timeline: tuple[Event, ...]
    calls: tuple[Call, ...]
    forces: tuple[Force, ...]
    post: Post | None
    now: datetime
    requests: tuple[Request, ...] = ()

    def place(self) -> Text:
        """Area and address; an address that names its area already says it once."""
        address = self.incident.address
        zh = address if address.startswith(self.area.zh) else self.area.zh + address
        return Text(zh, f"{self.area.en} {address}".strip())

    def last(self, kind: str) -> Event | None:
        """The newest line of a kind."""
        return next((event for event in reversed(self.timeline) if event.kind == kind), None)

    def of(self, *kinds: str) -> list[Event]:
        """The lines of some kinds, oldest first."""
        return [event for event in self.timeline if event.kind in kinds]

    def harm(self) -> tuple[Harm, Event | None]:
        """The newest known figure of each count, and the line that told the newest of all."""
        counts: dict[str, Any] = {}
        for event in self.of("harm"):
            counts |= event.detail
        return Harm(**counts), self.last("harm")
