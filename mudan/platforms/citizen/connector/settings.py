"""Which settings has the citizen connector?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from mudan.platforms.citizen.model import SOURCE
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

PORT: Final = 9311

SETTINGS: Final = {
    "host": Text("监听地址", "Address to listen on"),
    "port": Text("报文推送端口（每行一份文档）", "Port for pushed documents, one a line"),
    "url": Text(
        "对方 Open311 地址（到 v2 为止），空为不拉取", "The other Open311 address, up to v2; empty: none"
    ),
    "key": Text("对方核发的接口密钥，回告进展时出示", "The key they issued, shown when they are told"),
    "jurisdiction": Text("对方要求的 jurisdiction_id", "The jurisdiction_id they ask for"),
    "source": Text("登记对方接口的设备标识", "The identifier that their endpoint is registered under"),
    "area": Text("转来诉求归属的行政区划代码", "Code of the area that their requests belong to"),
    "interval_s": Text("轮询间隔秒数", "Seconds between two looks"),
    "format": Text("json 或 xml", "json or xml"),
    "classes": Text("对方服务代码=本县小类，以逗号分隔", "Their service code = our class, by commas"),
    "services": Text(
        "可转送的小类=对方服务代码，以逗号分隔（可写成 类型.小类）",
        "Our classes that are sent on = their service code, by commas (also as type.class)",
    ),
    "title": Text(
        "对方名称，转送时显示：中文|English", "What they are called where cases are sent on: 中文|English"
    ),
    "tell": Text("是否回告进展：1 是，0 否", "Whether they are told what becomes of it: 1 yes, 0 no"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings with their defaults; times in seconds."""

    host: str = "127.0.0.1"
    port: int = PORT
    url: str = ""
    key: str = ""
    jurisdiction: str = ""
    source: str = SOURCE
    area: str = ""
    interval_s: float = 300.0
    format: str = "json"
    classes: str = ""
    services: str = ""
    title: str = ""
    tell: bool = False

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Settings":
        """The settings that were given. Raises Invalid naming the one that is wrong."""
        known = {name: value.strip() for name, value in given.items() if name in SETTINGS and value.strip()}
        made = cls(
            **{name: known[name] for name in known if name not in ("port", "interval_s", "tell")},
            port=int(_number(known, "port", PORT)), interval_s=max(5.0, _number(known, "interval_s", 300.0)),
            tell=known.get("tell") == "1",
        )  # fmt: skip
        parts = urlsplit(made.url)
        if made.url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
            raise Invalid("an address begins with http:// or https:// and has no query", field="url")
        if made.url and not made.area:
            raise Invalid("say which area their requests belong to", field="area")
        if made.format not in ("json", "xml"):
            raise Invalid("the format is json or xml", field="format")
        return made


def _number(given: Mapping[str, str], name: str, otherwise: float) -> float:
    try:
        return float(given.get(name, otherwise))
    except ValueError:
        raise Invalid("this is a number", field=name) from None
