"""Where are the towns, the outline and the invented waters of the make-believe county? (示意, 示例)

Codes and names: NBS statistical divisions of 2023-06-30. Town points: GeoNames (CC BY 4.0), rounded to
0.01°; the point of 桂阳 is schematic. Outline: simplified from the Tianditu county boundary of 2024, map
review number GS(2024)0650. Residents and grids are weights for a demo, the waters are invented.
"""

from typing import Final, NamedTuple

from mudan.primitives.geo import Point
from mudan.primitives.text import Text

COUNTY_CODE: Final = "500231"
COUNTY_NAME: Final = Text("垫江县", "Dianjiang County")
REVIEW_NUMBER: Final = "GS(2024)0650"
CREDIT_OUTLINE: Final = f"天地图 / Tianditu {REVIEW_NUMBER}, 简化示意 / simplified, schematic"
CREDIT_TOWNS: Final = "GeoNames, CC BY 4.0"


class Town(NamedTuple):
    """One of the 26 towns; `residents` and `grids` are demo figures (示例)."""

    code: str
    name: Text
    point: Point
    residents: int
    grids: int


class River(NamedTuple):
    """An invented watercourse, upstream to downstream (示例, 示意)."""

    name: Text
    course: tuple[Point, ...]


def _town(row: str) -> Town:
    zh, suffix, en, code, lon, lat, residents, grids = row.split()
    kind = {"街道": "Subdistrict", "镇": "Town", "乡": "Township"}[suffix]
    name = Text(zh + suffix, f"{en} {kind}")
    point = Point(float(lon), float(lat))
    return Town(COUNTY_CODE + code, name, point, int(residents), int(grids))


def _points(text: str) -> tuple[Point, ...]:
    pairs = (pair.split(",") for pair in text.split())
    return tuple(Point(float(lon), float(lat)) for lon, lat in pairs)


TOWNS: Final = tuple(
    _town(row)
    for row in """\
桂溪 街道 Guixi 001 107.35 30.33 100500 201
桂阳 街道 Guiyang 002 107.36 30.32 74100 148
新民 镇 Xinmin 101 107.39 30.40 25900 52
沙坪 镇 Shaping 102 107.44 30.47 28500 57
周嘉 镇 Zhoujia 103 107.54 30.42 30000 60
普顺 镇 Pushun 104 107.60 30.47 20200 40
永安 镇 Yong'an 105 107.51 30.35 24300 49
高安 镇 Gao'an 106 107.46 30.29 45400 91
高峰 镇 Gaofeng 107 107.41 30.22 19100 38
五洞 镇 Wudong 108 107.34 30.21 15900 32
澄溪 镇 Chengxi 109 107.26 30.21 38100 76
太平 镇 Taiping 110 107.29 30.26 22500 45
鹤游 镇 Heyou 111 107.35 30.08 11400 23
坪山 镇 Pingshan 112 107.42 30.10 27100 54
砚台 镇 Yantai 113 107.32 30.15 27400 55
曹回 镇 Caohui 114 107.47 30.40 19400 39
杠家 镇 Gangjia 115 107.50 30.22 17600 35
包家 镇 Baojia 116 107.28 30.08 12400 25
白家 镇 Baijia 117 107.33 30.02 17700 35
永平 镇 Yongping 118 107.43 30.15 9500 19
三溪 镇 Sanxi 119 107.45 30.06 10400 21
裴兴 镇 Peixing 120 107.52 30.13 9800 20
黄沙 镇 Huangsha 121 107.38 30.26 13000 26
长龙 镇 Changlong 122 107.41 30.31 15300 31
沙河 乡 Shahe 202 107.57 30.28 5700 11
大石 乡 Dashi 204 107.54 30.20 8700 17
""".splitlines()
)

SCHEMATIC_TOWNS: Final = frozenset({"500231002"})

