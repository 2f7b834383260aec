"""What does a packet of GB/T 26875.3 hold, and what does a document of warnings hold?"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

from mudan.core.warnings.model.feeds import Unwrapped
from mudan.platforms.emergency.model import words
from mudan.primitives.clock import CST
from mudan.primitives.ids import urn


class Moment(NamedTuple):
    """A time tag: its six bytes, and the aware time when it is one."""

    raw: bytes
    at: datetime | None
    bcd: bool = False

    @property
    def told(self) -> str | None:
        """The time as people read it, in China's time without zone."""
        return None if self.at is None else self.at.astimezone(CST).replace(tzinfo=None).isoformat()


@dataclass(frozen=True, slots=True)
class Item:
    """One information object. `kind` is an analogue kind; `state` a state word, state byte or operation."""

    system_type: int | None = None
    system_addr: int | None = None
    component_type: int | None = None
    component_addr: int | None = None
    state: int | None = None
    operator: int | None = None
    kind: int | None = None
    value: int | None = None
    version: str | None = None
    text: str | None = None
    records: int | None = None
    minutes: int | None = None
    time: Moment | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Application:
    """One application data unit. Vendor types keep their bytes in `raw` and have no items; so do data that do not
    fit their own type, with the reason in `fault`."""

    type: int
    count: int
    items: tuple[Item, ...] = ()
    raw: bytes = b""
    vendor: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet; `body` is the application data as it came."""

    serial: int
    main_version: int
    user_version: int
    time: Moment
    source: int
    target: int
    command: int
    body: bytes = b""
    application: Application | None = None
    checksum: int = 0

    @property
    def device(self) -> str:
        """The identifier of the device that sent it: its source address as a number."""
        return str(self.source)


@dataclass(frozen=True, slots=True)
class Document:
    """A document of warnings as it came."""

    raw: bytes
    content: Unwrapped
    notes: tuple[str, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)


class Part(NamedTuple):
    """A system (component None) or a component of a transmitter; None twice: the transmitter itself."""

    device: str
    system: tuple[int, int] | None = None
    component: int | None = None

    @property
    def id(self) -> str:
        """Its identifier as a registered device: `address`, `address-system-number`, `…-component`."""
        if self.system is None:
            return self.device
        tail = "" if self.component is None else f"-{self.component}"
        return f"{self.device}-{self.system[0]}-{self.system[1]}{tail}"

    @property
    def urn(self) -> str:
        """Its entity."""
        return urn(words.TRANSMITTER if self.system is None else words.COMPONENT, self.id)


AREA_PREFIX: Final = "area-"


def area_device(code: str) -> str:
    """The identifier under which an area for warnings is registered."""
    return AREA_PREFIX + code


def area_urn(code: str) -> str:
    """The entity of an area for warnings."""
    return urn(words.WARNING_AREA, code)


def loop_and_number(component_addr: int) -> str:
    """A component's address as it is usually shown: loop (high 16 bits) and number (low 16 bits)."""
    return f"{component_addr >> 16}-{component_addr & 0xFFFF}"
