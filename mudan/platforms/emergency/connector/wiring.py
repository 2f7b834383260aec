"""What does the declaration lend the connector? Readings and commands, which know no connector."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mudan.core.warnings.model.cap import Alert
from mudan.platforms.emergency.model.messages import Packet
from mudan.platforms.emergency.model.readings import Asked, Change, Warned


class Observe(Protocol):
    """What a packet changes (`observations.changes`)."""

    def __call__(self, packet: Packet, *, trust_test_bit: bool) -> Iterable[Change]: ...


@dataclass(frozen=True, slots=True)
class Wiring:
    """The platform's pure parts."""

    observe: Observe
    warned: Callable[[Alert], tuple[Warned, ...]]
    build: Callable[[str, Mapping[str, Any], datetime], Asked]
    clock_set: Callable[[datetime], Asked]
