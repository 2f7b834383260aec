"""Which observations does a position yield? One at a time for integrators, as columns for the fast path."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from mudan.core.observations.model import F64, I16, I32, I64, Columns, Quality, Quantity, Reading
from mudan.platforms.transport.codec.columnar import Origin, Positions
from mudan.platforms.transport.model import (
    ACC_ON,
    COLLISION,
    EMERGENCY,
    ENCRYPTED,
    FIXED,
    ROLLOVER,
    Position,
)
from mudan.primitives.clock import EPOCH
from mudan.primitives.text import Text

QUANTITIES: Final = (
    Quantity("longitude", "deg", Text("经度", "Longitude"), -180, 180, 6),
    Quantity("latitude", "deg", Text("纬度", "Latitude"), -90, 90, 6),
    Quantity("speed", "km/h", Text("速度", "Speed"), 0, 220, 1),
    Quantity("heading", "deg", Text("方向", "Heading"), 0, 360, 0),
    Quantity("altitude", "m", Text("海拔", "Altitude"), -500, 9000, 0),
    Quantity("odometer", "km", Text("里程", "Odometer"), 0, None, 1),
    Quantity("fuel", "L", Text("油量", "Fuel"), 0, 2000, 1),
    Quantity("signal_strength", "1", Text("信号强度", "Signal strength"), 0, 255, 0),
    Quantity("satellites", "1", Text("卫星数", "Satellites"), 0, 255, 0),
    Quantity("alarm_bits", "1", Text("报警标志位", "Alarm bits"), 0, 4_294_967_295, 0),
    Quantity("emergency", "1", Text("紧急报警", "Emergency button"), 0, 1, 0),
    Quantity("collision", "1", Text("碰撞", "Collision"), 0, 1, 0),
    Quantity("rollover", "1", Text("侧翻", "Roll-over"), 0, 1, 0),
    Quantity("acc", "1", Text("点火开关", "Ignition"), 0, 1, 0),
)
UNITS: Final = {quantity.name: quantity.unit for quantity in QUANTITIES}
OF_PLACE: Final = frozenset({"longitude", "latitude", "speed", "heading", "altitude"})
_PERCENT: Final = 0x8000  # some makers: the fuel item is a percentage, which is no amount


def values_of(position: Position) -> dict[str, float]:
    """All that a position measures, by quantity."""
    values: dict[str, float] = {
        "longitude": position.longitude,
        "latitude": position.latitude,
        "speed": position.speed_kmh,
        "heading": float(position.direction_deg),
        "altitude": float(position.altitude_m),
    }
    if (raw := position.item(0x01, 4)) is not None:
        values["odometer"] = int.from_bytes(raw, "big") / 10
    if (raw := position.item(0x02, 2)) is not None and not raw[0] & 0x80:
        values["fuel"] = int.from_bytes(raw, "big") / 10
    values["alarm_bits"] = float(position.alarm)
    values["emergency"] = float(bool(position.alarm & EMERGENCY))
    values["collision"] = float(bool(position.alarm & COLLISION))
    values["rollover"] = float(bool(position.alarm & ROLLOVER))
    values["acc"] = float(bool(position.status & ACC_ON))
    if (raw := position.item(0x30, 1)) is not None:
        values["signal_strength"] = float(raw[0])
    if (raw := position.item(0x31, 1)) is not None:
        values["satellites"] = float(raw[0])
    return values


def quality_of(position: Position) -> Quality:
    """What is known against the place itself: not fixed, encrypted, or nowhere on Earth."""
    outside = abs(position.latitude) > 90 or abs(position.longitude) > 180
    doubtful = outside or not position.fixed or position.status & ENCRYPTED
    return Quality.DOUBTFUL if doubtful else Quality.GOOD


def readings_of(position: Position, entity: str, *, replayed: bool = False) -> tuple[Reading, ...]:
    """The readings of a position on a GMT+8 clock; none when it has no valid time."""
    if position.local_us is None:
        return ()
    moment: datetime = EPOCH + timedelta(microseconds=position.local_us) - timedelta(hours=8)
    late = Quality.REPLAYED if replayed else Quality.GOOD
    place = quality_of(position)
    return tuple(
        Reading(
            entity, name, value, UNITS[name], moment, late | (place if name in OF_PLACE else Quality.GOOD)
        )
        for name, value in values_of(position).items()
    )


def columns_of(positions: Positions, origin: Origin, ids: Mapping[str, int]) -> Columns:
    """The observations of many positions; `origin` speaks of the matrix that `positions.rows` point into."""
    rows = positions.rows
    base = origin.quality[rows]
    observed = positions.local_us - origin.offset_us[rows]
    every = np.ones(len(rows), bool)
    place = base | np.where(_doubtful(positions), np.int16(Quality.DOUBTFUL), np.int16(0))
    blocks = [(name, value, every, place) for name, value in _of_place(positions).items()]
    if "odometer" in positions.items:
        blocks.append(("odometer", positions.items["odometer"] / 10, every, base))
    if "fuel" in positions.items:
        fuel = positions.items["fuel"]
        blocks.append(("fuel", fuel / 10, (fuel & _PERCENT) == 0, base))
    stated = origin.stated[rows]
    if stated.any():
        blocks += [(name, value, stated, base) for name, value in _of_state(positions).items()]
    return _stacked(blocks, ids, origin.entity[rows], observed, origin.received_us[rows])


Block = tuple[str, F64, npt.NDArray[np.bool_], I16]


def _stacked(
    blocks: list[Block], ids: Mapping[str, int], entity: I32, observed_us: I64, received_us: I64
) -> Columns:
    mask = np.concatenate([each[2] for each in blocks])
    count = len(blocks)
    columns = Columns(
        np.tile(entity, count),
        np.repeat(np.array([ids[each[0]] for each in blocks], np.int16), len(entity)),
        np.concatenate([each[1] for each in blocks]),
        np.tile(observed_us, count),
        np.tile(received_us, count),
        np.concatenate([each[3] for each in blocks]),
    )
    return columns if mask.all() else columns.where(mask)


def _doubtful(positions: Positions) -> npt.NDArray[np.bool_]:
    known = (positions.status & (FIXED | ENCRYPTED)) == FIXED
    inside = (np.abs(positions.latitude) <= 90) & (np.abs(positions.longitude) <= 180)
    doubtful: npt.NDArray[np.bool_] = ~(known & inside)
    return doubtful


def _of_place(positions: Positions) -> dict[str, F64]:
    return {
        "longitude": positions.longitude,
        "latitude": positions.latitude,
        "speed": positions.speed_kmh,
        "heading": positions.direction_deg,
        "altitude": positions.altitude_m,
    }


def _of_state(positions: Positions) -> dict[str, F64]:
    alarm = positions.alarm
    values = {
        "alarm_bits": alarm,
        "emergency": (alarm & EMERGENCY) != 0,
        "collision": (alarm & COLLISION) != 0,
        "rollover": (alarm & ROLLOVER) != 0,
        "acc": (positions.status & ACC_ON) != 0,
    }
    if "signal" in positions.items:
        values["signal_strength"] = positions.items["signal"]
    if "satellites" in positions.items:
        values["satellites"] = positions.items["satellites"]
    return {name: value.astype(np.float64) for name, value in values.items()}
