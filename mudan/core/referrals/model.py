"""How does a case that is sent on to another system stand, and what may come of each attempt, whichever answer is lost?

    waiting ──▶ sending ──▶ sent (a token, or nothing) ──▶ accepted (their number) ⇄ closed
       ▲           │  └───▶ refused (in their words)          ▲
       │ not a     ├──────▶ waiting, a growing pause          │ found under our mark
       │ word went └──────▶ unsure (the answer was lost) ─────┤
       │ out                  │ └ not there: sending again    │
       └── a human ◀── held ◀─┘ too often, or they list late ─┘      withdrawn: by a human

Open311 has no key that makes a report come once. So `sending` is durable before a word goes out, each report bears a
mark, and after a lost answer their list is searched for the mark before anything is sent again.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mudan.primitives.text import Text

STATES: Final = ("waiting", "sending", "unsure", "held", "sent", "accepted", "closed", "refused", "withdrawn")
GONE_OUT: Final = frozenset(("sending", "unsure", "held", "sent", "accepted", "closed"))
STANDING: Final = (*sorted(GONE_OUT), "waiting")
MARK: Final = r"[A-Z]{2,6}[0-9]{8}-[0-9]{4,8}/r[0-9a-f]{10}"
LONGEST_DESCRIPTION: Final = 4000
LONGEST_NOTE: Final = 1000
CRASHED_AFTER: Final = timedelta(minutes=2)  # an attempt that has not ended by then has ended without a word
SETTLED_AFTER: Final = timedelta(seconds=60)  # what they took may come into their list a little later
MOST_ATTEMPTS: Final = 3  # reports that may go out for one case before a human decides
LOOKED_AFTER: Final = timedelta(minutes=5)
CLOSED_LOOKED_AFTER: Final = timedelta(hours=6)  # they may open it again
CLOSED_LOOKED_FOR: Final = timedelta(days=30)
FIRST_PAUSE_S: Final = 5.0
LONGEST_PAUSE_S: Final = 300.0
LONGEST_TOKEN_PAUSE_S: Final = 21_600.0
MOST_LOOKS: Final = 10_000  # about a month of pauses; then a human begins anew
_PAUSES: Final[Mapping[str, timedelta]] = {
    "sending": CRASHED_AFTER, "unsure": SETTLED_AFTER, "held": LOOKED_AFTER, "accepted": LOOKED_AFTER,
    "closed": CLOSED_LOOKED_AFTER,
}  # fmt: skip
_FROM: Final[Mapping[str, frozenset[str]]] = {
    "sending": frozenset(("waiting", "unsure", "sending")),
    "waiting": frozenset(("waiting", "sending")),
    "unsure": frozenset(("sending", "unsure")),
    "held": frozenset(("sending", "unsure", "waiting", "held")),
    "refused": frozenset(("waiting", "sending", "unsure")),
    "sent": frozenset(("sending", "sent")),
    "accepted": frozenset(("waiting", "sending", "unsure", "held", "sent", "accepted", "closed")),
    "closed": frozenset(("waiting", "sending", "unsure", "held", "sent", "accepted", "closed")),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Another system that takes cases: which of our classes are which of its services (declared, never guessed).

    `services`: `type.class` or `class` → their service code. `own_types`: what comes from there is not sent back.
    """

    title: Text
    services: Mapping[str, str] = field(default_factory=dict)
    own_types: frozenset[str] = frozenset()

    def service_of(self, case_type: str, class_code: str) -> str | None:
        """Their service for a case of that type and class; that of the 大类 where the 小类 has none."""
        named = (f"{case_type}.{class_code}", class_code, f"{case_type}.{class_code[:2]}", class_code[:2])
        return next((self.services[one] for one in named if one in self.services), None)


@dataclass(frozen=True, slots=True)
class Report:
    """What they are told: the matter, never who reported it."""

    service_code: str
    description: str
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    media_url: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """One case on its way to another system. `number` is theirs; `mark` stands in the description of what we sent."""

    id: UUID
    case_id: UUID
    state: str
    mark: str
    report: Report
    attempts: int
    attempted_at: datetime | None
    token: str
    number: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What their list says of it."""

    notes: str = ""
    agency: str = ""
    updated_at: datetime | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReferralOutcome:
    """What came of one attempt or look. `state`: one of STATES, or the same again with words of why (`reason`)."""

    referral: UUID
    state: str
    reason: str = ""
    number: str = ""
    token: str = ""
    seen: Seen | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


def may_become(state: str, new: str) -> bool:
    """Whether an outcome may bring a referral from one state to another; a late word changes nothing."""
    return state in _FROM.get(new, frozenset())


def next_look(state: str, looks: int, closed_at: datetime | None, now: datetime) -> datetime | None:
    """When it is taken up again; None: nothing more is done about it. `looks`: in vain, one after another."""
    if state in ("waiting", "sent"):
        longest = LONGEST_PAUSE_S if state == "waiting" else LONGEST_TOKEN_PAUSE_S
        pause_s = min(FIRST_PAUSE_S * 2 ** min(max(looks - 1, 0), 20), longest)
        return None if looks > MOST_LOOKS else now + timedelta(seconds=pause_s)
    if state == "closed" and closed_at is not None and now - closed_at > CLOSED_LOOKED_FOR:
        return None
    pause = _PAUSES.get(state)
    return None if pause is None else now + pause


def mark_of(number: str, key: bytes, referral: UUID) -> str:
    """What a report of ours is known by in their list; nobody else can make one that was not seen there."""
    return f"{number}/r{hmac.digest(key, referral.bytes, 'sha256').hex()[:10]}"


def description_of(title: str, text: str, note: str, mark: str) -> str:
    """The words they get, at most as many as the standard allows; the mark stands at the end and is never cut."""
    tail = f"\n[{mark}]"
    told = "\n".join(part for part in (title.strip(), text.strip(), note.strip()) if part)
    return told[: LONGEST_DESCRIPTION - len(tail)] + tail
