"""Which settings has the water connector?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

PORT: Final = 9651

SETTINGS: Final = {
    "host": Text("监听地址", "Address to listen on"),
    "port": Text("监听端口（TCP 与 UDP 同号）", "Port to listen on, TCP and UDP alike"),
    "ack": Text(
        "确认方式：auto（TCP 用 ESC，UDP 用 EOT）、esc、eot",
        "How to confirm: auto (ESC on TCP, EOT on UDP), esc or eot",
    ),
    "timeout_s": Text("下行命令等待应答的秒数", "Seconds to wait for the answer to a command"),
    "attempts": Text("下行命令最多发送次数", "How often a command is sent at most"),
    "offline_after_s": Text(
        "多少秒无报文视为离线", "Seconds without a frame until a station counts as offline"
    ),
    "idle_s": Text("空闲多少秒后断开连接", "Seconds of silence until a connection is closed"),
    "packets_s": Text("多包报文等待齐全的秒数", "Seconds to wait for the packets of one message"),
}

_KINDS: Final[dict[str, type[str] | type[int] | type[float]]] = {
    "host": str,
    "port": int,
    "ack": str,
    "timeout_s": float,
    "attempts": int,
    "offline_after_s": float,
    "idle_s": float,
    "packets_s": float,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings with their defaults; times in seconds."""

    host: str = "127.0.0.1"
    port: int = PORT
    ack: str = "auto"
    timeout_s: float = 30.0
    attempts: int = 3
    offline_after_s: float = 4_200.0  # an hour's report and ten minutes
    idle_s: float = 600.0
    packets_s: float = 300.0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Settings":
        """The settings from their texts. Raises Invalid for one that makes no sense."""
        values: dict[str, str | int | float] = {}
        for name, kind in _KINDS.items():
            if name not in given:
                continue
            try:
                values[name] = kind(given[name])
            except ValueError:
                raise Invalid(f"{name} must be a {kind.__name__}", field=name) from None
        settings = cls(**values)  # type: ignore[arg-type]  # each text was made its field's own type above
        if settings.ack not in {"auto", "esc", "eot"}:
            raise Invalid("ack must be auto, esc or eot", field="ack")
        if not 0 <= settings.port <= 65_535:
            raise Invalid("port must be 0 to 65535", field="port")
        if settings.attempts < 1 or min(settings.timeout_s, settings.offline_after_s, settings.idle_s) <= 0:
            raise Invalid("attempts and times must be positive")
        return settings
