"""How are bodies written? Uplinks for the simulator and tests, downlinks for confirmations and commands."""

from collections.abc import Iterable

from mudan.platforms.water.codec.values import item, level_series_data, rain_series_data
from mudan.platforms.water.model.words import Frame, Item


def head(serial: int, time: str) -> bytes:
    """Serial number and send time (YYMMDDHHmmSS): the start of every body."""
    return serial.to_bytes(2, "big") + bytes.fromhex(time)


def station_guide(station: str, station_class: int | None = None) -> bytes:
    """F1F1 and the address, with the class where the function has one."""
    return b"\xf1\xf1" + bytes.fromhex(station) + (b"" if station_class is None else bytes([station_class]))


def time_guide(observed: str) -> bytes:
    """F0F0 and the time YYMMDDHHmm that the elements after it share."""
    return b"\xf0\xf0" + bytes.fromhex(observed)


def elements(items: Iterable[Item]) -> bytes:
    """Identifier, definition byte and data of each element."""
    return b"".join(bytes.fromhex(one.id) + bytes([one.definition]) + one.data for one in items)


def numbers(values: dict[str, float | None]) -> bytes:
    """Elements of annex C by their numbers. Raises Invalid for a value that does not fit."""
    return elements(item(id_, value) for id_, value in values.items())


def rain_5min(values: list[float | None]) -> bytes:
    """Element F4: twelve five-minute rains in mm."""
    return b"\xf4\x60" + rain_series_data(values)


def level_5min(number: int, values: list[float | None]) -> bytes:
    """Elements F5 to FC: twelve relative levels in m of gauge 1 to 8."""
    return bytes([0xF4 + number, 0xC0]) + level_series_data(values)


def answer_to(frame: Frame, end: int, serial: int, time: str, number: int | None = None) -> Frame:
    """The centre's confirmation of an uplink. For many packets `number` is the last, or the one missed."""
    body = f"{serial:04X}{time}".encode("ascii") if frame.ascii else head(serial, time)
    return Frame(
        up=False,
        center=frame.center,
        station=frame.station,
        password=frame.password,
        func=frame.func,
        end=end,
        body=body,
        total=frame.total,
        number=None if frame.total is None else number or frame.total,
        ascii=frame.ascii,
    )
