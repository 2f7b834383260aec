"""What does the water platform bring to the county?"""

from collections.abc import Mapping

from mudan.connect.platform import Connector, EntityType, Intake, Platform
from mudan.platforms.water.commands import COMMANDS, build
from mudan.platforms.water.connector import PORT, SETTINGS, WaterConnector
from mudan.platforms.water.kpis import KPIS
from mudan.platforms.water.model.elements import QUANTITIES
from mudan.platforms.water.model.words import ENTITY_TYPE
from mudan.platforms.water.observations import decode, readings
from mudan.platforms.water.rules import RULES
from mudan.primitives.text import Text

_PROPERTIES = {
    "kind": Text("类别：river、reservoir 或 rain", "Kind: river, reservoir or rain"),
    "base_level_m": Text("常水位（米）", "Usual level (m)"),
    "dead_level_m": Text("死水位（米）", "Dead level (m)"),
    "crest_level_m": Text("堤顶或坝顶高程（米）", "Crest of dike or dam (m)"),
    "catchment_km2": Text("集水面积（平方公里）", "Catchment (km²)"),
    "downstream": Text("下游相邻测站的设备号", "Device of the next station downstream"),
    "warning_level_m": Text("警戒水位（米）", "Warning level (m)"),
    "guarantee_level_m": Text("保证水位（米）", "Guarantee level (m)"),
    "flood_limit_level_m": Text("汛限水位（米）", "Flood limit level (m)"),
    "rain_limit_mm_h": Text("小时雨量限值（毫米）", "Rain limit of an hour (mm)"),
    "stale_after_s": Text("多少秒无数据视为中断", "Seconds without data until the station counts as silent"),
}


def _connector(intake: Intake, settings: Mapping[str, str]) -> Connector:
    return WaterConnector(intake, settings, observe=readings, build=build)


PLATFORM = Platform(
    name="water",
    title=Text("水文监测", "Water"),
    summary=Text(
        "江河、水库和雨量站的水雨情遥测。",
        "Stages, reservoir levels and rain, sent in by hydrometric stations.",
    ),
    protocol="SL 651-2014",
    binary=True,
    entity_types=(EntityType(ENTITY_TYPE, Text("水文测站", "Hydrometric station"), _PROPERTIES),),
    quantities=QUANTITIES,
    rules=RULES,
    kpis=KPIS,
    decode=decode,
    connector=_connector,
    commands=COMMANDS,
    settings=SETTINGS,
    port=PORT,
)
