"""What is the transport platform? Vehicles whose JT/T 808 terminals report where they are."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mudan.connect.platform import Connector, Decoded, EntityType, Intake, Platform
from mudan.core.observations.model import Reading
from mudan.platforms.transport.codec.frame import Whole
from mudan.platforms.transport.codec.message import decode_frame, fields_of
from mudan.platforms.transport.codec.position import SIZE, parse_position
from mudan.platforms.transport.codec.terminal import batch_bodies, short_batch_bodies
from mudan.platforms.transport.commands import KINDS, build
from mudan.platforms.transport.connector import PORT, Terminals, Wiring
from mudan.platforms.transport.kpis import KPIS
from mudan.platforms.transport.model import identity
from mudan.platforms.transport.observations import (
    OF_PLACE,
    QUANTITIES,
    columns_of,
    quality_of,
    readings_of,
    values_of,
)
from mudan.platforms.transport.rules import RULES
from mudan.primitives.ids import urn
from mudan.primitives.text import Text

WIRING: Final = Wiring(
    columns_of=columns_of,
    values_of=values_of,
    quality_of=quality_of,
    build=build,
    quantities=tuple(quantity.name for quantity in QUANTITIES),
    of_place=OF_PLACE,
)
POSITION_AT: Final = {0x0200: 0, 0x0201: 2, 0x0500: 2}


def decode(frame: bytes) -> Iterator[Decoded]:
    """One frame, with or without its flags, as a message with its readings. Raises DecodeError only."""
    found = decode_frame(frame)
    message: dict[str, Any] = fields_of(found)
    yield Decoded(message, tuple(_readings(found)))


def connector(intake: Intake, given: Mapping[str, str]) -> Connector:
    """The moving part, wired to this platform's pure functions."""
    return Terminals(intake, given, WIRING)


def _readings(found: Whole) -> Iterator[Reading]:
    header = found.header
    if header.split or header.encryption:
        return
    entity = urn("Vehicle", identity(header.phone))
    if header.msg_id in POSITION_AT:
        yield from readings_of(parse_position(found.body[POSITION_AT[header.msg_id] :]), entity)
    elif header.msg_id == 0x0210:
        for body in short_batch_bodies(found.body):
            if len(body) >= SIZE:
                yield from readings_of(parse_position(body), entity)
    elif header.msg_id == 0x0704:
        _, kind, bodies = batch_bodies(found.body)
        for body in bodies:
            if len(body) >= SIZE:
                yield from readings_of(parse_position(body), entity, replayed=kind == 1)


PLATFORM: Final = Platform(
    name="transport",
    title=Text("车辆调度", "Transport"),
    summary=Text("接入道路运输车辆卫星定位终端", "Vehicles with satellite-positioning terminals"),
    protocol="JT/T 808-2013, JT/T 808-2019",
    binary=True,
    entity_types=(
        EntityType(
            "Vehicle",
            Text("车辆", "Vehicle"),
            {
                "plate": Text("车牌", "Number plate"),
                "kind": Text("用途", "Kind"),
                "max_speed_kmh": Text("限速 km/h", "Speed limit in km/h"),
                "stale_after_s": Text("失联判定，秒", "Silent after so many seconds"),
            },
        ),
    ),
    quantities=QUANTITIES,
    rules=RULES,
    kpis=KPIS,
    decode=decode,
    connector=connector,
    commands=KINDS,
    settings={
        "host": Text("监听地址", "Address to listen on"),
        "port": Text("TCP 与 UDP 端口，默认 8808", "TCP and UDP port, 8808 by default"),
        "udp": Text("是否开 UDP：on 或 off", "UDP as well: on or off"),
        "heartbeat_s": Text(
            "终端心跳间隔，秒；三倍无声即断开", "Heartbeat of terminals in seconds; silent for three: cut off"
        ),
        "retry_first_s": Text("首次应答超时，秒", "First wait for an answer, seconds"),
        "retry_count": Text("重传次数", "How often a command is repeated"),
        "accept_unauthenticated": Text(
            "接受已登记但未鉴权的终端：on 或 off",
            "Take registered terminals without authentication: on or off",
        ),
        "connections": Text("最多连接数", "Most connections"),
    },
    port=PORT,
)
