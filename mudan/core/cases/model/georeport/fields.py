"""Which values do the fields of an item have? Read as widely as real servers write them; Unfit names the field."""

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any, Final

from mudan.core.cases.model.georeport.times import moment
from mudan.primitives.errors import DecodeError

_YES: Final = frozenset({"true", "1", "yes", "t", "y"})
_NO: Final = frozenset({"", "false", "0", "no", "f", "n", "null"})
Item = Mapping[str, Any]


class Unfit(DecodeError):
    """A field that cannot be understood."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}", clause=field)
        self.field = field
        self.why = reason


def text(item: Item, *names: str) -> str:
    """The first of these fields that says something; a list of texts is joined by commas."""
    for name in names:
        value = item.get(name)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = ", ".join(value)
        if isinstance(value, dict | list):
            raise Unfit(name, "a text is expected")
        if value is not None and value.strip():
            said: str = value.replace("\0", "").strip()
            return said
    return ""


def flag(item: Item, name: str, *, otherwise: bool = False) -> bool:
    """Whether it is so: true, "true", 1; `otherwise` where nothing is said."""
    said = text(item, name).lower()
    if said in _YES:
        return True
    if said not in _NO:
        raise Unfit(name, f"neither true nor false: {said[:20]}")
    return otherwise if not said else False


def number(item: Item, *names: str) -> float | None:
    """A number; None where nothing is said."""
    said = text(item, *names)
    if not said:
        return None
    try:
        value = float(said)
    except ValueError:
        raise Unfit(names[0], f"no number: {said[:20]}") from None
    if not isfinite(value) or "_" in said:
        raise Unfit(names[0], f"no number: {said[:20]}")
    return value


def at(item: Item, name: str) -> datetime | None:
    """A time; None where nothing is said."""
    said = text(item, name)
    try:
        return moment(said) if said else None
    except DecodeError as error:
        raise Unfit(name, error.reason) from None


def words(item: Item, name: str) -> tuple[str, ...]:
    """A list in one text, by commas."""
    return tuple(part.strip() for part in text(item, name).split(",") if part.strip())
