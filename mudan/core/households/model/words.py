"""What is a household of the register, what is personal in it, and what of a name may stand in a list?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from mudan.primitives.text import Text

# Why somebody is looked after. The kinds are fixed words; how often each wants a visit is the county's own (cadence).
CARE: Final = {
    "lives_alone": Text("独居", "lives alone"),
    "aged_80": Text("80 岁以上", "aged 80 or more"),
    "disabled": Text("残疾", "disabled"),
    "pregnant": Text("孕产妇", "pregnant or newly delivered"),
    "chronic": Text("慢性病", "chronic illness"),
    "left_behind": Text("留守儿童", "child whose parents work elsewhere"),
    "hardship": Text("低保特困", "in hardship"),
}
KINDS: Final = {"home": Text("住户", "home"), "unit": Text("单位", "firm or office")}
_STAR: Final = "*"


@dataclass(frozen=True, slots=True)
class Household:
    """An address and what may be listed of who lives there: no name, no telephone number."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    address_code: str
    address: str
    kind: str
    lon: float | None
    lat: float | None
    shown_as: str
    people: int
    care: tuple[str, ...]
    source: str
    example: bool
    keep_until: date
    erased_at: datetime | None
    updated_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who lives there, whole; read through an opening only."""

    name: str
    phone: str = ""
    relation: str = ""
    born: int | None = None
    care: tuple[str, ...] = ()
    note: str = ""


def masked(name: str) -> str:
    """A name as lists show it: its first character and one star, whatever its length (王*)."""
    bare = name.strip()
    return "" if not bare else _STAR if len(bare) == 1 else bare[0] + _STAR
