"""How far is an order between two bodies? The verbs are those of EDXL-RM 1.0, the chart is ours.

requested ─accept─▶ accepted ──requisition──▶ requisitioned ─commit─▶ committed ─report─▶ deployed ↺ report
   │ │ └─provide─▶ provisional ↺ ─requisition──▶┘  ▲ │                    │                  │
   │ └──decline──▶ declined ◀──decline── provisional, requisitioned       └──── ask_return ──┴─▶ return_asked
   └─ recall (until committed) ─▶ recalled         │ released ◀── release ── returning ◀─agree_return─┤
offered ──requisition──────────────────────────────┘ (also from committed, deployed)    refuse_return ─▶ deployed
   ├─ release ─▶ released (not needed)             deployed ─demobilise─▶ returning
   └─ withdraw ─▶ recalled                         deployed, return_asked ─ask_extension─▶ extension_asked
                                                   extension_asked ─extend, refuse_extension─▶ deployed

Who lends is asked at any time how things stand (ask_status). Until an order ends either side may put a question
and answer one; until it is requisitioned a price may be asked for (see `talk`). An answer may grant less than was
asked; what is granted never exceeds it, and the shortfall is said.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from mudan.core.supplies.model.talk import PRICED, PRICING, TALK, may_follow
from mudan.primitives.errors import Conflict, Invalid
from mudan.primitives.text import Text

CHART: Final[dict[tuple[str, str], str]] = {
    ("requested", "accept"): "accepted",
    ("requested", "provide"): "provisional",
    ("requested", "decline"): "declined",
    ("requested", "recall"): "recalled",
    ("accepted", "requisition"): "requisitioned",
    ("accepted", "recall"): "recalled",
    ("provisional", "accept"): "accepted",
    ("provisional", "provide"): "provisional",
    ("provisional", "decline"): "declined",
    ("provisional", "requisition"): "requisitioned",
    ("provisional", "recall"): "recalled",
    ("requisitioned", "commit"): "committed",
    ("requisitioned", "decline"): "declined",
    ("requisitioned", "recall"): "recalled",
    ("committed", "report"): "deployed",
    ("committed", "ask_return"): "return_asked",
    ("committed", "release"): "released",
    ("deployed", "report"): "deployed",
    ("deployed", "ask_return"): "return_asked",
    ("deployed", "release"): "released",
    ("return_asked", "agree_return"): "returning",
    ("return_asked", "refuse_return"): "deployed",
    ("returning", "report"): "returning",
    ("returning", "release"): "released",
    ("offered", "requisition"): "requisitioned",
    ("offered", "release"): "released",
    ("offered", "withdraw"): "recalled",
    ("committed", "ask_status"): "committed",
    ("deployed", "ask_status"): "deployed",
    ("returning", "ask_status"): "returning",
    ("deployed", "demobilise"): "returning",
    ("deployed", "ask_extension"): "extension_asked",
    ("return_asked", "ask_extension"): "extension_asked",
    ("extension_asked", "extend"): "deployed",
    ("extension_asked", "refuse_extension"): "deployed",
}
BEGINNINGS: Final = ("requested", "offered")
ENDED: Final = frozenset({"declined", "recalled", "released"})
_LIVE: Final = tuple(dict.fromkeys(state for state, _ in CHART))
CHART.update({(state, verb): state for state in _LIVE for verb in TALK})
CHART.update({(state, verb): state for state in _LIVE if state in PRICED for verb in PRICING})
HOLDING: Final = frozenset(
    {"committed", "deployed", "extension_asked", "return_asked", "returning"}
)  # what was lent is out
STATES: Final = (*BEGINNINGS, *dict.fromkeys(CHART.values()))

# Who says what: the one who asks, or the one who lends. The lender asks for its things back.
BY_ASKER: Final = frozenset(
    {
        "requisition", "recall", "agree_return", "refuse_return", "release", "ask_status", "demobilise",
        "ask_extension", "ask_information", "clarify", "ask_quote",
    }
)  # fmt: skip
BY_LENDER: Final = frozenset(
    {
        "accept", "provide", "decline", "commit", "report", "ask_return", "withdraw", "extend", "refuse_extension",
        "give_information", "query", "quote", "refuse_quote",
    }
)  # fmt: skip
NEED_REASON: Final = frozenset(
    {
        "provide",
        "decline",
        "recall",
        "refuse_return",
        "withdraw",
        "ask_extension",
        "refuse_extension",
        "refuse_quote",
    }
    | set(TALK)
)
NEED_DATE: Final = frozenset({"ask_extension"})
NEED_PRICE: Final = frozenset({"quote"})
GRANTING: Final = frozenset({"accept", "provide", "commit"})

# verb → (message, its ResponseType where it answers something)
MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "request": ("RequestResource", ""),
    "accept": ("ResponseToRequestResource", "Accept"),
    "provide": ("ResponseToRequestResource", "Provisional"),
    "decline": ("ResponseToRequestResource", "Decline"),
    "requisition": ("RequisitionResource", ""),
    "commit": ("CommitResource", "Accept"),
    "report": ("ReportResourceDeploymentStatus", ""),
    "ask_return": ("RequestReturn", ""),
    "agree_return": ("ResponseToRequestReturn", "Accept"),
    "refuse_return": ("ResponseToRequestReturn", "Decline"),
    "release": ("ReleaseResource", ""),
    "recall": ("RequestResource", ""),
    "offer": ("OfferUnsolicitedResource", ""),
    "withdraw": ("OfferUnsolicitedResource", ""),
    "ask_status": ("RequestResourceDeploymentStatus", ""),
    "demobilise": ("ReleaseResource", ""),
    "ask_extension": ("RequestExtendedDeploymentDuration", ""),
    "extend": ("ResponseToRequestExtendedDeploymentDuration", "Accept"),
    "refuse_extension": ("ResponseToRequestExtendedDeploymentDuration", "Decline"),
    "ask_information": ("RequestInformation", ""),
    "give_information": ("ResponseToRequestInformation", "Accept"),
    "query": ("RequestInformation", ""),
    "clarify": ("ResponseToRequestInformation", "Accept"),
    "ask_quote": ("RequestQuote", ""),
    "quote": ("ResponseToRequestQuote", "Accept"),
    "refuse_quote": ("ResponseToRequestQuote", "Decline"),
}
DEMOBILISED: Final = "demobilised"  # what a release says that is on its way home and not there yet

STATE_WORDS: Final = {
    "requested": Text("已请求", "requested"),
    "offered": Text("主动提供", "offered"),
    "extension_asked": Text("申请延期归还", "asked to keep longer"),
    "accepted": Text("对方同意", "accepted"),
    "provisional": Text("部分或有条件同意", "provisional"),
    "declined": Text("对方不能提供", "declined"),
    "requisitioned": Text("已征用", "requisitioned"),
    "committed": Text("已落实", "committed"),
    "deployed": Text("在用", "deployed"),
    "return_asked": Text("要求归还", "return asked"),
    "returning": Text("归还中", "returning"),
    "released": Text("已归还", "released"),
    "recalled": Text("已撤回", "recalled"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """Something asked of another body. `incoming`: they ask, we lend."""

    id: UUID
    space: int
    area_code: str
    department: str | None
    to_department: str | None
    need_id: UUID | None
    number: str
    party: str
    incoming: bool
    title: str
    material: str | None
    asked: float
    unit: str
    granted: float
    returned: float
    store_id: UUID | None
    arrival_at: datetime | None
    return_by: datetime | None
    return_wanted: datetime | None
    state: str
    originating: str
    last_message: str
    element: str
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    version: int
    asker_question: str = ""
    lender_question: str = ""
    price_wanted: bool = False
    price: float | None = None

    @property
    def shortfall(self) -> float:
        """What was asked and not granted; everything while nothing was answered."""
        return 0.0 if self.state in ("released", "offered") else max(0.0, self.asked - self.granted)


def late(order: Order, now: datetime) -> bool:
    """Whether what was lent should be back by now."""
    return order.state in HOLDING and order.return_by is not None and order.return_by < now


def next_verbs(order: Order) -> list[str]:
    """What may be said next."""
    return [verb for before, verb in CHART if before == order.state and may_follow(order, verb)]


def moved(state: str, verb: str) -> str:
    """The state after a verb (raises Conflict)."""
    after = CHART.get((state, verb))
    if after is None:
        raise Conflict(f"an order that is {state} cannot {verb}")
    return after


def granted(order: Order, verb: str, quantity: float | None) -> float:
    """How much is granted after a verb; raises Invalid for more than was asked or nothing at all."""
    if verb == "decline":
        return 0.0
    if verb not in GRANTING:
        return order.granted
    wanted = order.granted if verb == "commit" and order.granted else order.asked
    given = wanted if quantity is None else quantity
    if not 0 < given <= wanted:
        raise Invalid(f"between 0 and {wanted:g} can be granted", field="quantity")
    return given