OUTLINE: Final = _points(
    "107.40,30.52 107.43,30.51 107.46,30.48 107.49,30.50 107.52,30.49 107.55,30.51 107.55,30.49 "
    "107.61,30.48 107.63,30.49 107.67,30.46 107.64,30.41 107.57,30.34 107.57,30.32 107.59,30.32 "
    "107.58,30.28 107.54,30.23 107.55,30.19 107.57,30.21 107.60,30.19 107.56,30.17 107.58,30.12 "
    "107.56,30.13 107.53,30.07 107.47,29.99 107.44,30.04 107.37,29.98 107.32,29.97 107.29,30.01 "
    "107.31,30.01 107.30,30.04 107.27,30.05 107.24,30.08 107.29,30.10 107.29,30.14 107.27,30.14 "
    "107.28,30.17 107.25,30.21 107.22,30.22 107.27,30.32 107.32,30.38 107.34,30.41 107.35,30.41 "
    "107.35,30.44 107.38,30.50"
)

MAIN_STEM: Final = River(
    Text("示例河", "Example River"),
    _points(
        "107.62,30.48 107.58,30.45 107.55,30.41 107.52,30.36 107.47,30.30 107.43,30.26 107.40,30.22 "
        "107.35,30.20 107.33,30.16 107.31,30.12 107.30,30.09 107.27,30.06"
    ),
)
BROOK: Final = River(
    Text("示例溪", "Example Brook"),
    _points("107.32,30.37 107.34,30.34 107.36,30.31 107.37,30.27 107.37,30.23 107.35,30.20"),
)
RIVERS: Final = (MAIN_STEM, BROOK)

RESERVOIRS: Final = (
    (Text("示例水库A", "Example Reservoir A"), Point(107.33, 30.36)),
    (Text("示例水库B", "Example Reservoir B"), Point(107.60, 30.46)),
)

NEIGHBOURS: Final = tuple(
    (Text(zh, en), Point(float(lon), float(lat)), Text(owner_zh, owner_en))
    for zh, en, lon, lat, owner_zh, owner_en in (
        row.split()
        for row in """\
回龙 Huilong 107.48 30.53 梁平区 Liangping
荫平 Yinping 107.58 30.54 梁平区 Liangping
云龙 Yunlong 107.64 30.52 梁平区 Liangping
金鸡 Jinji 107.73 30.48 忠县 Zhong
花桥 Huaqiao 107.69 30.36 忠县 Zhong
新立 Xinli 107.64 30.28 忠县 Zhong
双桂 Shuanggui 107.59 30.24 忠县 Zhong
许明寺 Xumingsi 107.58 30.16 丰都县 Fengdu
三元 Sanyuan 107.65 30.10 丰都县 Fengdu
仁沙 Rensha 107.59 30.05 丰都县 Fengdu
崇兴 Chongxing 107.51 30.00 丰都县 Fengdu
云集 Yunji 107.34 29.92 长寿区 Changshou
长寿湖 Changshouhu 107.24 29.91 长寿区 Changshou
龙河 Longhe 107.18 30.02 长寿区 Changshou
石堰 Shiyan 107.17 30.08 长寿区 Changshou
云台 Yuntai 107.20 30.14 长寿区 Changshou
海棠 Haitang 107.23 30.17 长寿区 Changshou
""".splitlines()
    )
)


def town_of(code: str) -> Town:
    """The town of a 9-digit code. Raises KeyError for an unknown one."""
    return _BY_CODE[code]


def town_named(zh: str) -> Town:
    """The town whose Chinese name without its suffix is this. Raises KeyError for an unknown one."""
    return _BY_SHORT_NAME[zh]


def short_zh(town: Town) -> str:
    """A town's Chinese name without 街道, 镇 or 乡."""
    return town.name.zh.removesuffix("街道").removesuffix("镇").removesuffix("乡")


def short_en(town: Town) -> str:
    """A town's name in pinyin."""
    return town.name.en.split(" ", 1)[0]


_BY_CODE: Final = {town.code: town for town in TOWNS}
_BY_SHORT_NAME: Final = {short_zh(town): town for town in TOWNS}
