"""Which units of measure does Mudan know? UCUM codes, with the sign people read and the UN/CEFACT code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """`code` is UCUM, `sign` is shown to people, `cefact` is the NGSI-LD unitCode (UN/ECE Rec 20)."""

    code: str
    sign: str
    cefact: str


UNITS: dict[str, Unit] = {
    unit.code: unit
    for unit in (
        Unit("1", "", "C62"),
        Unit("%", "%", "P1"),
        Unit("A", "A", "AMP"),
        Unit("Cel", "°C", "CEL"),
        Unit("L", "L", "LTR"),
        Unit("Pa", "Pa", "PAL"),
        Unit("V", "V", "VLT"),
        Unit("deg", "°", "DD"),
        Unit("g/m3", "g/m³", "A93"),
        Unit("hPa", "hPa", "A97"),
        Unit("kPa", "kPa", "KPA"),
        Unit("km", "km", "KMT"),
        Unit("km/h", "km/h", "KMH"),
        Unit("m", "m", "MTR"),
        Unit("m/s", "m/s", "MTS"),
        Unit("m3", "m³", "MTQ"),
        Unit("m3/s", "m³/s", "MQS"),
        Unit("mg/L", "mg/L", "M1"),
        Unit("mm", "mm", "MMT"),
        Unit("mm/h", "mm/h", "H67"),
        Unit("[pH]", "pH", "Q30"),
        Unit("[NTU]", "NTU", "NTU"),
        Unit("min", "min", "MIN"),
        Unit("s", "s", "SEC"),
        Unit("uS/cm", "µS/cm", "H61"),
        Unit("cm", "cm", "CMT"),
        Unit("ug/L", "µg/L", "H29"),
        Unit("kW.h", "kWh", "KWH"),
        Unit("dB", "dB", "2N"),
        Unit("cm2", "cm²", "CMK"),
    )
}
