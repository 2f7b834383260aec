"""What does a case of another 数字城管 system say?

case_code    up to 19 digits            reported_at   with offset
matter       component or event         text, address
class_code   大类 and 小类, four digits  lon, lat      WGS-84
grid_code    14, 15 or 16 digits        component     the number of the component
source       who told of it             photos        role, ref or data (base64), lon, lat, taken_at

Besides, for the case that it becomes (`model.feeds`): stage, changed_at, handle_by, reason.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from mudan.platforms.urban_management.codec.reading import chosen, matched, moment, place, words
from mudan.platforms.urban_management.model.classes import class_title
from mudan.platforms.urban_management.model.grids import is_grid
from mudan.platforms.urban_management.model.words import MATTERS, PHOTO_ROLES, SOURCES, CaseReport, Photo
from mudan.primitives.errors import DecodeError

_CASE: Final = re.compile(r"\d{1,19}", re.ASCII)
_CLASS: Final = re.compile(r"(0[1-9]|[1-9]\d){2}", re.ASCII)
MOST_PHOTOS: Final = 30


def case_of(given: Mapping[str, Any]) -> CaseReport:
    """The case in a message. Raises DecodeError."""
    matter = chosen(given, "matter", MATTERS)
    class_code = matched(given, "class_code", _CLASS, "four digits, 0101 to 9999 without 00")
    if class_title(matter, class_code) is None:
        raise DecodeError(
            f"class_code {class_code} is no class of {matter}s", clause="GB/T 30428.2", field="class_code"
        )
    grid_code = words(given, "grid_code", longest=40)
    if not is_grid(grid_code):
        raise DecodeError("grid_code has 14, 15 or 16 digits, the first of them 1 to 8", field="grid_code")
    lon, lat = place(given)
    return CaseReport(
        case_code=matched(given, "case_code", _CASE, "1 to 19 digits"),
        matter=matter,
        class_code=class_code,
        grid_code=grid_code,
        source=chosen(given, "source", SOURCES),
        reported_at=moment(given, "reported_at"),
        text=words(given, "text", needed=False),
        address=words(given, "address", needed=False, longest=300),
        lon=lon,
        lat=lat,
        component=words(given, "component", needed=False, longest=32),
        photos=_photos(given.get("photos")),
    )


def _photos(given: Any) -> tuple[Photo, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > MOST_PHOTOS:
        raise DecodeError(f"photos is a list of {MOST_PHOTOS} at most", field="photos")
    return tuple(_photo(one, number) for number, one in enumerate(given, 1))


def _photo(given: Any, number: int) -> Photo:
    if not isinstance(given, dict):
        raise DecodeError(f"photo {number} is not an object", field="photos")
    try:
        lon, lat = place(given)
        taken_at = moment(given, "taken_at") if given.get("taken_at") is not None else None
        ref = words(given, "ref", needed=given.get("data") is None, longest=500)
        return Photo(chosen(given, "role", PHOTO_ROLES), ref, lon, lat, taken_at)
    except DecodeError as error:
        raise DecodeError(f"photo {number}: {error.reason}", field="photos") from None
