"""Which circles, rectangles, polygons and routes is a terminal told to watch? Bodies 8600 to 8608.

Attribute bits: 0 by time, 1 speed limit, 6 south, 7 west (JT/T 808-2013 §8.32 to §8.39). 2019 adds the
speed limit by night after the seconds, and a name at the end of each area.
"""

from collections.abc import Callable
from typing import Any, Final

from mudan.platforms.transport.codec.reader import Reader

Fields = dict[str, Any]
BY_TIME: Final = 1
BY_SPEED: Final = 2
_SOUTH: Final = 1 << 6
_WEST: Final = 1 << 7


def circle(reader: Reader, new: bool) -> Fields:
    """One circle of 8600."""
    fields = _head(reader)
    fields |= _place(reader, fields["attributes"]) | {"radius_m": reader.u32()}
    return fields | _times(reader, fields) | _speed(reader, fields, night=new) | _name(reader, new)


def rectangle(reader: Reader, new: bool) -> Fields:
    """One rectangle of 8602: top left and bottom right."""
    fields = _head(reader)
    top = _place(reader, fields["attributes"])
    bottom = _place(reader, fields["attributes"])
    fields |= {f"top_left_{key}": value for key, value in top.items()}
    fields |= {f"bottom_right_{key}": value for key, value in bottom.items()}
    return fields | _times(reader, fields) | _speed(reader, fields, night=new) | _name(reader, new)


def polygon(reader: Reader, new: bool) -> Fields:
    """The polygon of 8604."""
    fields = _head(reader)
    fields |= _times(reader, fields) | _speed(reader, fields, night=False)
    fields["points"] = [_place(reader, fields["attributes"]) for _ in range(reader.u16())]
    if new and fields["attributes"] & BY_SPEED and reader.left >= 2:
        fields["night_max_speed_kmh"] = reader.u16()
    return fields | _name(reader, new)


def route(reader: Reader, new: bool) -> Fields:
    """The route of 8606: corners with the segment that starts at each."""
    fields = _head(reader)
    fields |= _times(reader, fields)
    fields["corners"] = [_corner(reader, new) for _ in range(reader.u16())]
    return fields | _name(reader, new)


def _corner(reader: Reader, new: bool) -> Fields:
    fields: Fields = {"id": reader.u32(), "segment_id": reader.u32()}
    latitude, longitude = reader.u32(), reader.u32()
    fields |= {"width_m": reader.u8(), "attributes": reader.u8()}
    # The segment has its own bits for south and west: 2 and 3 (§8.38 table 66).
    fields["latitude"] = (-latitude if fields["attributes"] & 4 else latitude) / 1e6
    fields["longitude"] = (-longitude if fields["attributes"] & 8 else longitude) / 1e6
    if fields["attributes"] & BY_TIME:
        fields |= {"too_long_s": reader.u16(), "too_short_s": reader.u16()}
    return fields | _speed(reader, fields, night=new)


def _head(reader: Reader) -> Fields:
    return {"id": reader.u32(), "attributes": reader.u16()}


def _place(reader: Reader, attributes: int) -> Fields:
    latitude, longitude = reader.u32(), reader.u32()
    return {
        "latitude": (-latitude if attributes & _SOUTH else latitude) / 1e6,
        "longitude": (-longitude if attributes & _WEST else longitude) / 1e6,
    }


def _times(reader: Reader, fields: Fields) -> Fields:
    if not fields["attributes"] & BY_TIME:
        return {}
    return {"start": reader.moment(), "end": reader.moment()}


def _speed(reader: Reader, fields: Fields, *, night: bool) -> Fields:
    if not fields["attributes"] & BY_SPEED:
        return {}
    limit: Fields = {"max_speed_kmh": reader.u16(), "over_s": reader.u8()}
    return limit | ({"night_max_speed_kmh": reader.u16()} if night else {})


def _name(reader: Reader, new: bool) -> Fields:
    return {"area_name": reader.text(reader.u16())} if new and reader.left >= 2 else {}


Area = Callable[[Reader, bool], Fields]
AREAS: Final[dict[int, Area]] = {1: circle, 2: rectangle, 3: polygon, 4: route}


def _many(area: Area) -> Area:
    def parse(reader: Reader, new: bool) -> Fields:
        action, count = reader.u8(), reader.u8()
        return {"action": action, "count": count, "items": [area(reader, new) for _ in range(count)]}

    return parse


def _deleted(reader: Reader, _new: bool) -> Fields:
    return {"ids": [reader.u32() for _ in range(reader.u8())]}


def _wanted(reader: Reader, _new: bool) -> Fields:
    kind, count = reader.u8(), reader.u32()
    return {"type": kind, "ids": [reader.u32() for _ in range(count)]}


AREA_MESSAGES: Final[dict[int, Area]] = {
    0x8600: _many(circle),
    0x8601: _deleted,
    0x8602: _many(rectangle),
    0x8603: _deleted,
    0x8604: polygon,
    0x8605: _deleted,
    0x8606: route,
    0x8607: _deleted,
    0x8608: _wanted,
}
