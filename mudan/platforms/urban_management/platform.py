"""What is the urban_management platform, on one page?"""

from collections.abc import Mapping
from typing import Final

from mudan.connect.platform import Connector, Decoded, EntityType, Intake, Platform
from mudan.core.observations.model import Quantity
from mudan.platforms.urban_management import codec
from mudan.platforms.urban_management.connector import LineConnector
from mudan.platforms.urban_management.kpis import KPIS
from mudan.platforms.urban_management.model import ENTITY_TYPE, QUANTITY
from mudan.platforms.urban_management.observations import readings
from mudan.platforms.urban_management.rules import RULES
from mudan.primitives.text import Text


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """The message of one line. Raises DecodeError."""
    report = codec.decode(raw)
    message = {"device": report.device, "observed_at": report.observed_at, "value": report.value}
    return (Decoded(message, readings(report)),)


def connector(intake: Intake, settings: Mapping[str, str]) -> Connector:
    """The moving part, given this platform's pure functions."""
    return LineConnector(intake, settings, readings)


PLATFORM: Final = Platform(
    name="urban_management",
    title=Text("urban_management 平台", "UrbanManagement"),
    summary=Text("urban_management 设备的读数", "Readings of urban_management devices"),
    protocol="urban_management lines",
    binary=False,
    entity_types=(
        EntityType(
            ENTITY_TYPE, Text("urban_management 设备", "UrbanManagement device"), {"limit": Text("报警限值", "Alarm limit")}
        ),
    ),
    quantities=(Quantity(QUANTITY, "1", Text("读数", "Reading"), low=-1000.0, high=1000.0),),
    rules=RULES,
    kpis=KPIS,
    decode=decode,
    connector=connector,
    settings={
        "host": Text("监听地址", "Address to listen on"),
        "port": Text("监听端口", "Port to listen on"),
    },
)
