"""What does a CAP message say? OASIS CAP 1.2, with 1.0 and 1.1 read into the same words.

    Alert  identifier, sender, sent: its key; status, msgType, scope; references to earlier messages
    └─ Info  one language or segment: category, event, urgency, severity, certainty, times, words
       ├─ Resource  a file that goes with it
       └─ Area      words, polygons and circles (WGS-84), codes of places

A message is read as far as it can be: what is missing or unknown is None, and `cap_check` says so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from mudan.core.warnings.model.geometry import Circle, Polygon

NAMESPACES: Final = {
    "http://www.incident.com/cap/1.0": "1.0",
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2",
}
CAP_12: Final = "urn:oasis:names:tc:emergency:cap:1.2"
DEFAULT_LANGUAGE: Final = "en-US"


class Status(StrEnum):
    """What the message is for: only Actual is for the public."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """What the message does to earlier ones."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """Who may see it."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """The field of the danger."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Response(StrEnum):
    """What people are asked to do."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """How soon to act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad it is."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class Key(NamedTuple):
    """The name of a message: no two have the same three."""

    sender: str
    identifier: str
    sent: datetime


class Reference(NamedTuple):
    """An earlier message. CAP 1.0 names sender and identifier only: `sent` is None then."""

    sender: str
    identifier: str
    sent: datetime | None

    def names(self, key: Key) -> bool:
        """Whether it is that message."""
        same = (self.sender, self.identifier) == (key.sender, key.identifier)
        return same and (self.sent is None or self.sent == key.sent)


class Value(NamedTuple):
    """A named value: an event code, a parameter, the code of a place."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that goes with the message; `content` is its base64 text when it travels inside."""

    description: str
    mime_type: str = ""
    size: int | None = None
    uri: str = ""
    content: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """Where: the union of its shapes and codes. Altitude and ceiling in feet above mean sea level."""

    description: str
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Value, ...] = ()
    altitude_ft: float | None = None
    ceiling_ft: float | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """The danger in one language, or one segment of it."""

    event: str
    categories: tuple[Category, ...] = ()
    urgency: Urgency | None = None
    severity: Severity | None = None
    certainty: Certainty | None = None
    language: str = ""
    responses: tuple[Response, ...] = ()
    audience: str = ""
    event_codes: tuple[Value, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Value, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def tongue(self) -> str:
        """The language it is in; absent means en-US."""
        return self.language or DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. Times are aware; lists keep the order of the message. `version` is the CAP version read."""

    identifier: str
    sender: str
    sent: datetime | None
    status: Status | None
    msg_type: MsgType | None
    scope: Scope | None
    infos: tuple[Info, ...] = ()
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    version: str = "1.2"

    @property
    def key(self) -> Key | None:
        """Its name; None when identifier, sender or time is missing."""
        if not (self.identifier and self.sender and self.sent):
            return None
        return Key(self.sender, self.identifier, self.sent)

    @property
    def public(self) -> bool:
        """Whether it is a real message for everybody."""
        return self.status is Status.ACTUAL and self.scope in {Scope.PUBLIC, None}

    @property
    def expires(self) -> datetime | None:
        """When its last part ends; None: it holds until it is replaced. An end not after its beginning is none:
        some senders fill all times alike, and a warning must not vanish for that."""
        ends = [
            None if info.expires and info.effective and info.expires <= info.effective else info.expires
            for info in self.infos
        ]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    def expired(self, now: datetime) -> bool:
        """Whether all its parts have ended."""
        return self.expires is not None and now > self.expires


def stamp(moment: datetime) -> str:
    """A time as CAP writes it: no fraction, no Z; UTC as -00:00."""
    text = moment.replace(microsecond=0).isoformat()
    return text[:-6] + "-00:00" if moment.utcoffset() == UTC.utcoffset(None) else text
