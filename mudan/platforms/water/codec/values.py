"""What number do the bytes of one element stand for, and back? BCD with the decimal point left out."""

from typing import Final

from mudan.platforms.water.model.elements import ELEMENTS
from mudan.platforms.water.model.words import Item, Value
from mudan.primitives.errors import Invalid

_FILLS: Final = (0xFF, 0xAA)  # nothing measured: F in the standard, A by habit of several makers
_MISSING_BYTE: Final = 0xFF
_MISSING_WORD: Final = 0xFFFF


def number_of(data: bytes, decimals: int) -> Value:
    """A BCD number; None when filled with F or A; raw hex when the digits are no BCD.

    A minus is a first byte FF before the digits; with an odd count of digits a 0 fills the nibble between.
    """
    if not data:
        return None
    if data[0] in _FILLS and data == data[:1] * len(data):
        return None
    negative = data[0] == 0xFF
    digits = (data[1:] if negative else data).hex()
    if not digits.isdecimal():
        return data.hex().upper()
    value = int(digits)
    if negative:
        value = -value
    return value / 10**decimals if decimals else value


def number_data(value: float | None, width: int, decimals: int) -> tuple[int, bytes]:
    """The definition byte and BCD data of a number; a minus takes one more byte. Raises Invalid."""
    if value is None:
        return width << 3 | decimals, b"\xff" * width
    scaled = round(abs(value) * 10**decimals)
    digits = f"{scaled:0{2 * width}d}"
    if len(digits) > 2 * width:
        raise Invalid(f"{value} does not fit {width} bytes with {decimals} decimals", field="value")
    data = bytes.fromhex(digits)
    if value < 0 and scaled:
        return (width + 1) << 3 | decimals, b"\xff" + data
    return width << 3 | decimals, data


def item(id_: str, value: float | None) -> Item:
    """An element of annex C by its number. Raises Invalid for a value that does not fit."""
    element = ELEMENTS[id_]
    definition, data = number_data(value, element.width, element.decimals)
    return Item(id_, definition, data, number_of(data, element.decimals))


def rain_series(data: bytes) -> list[float | None]:
    """Twelve five-minute rains in mm (element F4): one byte of 0.1 mm each, FF missing."""
    return [None if byte == _MISSING_BYTE else byte / 10 for byte in data]


def rain_series_data(values: list[float | None]) -> bytes:
    """The bytes of a five-minute rain series; more than 25.4 mm is carried into the next five minutes."""
    data = bytearray()
    carried = 0
    for value in values:
        if value is None:
            data.append(_MISSING_BYTE)
            continue
        tenths = round(value * 10) + carried
        carried = max(0, tenths - 254)
        data.append(tenths - carried)
    return bytes(data)


def level_series(data: bytes) -> list[float | None]:
    """Relative levels in m (elements F5 to FC): two bytes of 0.01 m each, FFFF missing."""
    words = (data[at] << 8 | data[at + 1] for at in range(0, len(data) - 1, 2))
    return [None if word == _MISSING_WORD else word / 100 for word in words]


def level_series_data(values: list[float | None]) -> bytes:
    """The bytes of a relative level series. Raises Invalid for a level outside 0 to 655.34 m."""
    data = bytearray()
    for value in values:
        word = _MISSING_WORD if value is None else round(value * 100)
        if not 0 <= word <= _MISSING_WORD:
            raise Invalid(f"{value} m is no relative level", field="value")
        data += word.to_bytes(2, "big")
    return bytes(data)


def text_of(raw: bytes) -> str:
    """Text from a station: UTF-8 where it is that, else GB 18030, else with marks for what is neither."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", "backslashreplace")
