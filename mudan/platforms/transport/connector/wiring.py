"""What does the connector need of the platform's other files, and what can be set?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mudan.core.observations.model import Columns, Quality
from mudan.platforms.transport.codec.columnar import Origin, Positions
from mudan.platforms.transport.model import Position
from mudan.primitives.errors import Invalid

PORT: Final = 8808


@dataclass(frozen=True, slots=True)
class Wiring:
    """Pure functions of the platform: what a position measures, and how a command is written.

    `build` gives message id and body of a command kind and its payload, or raises Invalid.
    """

    columns_of: Callable[[Positions, Origin, Mapping[str, int]], Columns]
    values_of: Callable[[Position], dict[str, float]]
    quality_of: Callable[[Position], Quality]
    build: Callable[[str, Mapping[str, Any], bool], tuple[int, bytes]]
    quantities: tuple[str, ...]
    of_place: frozenset[str]


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can set; the names are those of `MUDAN_TRANSPORT_…` in small letters."""

    host: str = "127.0.0.1"
    port: int = PORT
    udp: bool = True
    heartbeat_s: float = 60.0
    retry_first_s: float = 10.0
    retry_count: int = 3
    accept_unauthenticated: bool = False
    connections: int = 10_000

    @property
    def idle_s(self) -> float:
        """A terminal silent for three heartbeats, ten minutes at most, is cut off."""
        return min(600.0, 3 * self.heartbeat_s)


def read_settings(given: Mapping[str, str]) -> Settings:
    """Settings from their text; raises Invalid, naming the setting."""
    plain = Settings()
    return Settings(
        host=given.get("host", plain.host),
        port=int(_number(given, "port", plain.port, 0, 65_535)),
        udp=_switch(given, "udp", plain.udp),
        heartbeat_s=_number(given, "heartbeat_s", plain.heartbeat_s, 1, 600),
        retry_first_s=_number(given, "retry_first_s", plain.retry_first_s, 0.01, 600),
        retry_count=int(_number(given, "retry_count", plain.retry_count, 0, 10)),
        accept_unauthenticated=_switch(given, "accept_unauthenticated", plain.accept_unauthenticated),
        connections=int(_number(given, "connections", plain.connections, 1, 1_000_000)),
    )


def _number(given: Mapping[str, str], name: str, plain: float, low: float, high: float) -> float:
    try:
        number = float(given.get(name, plain))
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise Invalid(f"{name} is a number from {low} to {high}", field=name)
    return number


def _switch(given: Mapping[str, str], name: str, plain: bool) -> bool:
    word = given.get(name)
    if word is None:
        return plain
    if word not in ("on", "off"):
        raise Invalid(f"{name} is on or off", field=name)
    return word == "on"
