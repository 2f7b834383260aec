"""Which settings has the emergency connector?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

PORT: Final = 9875

SETTINGS: Final = {
    "host": Text("监听地址", "Address to listen on"),
    "port": Text("GB/T 26875.3 监听端口（TCP 与 UDP 同号）", "Port for GB/T 26875.3, TCP and UDP alike"),
    "timeout_s": Text("下行命令等待应答的秒数", "Seconds to wait for the answer to a command"),
    "attempts": Text("下行命令最多发送次数", "How often a command is sent at most"),
    "offline_after_s": Text(
        "多少秒无报文视为离线", "Seconds without a packet until a device counts as off line"
    ),
    "idle_s": Text("空闲多少秒后断开连接", "Seconds of silence until a connection is closed"),
    "sync": Text("是否主动校时：1 是，0 否", "Whether to set the clocks of devices: 1 yes, 0 no"),
    "area": Text("本县行政区划代码（6 位）", "Code of the county, 6 digits"),
    "feeds": Text(
        "外部预警源地址（CAP、Atom、RSS），以空格分隔",
        "Addresses of warning feeds (CAP, Atom, RSS), parted by blanks",
    ),
    "poll_s": Text("轮询间隔秒数", "Seconds between two looks at a feed"),
    "folder": Text("预警报文投放文件夹", "Folder where warning documents are dropped"),
    "push_port": Text(
        "预警推送端口（HTTP POST），空为不开", "Port for pushed warnings (HTTP POST); empty: none"
    ),
    "push_token": Text("推送方须出示的口令", "What a pusher must show as bearer token"),
    "trusted": Text("可信签名证书文件（PEM）", "File of trusted signing certificates (PEM)"),
    "signed_only": Text(
        "只收签名可信的预警：1 是，0 否", "Take only warnings with a trusted signature: 1 yes, 0 no"
    ),
    "life_h": Text("未写明有效期的预警保留小时数", "Hours that a warning without an end is held in force"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings with their defaults; times in seconds."""

    host: str = "127.0.0.1"
    port: int = PORT
    timeout_s: float = 10.0
    attempts: int = 3
    offline_after_s: float = 90.0
    idle_s: float = 300.0
    sync: int = 1
    area: str = "500231"
    feeds: str = ""
    poll_s: float = 60.0
    folder: str = ""
    push_port: str = ""
    push_token: str = ""
    trusted: str = ""
    signed_only: int = 0
    life_h: float = 24.0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Settings":
        """The settings from their texts. Raises Invalid for one that makes no sense."""
        values: dict[str, str | int | float] = {}
        for name in SETTINGS:
            if name not in given:
                continue
            kind = type(getattr(cls(), name))
            try:
                values[name] = kind(given[name])
            except ValueError:
                raise Invalid(f"{name} must be a {kind.__name__}", field=name) from None
        settings = cls(**values)  # type: ignore[arg-type]  # each text was made its field's own type above
        settings._hold_together()
        return settings

    def _hold_together(self) -> None:
        if not 0 <= self.port <= 65_535 or (self.push_port and not self.push_port.isdigit()):
            raise Invalid("port must be 0 to 65535", field="port")
        times = (self.timeout_s, self.offline_after_s, self.idle_s, self.poll_s, self.life_h)
        if self.attempts < 1 or min(times) <= 0:
            raise Invalid("attempts and times must be positive")
        if not (len(self.area) == 6 and self.area.isdigit()):
            raise Invalid("area must be six digits", field="area")
        if any(not address.startswith(("http://", "https://")) for address in self.feeds.split()):
            raise Invalid("a feed is an http or https address", field="feeds")
