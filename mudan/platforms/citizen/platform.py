"""What is the citizen platform, on one page?"""

from collections.abc import Mapping
from typing import Final

from mudan.connect.platform import Connector, EntityType, Intake, Platform
from mudan.core.observations.model import Quantity
from mudan.platforms.citizen.cases import CASES, STATUSES, TARGET, classes_of, feed_with, recipient_of
from mudan.platforms.citizen.connector import PORT, SETTINGS, CitizenConnector, Wiring
from mudan.platforms.citizen.kpis import KPIS
from mudan.platforms.citizen.model import CLOSED, ENTITY_TYPE, OLDEST, OPEN
from mudan.platforms.citizen.observations import decode, readings
from mudan.platforms.citizen.rules import RULES
from mudan.primitives.text import Text


def connector(intake: Intake, settings: Mapping[str, str]) -> Connector:
    """The moving part, given this platform's declarations and pure functions."""
    wiring = Wiring(
        lambda classes: feed_with(classes_of(classes)),
        readings,
        TARGET,
        lambda state: STATUSES.get(state, "OPEN"),
    )
    return CitizenConnector(intake, settings, wiring)


PLATFORM: Final = Platform(
    name="citizen",
    title=Text("垫小二", "Citizen requests"),
    summary=Text(
        "市民与企业诉求：按 Open311 与其他系统互通；垫小二的确切定位尚未核实。",
        "Requests of citizens and firms, exchanged by Open311; what the county's own service is stands unverified.",
    ),
    protocol="Open311 GeoReport v2",
    binary=False,
    entity_types=(
        EntityType(
            ENTITY_TYPE,
            Text("外部诉求接口", "Endpoint of requests"),
            {
                "limit_min": Text("最早未结诉求的时限（分钟）", "Limit of the oldest open request (min)"),
                "contact": Text("对方联系人", "Whom to call there"),
            },
        ),
    ),
    quantities=(
        Quantity(OPEN, "1", Text("未结诉求数", "Open requests"), low=0, high=1_000_000),
        Quantity(CLOSED, "1", Text("已结诉求数", "Closed requests"), low=0, high=1_000_000),
        Quantity(
            OLDEST, "min", Text("最早未结诉求时长", "Age of the oldest open request"), low=0, high=10_000_000
        ),
    ),
    rules=RULES,
    kpis=KPIS,
    decode=decode,
    connector=connector,
    cases=CASES,
    feeds=(feed_with({}),),
    targets=(TARGET,),
    recipient=recipient_of,
    settings=SETTINGS,
    port=PORT,
)
