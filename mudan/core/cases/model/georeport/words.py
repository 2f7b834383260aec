"""What do the documents of GeoReport v2 speak of? Services, what they ask, requests, tickets, refusals, endpoints.

Identifiers are always text, whatever a server sends them as; an empty text is what was not said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of request that can be made. `metadata`: it has a definition. `type`: realtime, batch or blackbox."""

    code: str
    name: str = ""
    description: str = ""
    metadata: bool = False
    type: str = "realtime"
    keywords: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list."""

    key: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing that a service asks; not `variable`: a text to be shown, nothing to answer."""

    code: str
    datatype: str = "string"
    variable: bool = True
    required: bool = False
    datatype_description: str = ""
    order: int = 0
    description: str = ""
    values: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """All that a service asks."""

    service_code: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """An attribute of a request with its answer (extension)."""

    code: str = ""
    name: str = ""
    label: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A line of a request's public history (extension)."""

    at: datetime | None = None
    type: str = ""
    summary: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands; `id` is empty while a server that works in batches has given none."""

    id: str
    status: str = ""
    service_code: str = ""
    service_name: str = ""
    status_notes: str = ""
    description: str = ""
    agency_responsible: str = ""
    service_notice: str = ""
    requested_at: datetime | None = None
    updated_at: datetime | None = None
    expected_at: datetime | None = None
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    lat: float | None = None
    lon: float | None = None
    media_url: str = ""
    token: str = ""
    extended: Mapping[str, str] = field(default_factory=dict)
    attributes: tuple[Answered, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is done about it."""
        return self.status == "closed"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a report is answered with, and what a token is worth: a number, a token for one, or neither."""

    id: str = ""
    token: str = ""
    service_notice: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why a call was refused."""

    code: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of a city's interface: of which specification, production or test, in which media types."""

    specification: str
    url: str
    changeset: str = ""
    type: str = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where a city's interfaces are, and whom to ask for a key."""

    changeset: str = ""
    contact: str = ""
    key_service: str = ""
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """What became of a request at another place, finer than open and closed (extension of mySociety)."""

    id: str
    service_request_id: str = ""
    status: str = ""
    updated_at: datetime | None = None
    description: str = ""
    media_url: str = ""


@dataclass(frozen=True, slots=True)
class Bad:
    """An item that could not be understood: which of the list, counted from 1, which field, and why."""

    row: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Posted:
    """A report as it is sent. An attribute has several answers when it is a list of several values."""

    service_code: str = ""
    jurisdiction_id: str = ""
    api_key: str = ""
    lat: float | None = None
    lon: float | None = None
    address_string: str = ""
    address_id: str = ""
    email: str = ""
    device_id: str = ""
    account_id: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    description: str = ""
    media_url: str = ""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
