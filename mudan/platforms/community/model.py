"""What does a property firm's system tell of a repair order, and what does a row of a household register say?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from mudan.core.records.model.deliveries import Target
from mudan.core.records.model.words import Moving, Opening, Record
from mudan.primitives.text import Text

FIRM: Final = "PropertyFirm"
OPEN_ORDERS: Final = "repair_orders_open"
ORDER_AGE_S: Final = "repair_order_age"

FEED: Final = "repair_orders"
# What a firm is told of the cases that its orders opened, under the names of its lines.
FIRMS: Final = Target(
    "property_firms",
    Text("物业企业", "property firms"),
    (FEED,),
    (
        "report", "refuse", "void", "answer_now", "open", "dispatch", "redirect", "return", "fail", "pass",
        "force_close", "reopen", "supervise",
    ),
    {
        "firm": "record.firm", "order": "record.number", "case": "case.number", "state": "case.state",
        "event": "event.kind", "text": "event.text", "at": "event.at",
    },
)  # fmt: skip

STATES: Final = {
    "new": Text("新报修", "new"),
    "taken": Text("已接单", "taken"),
    "done": Text("已修好", "repaired"),
    "refused": Text("不修", "not repaired"),
    "returned": Text("返修", "to be repaired again"),
}
# What each state does to the case that the order opened; the words unless the firm gives its own.
MOVES: Final = {
    "done": ("done_elsewhere", "物业报告已修好"),
    "refused": ("declined_elsewhere", "物业退单"),
    "returned": ("back_elsewhere", "居民反映未修好"),
}
OPENS: Final = frozenset({"new", "taken", "returned"})
# How property firms name what is to be repaired, and the class of the case that it is here.
CLASSES: Final = {
    "lift_trapped": "0101", "lift": "0102", "leak": "0201", "no_water": "0202", "light": "0301", "fire_lane": "0401",
    "clutter": "0402", "service": "0501", "dispute": "0601", "other": "99",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RepairOrder:
    """A repair order as the firm keeps it, with the firm's own number; `open_orders` are those open after this one."""

    firm: str
    number: str
    kind: str
    class_code: str
    state: str
    title: str
    address: str
    lon: float | None
    lat: float | None
    reported_at: datetime
    observed_at: datetime
    open_orders: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class FirmReceipt:
    """What a firm answers to something it was told: `receipt` is one of RECEIPTS, `number` the firm's own."""

    firm: str
    told: UUID
    receipt: str
    number: str
    text: str
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """What became of a register's rows: how many are residents, the addresses, what is wrong, what is not kept."""

    rows: int
    residents: int
    addresses: tuple[str, ...]
    faults: tuple[tuple[int, str, str], ...]
    not_kept: tuple[str, ...]


def record_of(order: RepairOrder, area_code: str) -> Record:
    """The record of an order in the firm's area; it opens a case `repair`, once, and what the firm says moves it."""
    content: dict[str, Any] = {
        "firm": order.firm, "number": order.number, "kind": order.kind, "state": order.state, "title": order.title,
        "address": order.address, "reported_at": order.reported_at.isoformat(), "note": order.note,
    }  # fmt: skip
    opens = None
    if area_code and order.state in OPENS:
        opens = Opening(
            "repair", order.class_code, order.title, order.address, form={"firm_order": order.number}
        )
    event, words = MOVES.get(order.state, ("", ""))
    moves = (Moving(event, order.note or words),) if event else ()
    return Record(
        FEED, f"{order.firm} {order.number}", content, area_code=area_code, source_at=order.observed_at,
        opens=opens, moves=moves,
    )  # fmt: skip
