"""Into which classes do components (部件) and events (事件) fall? 大类 of two digits, 小类 of those and two more.

示例: names and order follow what cities publish of GB/T 30428.2; its text was not at hand, so no code here is verified.
Components and events each count from 01: a code means nothing without saying which of the two it is of.
"""

from typing import Final

from mudan.primitives.text import Text

Classes = tuple[tuple[str, Text], ...]


def _listed(*rows: str) -> Classes:
    """Each row: `code 名称 name`."""
    split = (row.split(" ", 2) for row in rows)
    return tuple((code, Text(zh, en)) for code, zh, en in split)


COMPONENTS: Final = _listed(
    "01 公用设施 public utilities",
    "0101 上水井盖 water manhole", "0102 污水井盖 sewer manhole", "0103 雨水井盖 storm drain manhole",
    "0104 雨水箅子 storm drain grating", "0105 电力井盖 power manhole", "0106 路灯井盖 street lamp manhole",
    "0107 通信井盖 telecom manhole", "0108 电视井盖 cable TV manhole", "0109 网络井盖 network manhole",
    "0110 热力井盖 heating manhole", "0111 燃气井盖 gas manhole", "0112 公安井盖 police manhole",
    "0113 消防设施 fire hydrants and the like", "0114 无主井盖 manhole without owner",
    "0115 通讯交接箱 telecom cabinet", "0116 电力设施 power facility", "0117 立杆 pole", "0118 路灯 street lamp",
    "0119 地灯 ground lamp", "0120 景观灯 landscape lamp", "0121 报刊亭 newsstand", "0122 电话亭 telephone box",
    "0123 邮筒 letter box", "0124 信息亭 information kiosk", "0125 自动售货机 vending machine",
    "0126 健身设施 fitness equipment", "0199 其他公用设施 other utility",
    "02 交通设施 traffic facilities",
    "0201 停车场 car park", "0202 停车咪表 parking meter", "0203 公交站亭 bus shelter",
    "0204 出租车站牌 taxi stand sign", "0205 过街天桥 footbridge", "0206 地下通道 underpass",
    "0207 高架立交桥 flyover", "0208 跨河桥 bridge", "0209 交通标志牌 traffic sign", "0210 交通信号灯 traffic light",
    "0211 交通护栏 guard rail", "0212 存车支架 bicycle stand", "0213 路名牌 street name sign",
    "0214 道路信息显示屏 road display", "0299 其他交通设施 other traffic facility",
    "03 市容环境设施 city appearance and environment",
    "0301 公共厕所 public toilet", "0302 化粪池 septic tank", "0303 公厕指示牌 toilet sign",
    "0304 垃圾间（楼） rubbish house", "0305 垃圾箱 rubbish bin", "0306 灯箱霓虹灯 light box",
    "0307 广告牌匾 advertising board", "0308 环保监测站 environment monitor", "0309 气象监测站 weather station",
    "0310 污水口监测站 outfall monitor", "0311 噪声显示屏 noise display", "0399 其他市容环境设施 other",
    "04 园林绿化设施 greenery",
    "0401 古树名木 old tree", "0402 行道树 street tree", "0403 护树设施 tree guard", "0404 花架花钵 flower stand",
    "0405 绿地 green space", "0406 雕塑 sculpture", "0407 街头坐椅 bench", "0408 绿地护栏 green space rail",
    "0409 绿地维护设施 greenery equipment", "0410 喷泉 fountain", "0499 其他园林绿化设施 other",
    "05 其他设施 other facilities",
    "0501 重大危险源 major hazard", "0502 工地 building site", "0503 水域附属设施 waterside facility",
    "0504 水域护栏 waterside rail", "0505 人防工事 civil defence works", "0599 其他设施 other facility",
)  # fmt: skip

EVENTS: Final = _listed(
    "01 市容环境 city appearance",
    "0101 私搭乱建 illegal building", "0102 暴露垃圾 exposed rubbish", "0103 积存垃圾渣土 muck heap",
    "0104 道路不洁 dirty road", "0105 水域不洁 dirty water", "0106 绿地脏乱 untidy greenery",
    "0107 废弃车辆 abandoned vehicle", "0108 废弃家具设备 abandoned furniture", "0109 非装饰性树挂 things in trees",
    "0110 道路破损 broken road", "0111 河堤破损 broken embankment", "0112 道路遗撒 spill on the road",
    "0113 建筑物外立面不洁 dirty facade", "0114 水域秩序问题 disorder on the water",
    "0115 焚烧垃圾树叶 burning rubbish or leaves", "0116 油烟污染 cooking fumes", "0199 其他市容环境 other",
    "02 宣传广告 advertising",
    "0201 非法小广告 illegal flyers", "0202 违章悬挂广告牌匾 illegal advertising board",
    "0203 占道广告牌 board on the pavement", "0204 街头散发小广告 handing out flyers",
    "0205 广告招牌破损 broken sign", "0299 其他宣传广告 other",
    "03 施工管理 works",
    "0301 施工扰民 building noise", "0302 工地扬尘 site dust", "0303 施工占道 works on the pavement",
    "0304 无证掘路 digging without permit", "0305 施工废弃料 construction waste", "0399 其他施工管理 other",
    "04 突发事件 emergencies",
    "0401 路面塌陷 road collapse", "0402 自来水管破裂 water main burst", "0403 燃气管道破裂 gas pipe burst",
    "0404 下水道堵塞或破损 sewer blocked or broken", "0405 热力管道破裂 heating pipe burst",
    "0406 道路积水 standing water", "0407 道路积雪结冰 snow and ice", "0408 架空线缆损坏 overhead line broken",
    "0499 其他突发事件 other",
    "05 街面秩序 street order",
    "0501 无照经营游商 unlicensed vendor", "0502 流浪乞讨 begging", "0503 占道废品收购 scrap on the pavement",
    "0504 店外经营 trading outside the shop", "0505 机动车乱停放 car parked wrongly",
    "0506 非机动车乱停放 bicycle parked wrongly", "0507 乱堆物堆料 things piled up", "0508 商业噪音 noise of shops",
    "0509 黑车拉客 unlicensed taxi", "0510 露天烧烤 open-air barbecue", "0511 沿街晾挂 laundry along the street",
    "0599 其他街面秩序 other",
)  # fmt: skip

COMPONENT_TITLES: Final = dict(COMPONENTS)
EVENT_TITLES: Final = dict(EVENTS)


def class_title(matter: str, code: str) -> Text | None:
    """The name of a class of components or events; None for a code that is not listed."""
    return (COMPONENT_TITLES if matter == "component" else EVENT_TITLES).get(code)
