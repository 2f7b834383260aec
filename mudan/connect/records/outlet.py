"""How is another system told by a web hook, once however often it is tried, and how is its answer read?"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mudan.connect.records.web import asked, target_of
from mudan.connect.signing import signed_head
from mudan.core.records.model.deliveries import RECEIPTS, Delivery, Outcome
from mudan.primitives.errors import Unavailable

_TRY_AGAIN: Final = frozenset((408, 409, 425, 429))


@dataclass(frozen=True, slots=True)
class Hook:
    """Where events are told and by which secret they are signed."""

    url: str
    secret: str
    key: str = "mudan000"

    def tell(self, one: Delivery, now: datetime) -> Outcome:
        """One attempt; blocks, so it runs in a thread. The other side knows a repeated one by its Idempotency-Key."""
        target = target_of(self.url)
        body = json.dumps(dict(one.payload), ensure_ascii=False).encode()
        nonce = f"{one.id.hex}-{one.attempts}"[:64]
        head = signed_head(self.secret, self.key, "POST", target, body, now=now, nonce=nonce) | {
            "Content-Type": "application/json", "Idempotency-Key": str(one.id), "User-Agent": "Mudan exchange",
        }  # fmt: skip
        try:
            status, answer = asked("POST", self.url, body, head)
        except Unavailable as error:
            return Outcome(one.id, "waiting", reason=error.reason)
        return _outcome(one, status, answer)


def _outcome(one: Delivery, status: int, body: bytes) -> Outcome:
    told = _told(body)
    reason = str(told.get("reason", ""))[:500]
    if 200 <= status < 300:
        said = str(told.get("state", ""))
        number = str(told.get("number", ""))[:200]
        evidence = told.get("evidence")
        held = evidence if isinstance(evidence, dict) else {}
        return Outcome(one.id, said if said in RECEIPTS else "sent", number, reason, held)
    if 400 <= status < 500 and status not in _TRY_AGAIN:
        return Outcome(one.id, "failed", reason=reason or f"HTTP {status}")
    return Outcome(one.id, "waiting", reason=reason or f"HTTP {status}")


def _told(body: bytes) -> dict[str, object]:
    try:
        held = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}
