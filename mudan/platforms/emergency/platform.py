"""What does the emergency platform bring to the county?"""

from collections.abc import Mapping

from mudan.connect.platform import Connector, EntityType, Intake, Platform
from mudan.platforms.emergency.commands import COMMANDS, build, clock_set
from mudan.platforms.emergency.connector import PORT, SETTINGS, EmergencyConnector, Wiring
from mudan.platforms.emergency.kpis import KPIS
from mudan.platforms.emergency.model.quantities import QUANTITIES
from mudan.platforms.emergency.model.words import COMPONENT, TRANSMITTER, WARNING_AREA
from mudan.platforms.emergency.observations import changes, decode, warned
from mudan.platforms.emergency.rules import RULES
from mudan.primitives.text import Text

_EXAMPLE = {"example": Text("示例", "Invented, for a demonstration")}
_CONTACT = {
    "contact": Text("责任人", "Who answers for it"),
    "phone": Text("电话", "Telephone"),
}

ENTITY_TYPES = (
    EntityType(
        TRANSMITTER,
        Text("用户信息传输装置", "Fire alarm transmission device"),
        {
            "building": Text("所在单位或建筑", "Site or building"),
            "use": Text("使用性质", "What the building is used for"),
            "trust_test_bit": Text("是否相信测试状态位", "Whether the test bit is believed"),
            "time": Text("时间取法：device 或 received", "Whose time counts: device or received"),
        }
        | _CONTACT
        | _EXAMPLE,
    ),
    EntityType(
        COMPONENT,
        Text("消防设施部件", "Component of fire protection"),
        {
            "kind": Text("部件类型", "Kind of component"),
            "location": Text("安装位置", "Where it is"),
            "low_level_m": Text("低水位限值（米）", "Low level (m)"),
            "low_pressure_kpa": Text("低压限值（千帕）", "Low pressure (kPa)"),
        }
        | _EXAMPLE,
    ),
    EntityType(
        WARNING_AREA,
        Text("预警区域", "Area for warnings"),
        {
            "towns": Text(
                "所辖乡镇：代码到名称和经纬度", "Towns within: code to name, longitude and latitude"
            ),
            "name": Text("县名，用于按文字匹配", "Name of the county, to match words"),
        }
        | _EXAMPLE,
    ),
    EntityType(
        "RiskPoint",
        Text("风险点", "Risk point"),
        {
            "kind": Text(
                "类别：landslide、flash_flood、waterlogging、crowd", "Kind: landslide, flash_flood …"
            ),
            "people": Text("受威胁人数", "People at risk"),
            "watcher": Text("监测责任人", "Who watches it"),
            "route": Text("转移路线", "Way out"),
        }
        | _CONTACT
        | _EXAMPLE,
    ),
    EntityType(
        "HazardousSite",
        Text("危险源（危化、矿山、燃气）", "Hazardous site (chemicals, mine, gas)"),
        {
            "kind": Text("类别：chemical、gas、mine、fuel", "Kind: chemical, gas, mine, fuel"),
            "substance": Text("主要物质", "Main substance"),
            "un_number": Text("联合国编号", "UN number"),
            "quantity_t": Text("最大存量（吨）", "Most in store (t)"),
        }
        | _CONTACT
        | _EXAMPLE,
    ),
    EntityType(
        "RescueTeam",
        Text("救援队伍", "Rescue team"),
        {
            "kind": Text(
                "类别：fire、flood、mine、medical、volunteer", "Kind: fire, flood, mine, medical, volunteer"
            ),
            "people": Text("人数", "People"),
            "skills": Text("能力", "What they can do"),
        }
        | _CONTACT
        | _EXAMPLE,
    ),
    EntityType(
        "MaterialStore",
        Text("物资库", "Material store"),
        {"stock": Text("物资与数量", "Goods and amounts")} | _CONTACT | _EXAMPLE,
    ),
    EntityType(
        "Shelter",
        Text("避难场所", "Shelter"),
        {
            "capacity": Text("可容纳人数", "How many it holds"),
            "indoor": Text("是否室内", "Whether it is indoors"),
        }
        | _CONTACT
        | _EXAMPLE,
    ),
)


def _connector(intake: Intake, settings: Mapping[str, str]) -> Connector:
    return EmergencyConnector(intake, settings, Wiring(changes, warned, build, clock_set))


PLATFORM = Platform(
    name="emergency",
    title=Text("应急管理", "Emergency management"),
    summary=Text(
        "消防报警装置、外部预警，以及风险点、危险源、队伍、物资库和避难场所。",
        "Fire alarm devices, warnings of others, and risk points, hazardous sites, teams, stores and shelters.",
    ),
    protocol="GB/T 26875.3-2011, CAP 1.2, GB/T 34283-2017",
    binary=True,
    entity_types=ENTITY_TYPES,
    quantities=QUANTITIES,
    rules=RULES,
    kpis=KPIS,
    decode=decode,
    connector=_connector,
    commands=COMMANDS,
    settings=SETTINGS,
    port=PORT,
)
