"""Which elements does SL 651 define (annex C), and which quantity is each?"""

from dataclasses import dataclass
from typing import Final

from mudan.core.observations.model import Quantity
from mudan.primitives.text import Text


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `unit` is UCUM as the standard sends it; `width` bytes and `decimals` of a positive value.

    `quantity` is empty where the element is no plain number.
    """

    id: str
    code: str
    quantity: str
    title: Text
    unit: str
    width: int
    decimals: int

    @property
    def definition(self) -> int:
        """The definition byte of a positive value: five bits of width, three of decimals."""
        return self.width << 3 | self.decimals


# id|ASCII code|quantity|Chinese|English|unit|N(D|d)|bytes
_TABLE: Final = """
01|AC|section_area|断面面积|Cross-section area|m2|2|4
02|AI|air_temperature|气温|Air temperature|Cel|1|2
03|C|water_temperature|水温|Water temperature|Cel|1|2
06|ED|evaporation_day|日蒸发量|Evaporation of the day|mm|1|3
07|EJ|evaporation|当前蒸发量|Evaporation so far|mm|1|3
08|FL|air_pressure|气压|Air pressure|hPa|0|3
09|GH|gate_opening|闸门开启高度|Gate opening|m|2|3
0A|GN|gate_number|输水设备或闸门编号|Gate or conduit number|1|0|2
0B|GS|conduit_kind|输水设备类别|Kind of conduit|1|0|1
0C|GT|gates_open|闸门开启孔数|Gates open|1|0|2
0D|GTP|ground_temperature|地温|Ground temperature|Cel|1|2
0E|H|groundwater_depth|地下水埋深|Depth to ground water|m|2|3
0F|HW|wave_height|浪高|Wave height|m|2|3
10|M10|soil_moisture_10cm|10厘米土壤含水量|Soil moisture at 10 cm|%|1|2
11|M20|soil_moisture_20cm|20厘米土壤含水量|Soil moisture at 20 cm|%|1|2
12|M30|soil_moisture_30cm|30厘米土壤含水量|Soil moisture at 30 cm|%|1|2
13|M40|soil_moisture_40cm|40厘米土壤含水量|Soil moisture at 40 cm|%|1|2
14|M50|soil_moisture_50cm|50厘米土壤含水量|Soil moisture at 50 cm|%|1|2
15|M60|soil_moisture_60cm|60厘米土壤含水量|Soil moisture at 60 cm|%|1|2
16|M80|soil_moisture_80cm|80厘米土壤含水量|Soil moisture at 80 cm|%|1|2
17|M100|soil_moisture_100cm|100厘米土壤含水量|Soil moisture at 100 cm|%|1|2
18|MST|humidity|湿度|Humidity|%|1|2
19|NS|pumps_running|开机台数|Pumps running|1|0|1
1A|P1|rain_1h|1小时雨量|Rain in 1 hour|mm|1|3
1B|P2|rain_2h|2小时雨量|Rain in 2 hours|mm|1|3
1C|P3|rain_3h|3小时雨量|Rain in 3 hours|mm|1|3
1D|P6|rain_6h|6小时雨量|Rain in 6 hours|mm|1|3
1E|P12|rain_12h|12小时雨量|Rain in 12 hours|mm|1|3
1F|PD|rain_day|日雨量(8时至8时)|Rain of the day (08:00 to 08:00)|mm|1|3
20|PJ|rain_so_far|当前雨量|Rain so far|mm|1|3
21|PN01|rain_1min|1分钟雨量|Rain in 1 minute|mm|1|3
22|PN05|rain_5min|5分钟雨量|Rain in 5 minutes|mm|1|3
23|PN10|rain_10min|10分钟雨量|Rain in 10 minutes|mm|1|3
24|PN30|rain_30min|30分钟雨量|Rain in 30 minutes|mm|1|3
25|PR|rain_storm|暴雨量|Rain of the storm|mm|1|3
26|PT|rain_total|累计雨量|Rain total|mm|1|3
27|Q|flow|流量|Flow|m3/s|3|5
30|QA|flow_out|总出库(过闸)流量|Total outflow|m3/s|3|5
31|QZ|flow_conduit|输水设备(闸组)流量|Flow of a conduit or gate group|m3/s|3|5
32|SW|sediment_load_10kt|输沙量(万吨)|Sediment load (10 000 t)|1|3|6
33|UC|wind_direction_16|风向(十六方位,1为北)|Wind direction (16 points, 1 is north)|1|0|1
34|UE|wind_force|风力(级)|Wind force (Beaufort)|1|0|1
35|US|wind_speed|风速|Wind speed|m/s|1|2
36|VA|velocity_mean|断面平均流速|Mean velocity|m/s|3|3
37|VJ|velocity|流速|Velocity|m/s|3|3
38|VT|battery_voltage|电源电压|Supply voltage|V|2|2
39|Z|water_level|水位|Water level|m|3|4
3A|ZB|downstream_level|下游水位|Downstream level|m|3|4
3B|ZU|upstream_level|上游水位|Upstream level|m|3|4
44|SQ|sediment_concentration|含沙量|Sediment concentration|kg/m3|3|5
46|PH|ph|酸碱度|pH|[pH]|2|2
47|DO|dissolved_oxygen|溶解氧|Dissolved oxygen|mg/L|1|2
48|COND|conductivity|电导率|Conductivity|uS/cm|0|3
49|TURB|turbidity|浊度|Turbidity|[NTU]|0|2
4A|CODMN|permanganate_index|高锰酸盐指数|Permanganate index|mg/L|1|2
4B|REDOX|redox_potential|氧化还原电位|Redox potential|mV|1|3
4C|NH4N|ammonia_nitrogen|氨氮|Ammonia nitrogen|mg/L|2|3
4D|TP|total_phosphorus|总磷|Total phosphorus|mg/L|3|3
4E|TN|total_nitrogen|总氮|Total nitrogen|mg/L|2|3
4F|TOC|total_organic_carbon|总有机碳|Total organic carbon|mg/L|2|2
50|CU|copper|铜|Copper|mg/L|4|4
51|ZN|zinc|锌|Zinc|mg/L|4|3
52|SE|selenium|硒|Selenium|mg/L|5|4
53|AS|arsenic|砷|Arsenic|mg/L|5|4
54|THG|mercury|总汞|Mercury|mg/L|5|4
55|CD|cadmium|镉|Cadmium|mg/L|5|4
56|PB|lead|铅|Lead|mg/L|5|4
57|CHLA|chlorophyll_a|叶绿素a|Chlorophyll a|mg/L|2|2
70|VTA|mains_voltage_a|A相电压|Voltage of phase A|V|1|2
71|VTB|mains_voltage_b|B相电压|Voltage of phase B|V|1|2
72|VTC|mains_voltage_c|C相电压|Voltage of phase C|V|1|2
73|VIA|mains_current_a|A相电流|Current of phase A|A|1|2
74|VIB|mains_current_b|B相电流|Current of phase B|A|1|2
75|VIC|mains_current_c|C相电流|Current of phase C|A|1|2
"""

# first id|code|quantity|Chinese|English|unit|decimals|bytes: eight in a row, {n} = 1…8
_EIGHTS: Final = """
28|Q{n}|flow_{n}|取(排)水口{n}流量|Flow of intake or outlet {n}|m3/s|3|5
3C|Z{n}|water_level_{n}|取(排)水口{n}水位|Level at intake or outlet {n}|m|3|4
58|WP{n}|water_pressure_{n}|水压{n}|Water pressure {n}|kPa|2|3
60|SYL{n}|meter_remaining_{n}|水表{n}剩余水量|Water left on meter {n}|m3|3|6
68|SBL{n}|meter_hourly_{n}|水表{n}每小时水量|Hourly volume of meter {n}|m3/h|2|5
"""

_RELATIVE: Final = "F5|DRZ{n}|relative_level_{n}|5分钟相对水位{n}|Relative level {n}, 5-minute series|m|2|24"

# Not numbers: guides, texts, series, batches and codes with a form of their own (annex C).
SPECIAL_CODES: Final = {
    "TT": "F0",
    "ST": "F1",
    "RGZS": "F2",
    "PIC": "F3",
    "DRP": "F4",
    "DATA": "FD",
    "DT": "05",
    "ZT": "45",
}

# What the readings are given in where the standard's unit is none of Mudan's: code → (unit, factor).
CONVERTED: Final = {
    "m2": ("cm2", 10_000.0),
    "kg/m3": ("g/m3", 1_000.0),
    "mV": ("V", 0.001),
    "m3/h": ("m3/s", 1 / 3_600),
}

_PLAUSIBLE: Final[dict[str, tuple[float, float]]] = {
    "air_temperature": (-60.0, 60.0),
    "water_temperature": (-5.0, 50.0),
    "humidity": (0.0, 100.0),
    "rain_1min": (0.0, 40.0),
    "rain_5min": (0.0, 100.0),
    "rain_1h": (0.0, 500.0),
    "rain_so_far": (0.0, 2_000.0),
    "rain_day": (0.0, 2_000.0),
    "flow": (-100_000.0, 200_000.0),
    "velocity": (-20.0, 20.0),
    "battery_voltage": (0.0, 60.0),
    "water_level": (-200.0, 9_000.0),
    "ph": (0.0, 14.0),
    "wind_direction_16": (1.0, 16.0),
}


def _element(row: str, offset: int = 0) -> Element:
    first, code, quantity, zh, en, unit, decimals, width = row.replace("{n}", str(offset + 1)).split("|")
    return Element(
        f"{int(first, 16) + offset:02X}", code, quantity, Text(zh, en), unit, int(width), int(decimals)
    )


ELEMENTS: Final[dict[str, Element]] = {
    element.id: element
    for element in (
        *(_element(row) for row in _TABLE.split("\n") if row),
        *(_element(row, n) for row in _EIGHTS.split("\n") if row for n in range(8)),
        *(_element(_RELATIVE, n) for n in range(8)),
    )
}
BY_CODE: Final[dict[str, str]] = {element.code: element.id for element in ELEMENTS.values()} | SPECIAL_CODES
CODES: Final[dict[str, str]] = {id_: code for code, id_ in BY_CODE.items()}


def reading_unit(unit: str) -> tuple[str, float]:
    """The unit readings are given in, and what the standard's figure is multiplied by."""
    return CONVERTED.get(unit, (unit, 1.0))


def _quantity(element: Element) -> Quantity:
    unit, factor = reading_unit(element.unit)
    low, high = _PLAUSIBLE.get(element.quantity, (None, None))
    return Quantity(
        element.quantity, unit, element.title, low, high, element.decimals if factor == 1.0 else 3
    )


# `link` is the centre's own quantity and not declared here.
QUANTITIES: Final[tuple[Quantity, ...]] = tuple(_quantity(element) for element in ELEMENTS.values())
BY_NAME: Final[dict[str, Quantity]] = {quantity.name: quantity for quantity in QUANTITIES}
