"""What is the community platform, on one page?"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from mudan.connect.platform import Connector, Decoded, EntityType, Intake, Platform
from mudan.core.observations.model import Quantity
from mudan.platforms.community import codec
from mudan.platforms.community.cases import CASES
from mudan.platforms.community.connector import PORT, OrdersConnector
from mudan.platforms.community.kpis import KPIS
from mudan.platforms.community.model import FIRM, OPEN_ORDERS, ORDER_AGE_S, RepairOrder
from mudan.platforms.community.observations import readings
from mudan.platforms.community.rules import RULES
from mudan.primitives.text import Text


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A repair order, a firm's receipt, or what a register holds, without names. Raises DecodeError."""
    found = codec.decode(raw)
    return (Decoded(asdict(found), readings(found) if isinstance(found, RepairOrder) else ()),)


def connector(intake: Intake, settings: Mapping[str, str]) -> Connector:
    """The moving part, given this platform's pure functions."""
    return OrdersConnector(intake, settings, readings)


PLATFORM: Final = Platform(
    name="community",
    title=Text("智慧社区服务", "Community services"),
    summary=Text(
        "网格走访、重点关爱、报修与告知；物业报修单和住户台账的接入。",
        "Grid visits, key care, repairs and notices; repair orders of property firms and registers of households.",
    ),
    protocol="Mudan repair order lines 1, household register tables 1",
    binary=False,
    entity_types=(
        EntityType(
            FIRM,
            Text("物业企业", "Property firm"),
            {
                "most_open": Text("未完成报修上限", "Most orders open"),
                "area_code": Text("所在区划，案件立在这里", "Area in which its cases are opened"),
                "households": Text("服务户数", "Households served"),
                "example": Text("示例数据", "Example data"),
            },
        ),
    ),
    quantities=(
        Quantity(OPEN_ORDERS, "1", Text("未完成报修单", "Repair orders open"), low=0.0, high=1_000_000.0),
        Quantity(ORDER_AGE_S, "s", Text("报修单时长", "Age of the repair order"), low=0.0, high=1e9),
    ),
    rules=RULES,
    kpis=KPIS,
    decode=decode,
    connector=connector,
    cases=CASES,
    settings={
        "host": Text("监听地址", "Address to listen on"),
        "port": Text("监听端口", "Port to listen on"),
    },
    port=PORT,
)
