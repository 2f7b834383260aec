"""Which pictures does a row hold: by their words, by their bytes (base64), and what is wrong with them?

    [{"role": "near", "ref": "2026/a1.jpg", "lon": 107.3, "lat": 30.3, "taken_at": "…"}, {"role": "far", "data": "…"}]

What a picture is shown as is kept with the row; its bytes go to its case alone, so a row stays small.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Final

from mudan.core.cases.model.pictures import ROLES, SEEN_BY_OTHERS
from mudan.core.records.model.words import Shot
from mudan.primitives.clock import CST

MOST: Final = 30
MOST_BYTES: Final = 3 << 20  # of all pictures of a row
LONGEST_REF: Final = 500
_TAKEN: Final = frozenset(ROLES) - SEEN_BY_OTHERS


class Wrong(Exception):
    """A value that is not what its field asks."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def told_pictures(given: Any, field: str) -> tuple[list[dict[str, Any]] | None, list[Shot]]:
    """What a row keeps of its pictures, and those whose bytes came with it. Raises Wrong naming the picture."""
    if given is None:
        return None, []
    if not isinstance(given, list) or len(given) > MOST:
        raise Wrong(f"应为至多 {MOST} 张照片的列表", f"is a list of {MOST} pictures at most")
    told, shots, size = [], [], 0
    for number, one in enumerate(given, 1):
        kept, data = _picture(one, number)
        if data:
            size += len(data)
            taken = kept.get("taken_at")
            at = None if taken is None else datetime.fromisoformat(taken)
            shot = Shot(kept["role"], data, at, kept.get("lon"), kept.get("lat"), field)
            shots.append(shot)
            kept["hash"] = shot.hash[:32]
        told.append(kept)
    if size > MOST_BYTES:
        most = MOST_BYTES >> 20
        raise Wrong(f"照片合计超过 {most} MB", f"holds more than {most} MB of pictures")
    return told, shots


def without_data(row: Mapping[str, Any], field: str) -> dict[str, Any]:
    """The row as it is kept: how many characters a picture had instead of them."""
    given = row.get(field)
    if not isinstance(given, list):
        return dict(row)
    return {**row, field: [_short(one) for one in given]}


def _short(one: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(one.get("data"), str):
        return one
    return {name: held for name, held in one.items() if name != "data"} | {"data_length": len(one["data"])}


def _picture(one: Any, number: int) -> tuple[dict[str, Any], bytes]:
    if not isinstance(one, dict):
        raise _wrong(number, "不是对象", "is not an object")
    role = one.get("role")
    if role not in _TAKEN:
        raise _wrong(number, "没有这种照片", f"role is one of {', '.join(sorted(_TAKEN))}")
    kept: dict[str, Any] = {"role": role}
    ref = one.get("ref")
    if isinstance(ref, str) and ref.strip():
        kept["ref"] = ref.strip()[:LONGEST_REF]
    return kept | _place(one, number) | _taken(one, number), _data(one, number)


def _data(one: Mapping[str, Any], number: int) -> bytes:
    given = one.get("data")
    if given is None:
        return b""
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise _wrong(number, "data 不是 base64", "data is no base64") from None


def _place(one: Mapping[str, Any], number: int) -> dict[str, Any]:
    found = {name: one[name] for name in ("lon", "lat") if one.get(name) is not None}
    for name, value in found.items():
        most = 180 if name == "lon" else 90
        number_like = isinstance(value, int | float) and not isinstance(value, bool)
        if not number_like or not isfinite(value) or abs(value) > most:
            raise _wrong(number, f"{name} 有误", f"{name} is not on the globe")
    if len(found) == 1:
        raise _wrong(number, "经纬度须同时给出", "lon and lat are both needed")
    return found


def _taken(one: Mapping[str, Any], number: int) -> dict[str, Any]:
    given = one.get("taken_at")
    if given is None:
        return {}
    try:
        at = datetime.fromisoformat(given)
        told = (at if at.tzinfo else at.replace(tzinfo=CST)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise _wrong(number, "taken_at 不是时间", "taken_at is no time") from None
    return {"taken_at": told.isoformat()}


def _wrong(number: int, zh: str, en: str) -> Wrong:
    return Wrong(f"第 {number} 张：{zh}", f"picture {number}: {en}")
