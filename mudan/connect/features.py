"""What are the rows of a file of things counted in the field: GeoJSON features, or a table?

A FeatureCollection (RFC 7946 §3.3) gives one row a feature: its properties by name, its geometry as the place. One
feature is read at a time, so that a large file does not become many times larger. Anything else is read as a table.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mudan.connect import tables
from mudan.core.census.model import BadRow, Row
from mudan.core.records.model.faults import fault
from mudan.primitives.errors import Invalid

MOST_BYTES: Final = 32 << 20
MOST_ROWS: Final = 200_000
_OF_A_FEATURE: Final = fault("", "不是 GeoJSON 要素", "this is no feature of GeoJSON")


class _Collection(msgspec.Struct):
    type: str
    features: list[msgspec.Raw]


class _Feature(msgspec.Struct):
    type: str
    properties: dict[str, Any] | None = None
    geometry: dict[str, Any] | None = None


def rows(data: bytes, name: str) -> Iterator[Row | BadRow]:
    """The rows of a file by its content; `name` is its file's. Raises Invalid (field `file`) for what is neither."""
    if len(data) > MOST_BYTES:
        raise Invalid(f"the file is larger than {MOST_BYTES >> 20} MB", field="file")
    collection = _collection(data, name)
    found = _tabled(data, name) if collection is None else _featured(collection)
    for count, row in enumerate(found, 1):
        if count > MOST_ROWS:
            raise Invalid(f"there are more than {MOST_ROWS} rows", field="file")
        yield row


def _collection(data: bytes, name: str) -> _Collection | None:
    begun = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not begun.startswith(b"{"):
        return None
    try:
        found = msgspec.json.decode(begun, type=_Collection)
    except msgspec.ValidationError:
        if name.lower().endswith("geojson"):
            raise Invalid("this is no FeatureCollection of GeoJSON", field="file") from None
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"this is no JSON: {error}"[:200], field="file") from None
    return found if found.type == "FeatureCollection" else None


def _featured(collection: _Collection) -> Iterator[Row | BadRow]:
    for number, raw in enumerate(collection.features, 1):
        try:
            feature = msgspec.json.decode(raw, type=_Feature)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            yield BadRow(number, (_OF_A_FEATURE,), {"": bytes(raw)[:300].decode("utf-8", "replace")})
            continue
        if feature.type != "Feature":
            yield BadRow(number, (_OF_A_FEATURE,), feature.properties or {})
        else:
            yield Row(number, feature.properties or {}, feature.geometry)


def _tabled(data: bytes, name: str) -> Iterator[Row | BadRow]:
    for row in tables.rows(data, name):
        if row.faults:
            yield BadRow(row.number, row.faults, dict(row.values))
        else:
            yield Row(row.number, row.values)
