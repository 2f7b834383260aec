"""What is in a store, in a shelter, and still missing? Sums of what was recorded, never numbers written over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from mudan.primitives.text import Text

SIGN: Final = {"in": 1, "returned": 1, "out": -1, "write_off": -1, "lent": -1}
SOON: Final = timedelta(days=30)  # 示例: what expires within is said
COUNT_OLD: Final = timedelta(
    hours=6
)  # 示例: an occupancy older than this is doubtful while a shelter is open

SERVICES: Final = {
    "water": Text("饮水", "water"),
    "meals": Text("供餐", "meals"),
    "beds": Text("床位", "beds"),
    "medical": Text("医疗点", "medical point"),
    "power": Text("应急供电", "backup power"),
    "toilets": Text("卫生间", "toilets"),
    "accessible": Text("无障碍", "accessible"),
    "pets": Text("可带宠物", "pets allowed"),
}


@dataclass(frozen=True, slots=True)
class Lot:
    """What of one lot is there; `expires_on` None never expires."""

    expires_on: date | None
    quantity: float


@dataclass(frozen=True, slots=True)
class Stock:
    """One material in one store."""

    material: str
    name: Text
    unit: Text
    category: str
    quantity: float
    minimum: float
    lots: tuple[Lot, ...]
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Store:
    """A place where materials are kept."""

    id: UUID
    space: int
    code: str
    name: Text
    area_code: str
    department: str | None
    address: str
    lon: float | None
    lat: float | None
    contact: str
    phone: str
    example: bool
    version: int
    stock: tuple[Stock, ...]


@dataclass(frozen=True, slots=True)
class Shelter:
    """A place where people find shelter."""

    id: UUID
    space: int
    code: str
    name: Text
    area_code: str
    department: str | None
    address: str
    lon: float | None
    lat: float | None
    capacity: int
    services: tuple[str, ...]
    contact: str
    phone: str
    example: bool
    state: str
    occupancy: int
    occupancy_at: datetime | None
    occupancy_by: str
    version: int


@dataclass(frozen=True, slots=True)
class Need:
    """Something needed, how much is promised and how much is there."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    incident_id: UUID | None
    incident_number: str | None
    title: str
    material: str | None
    quantity: float
    unit: str
    needed_by: datetime | None
    place: str
    lon: float | None
    lat: float | None
    note: str
    created_by: str
    created_at: datetime
    withdrawn_at: datetime | None
    withdraw_reason: str
    version: int
    promised: float
    there: float

    @property
    def shortfall(self) -> float:
        """What nobody has promised."""
        return 0.0 if self.withdrawn_at else max(0.0, self.quantity - self.promised)


def concerns(stock: Stock, today: date) -> list[str]:
    """What somebody should look at: `none`, `below_minimum`, `expired`, `expires_soon`."""
    found = []
    if stock.quantity <= 0 and stock.minimum > 0:
        found.append("none")
    elif stock.quantity < stock.minimum:
        found.append("below_minimum")
    days = [lot.expires_on for lot in stock.lots if lot.expires_on is not None and lot.quantity > 0]
    if any(day < today for day in days):
        found.append("expired")
    if any(today <= day <= today + SOON for day in days):
        found.append("expires_soon")
    return found


def taken(lots: tuple[Lot, ...], quantity: float, today: date) -> list[Lot]:
    """From which lots a quantity is taken: what expires first goes first, what has expired never goes.

    Returns as much as there is; the caller compares the sum.
    """
    good = [lot for lot in lots if lot.quantity > 0 and (lot.expires_on is None or lot.expires_on >= today)]
    out, left = [], quantity
    for lot in sorted(good, key=lambda lot: (lot.expires_on is None, lot.expires_on or date.max)):
        part = min(lot.quantity, left)
        if part <= 0:
            break
        out.append(Lot(lot.expires_on, part))
        left -= part
    return out
