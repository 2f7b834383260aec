"""How does a request prove who sent it, that nobody changed it and that it is not an old one sent again?

X-Mudan-Key        the key's name
X-Mudan-Timestamp  seconds since 1970
X-Mudan-Nonce      never used before with this key, 8 to 64 letters, digits, - or _
X-Mudan-Signature  hex of HMAC-SHA256(secret, METHOD \\n path?query \\n timestamp \\n nonce \\n hex SHA-256 of the body)
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(minutes=5)
KEY, TIMESTAMP, NONCE, SIGNATURE = "x-mudan-key", "x-mudan-timestamp", "x-mudan-nonce", "x-mudan-signature"
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NAME: Final = re.compile(r"[a-z0-9]{8,40}")


@dataclass(frozen=True, slots=True)
class Signed:
    """What the head of a request claims."""

    key: str
    timestamp: str
    nonce: str
    signature: str


def secret_of(centre: bytes, platform: str, key: str) -> str:
    """The secret of a key: made of the centre's own secret, so that no database holds it."""
    return hmac.digest(centre, f"record key\n{platform}\n{key}".encode(), hashlib.sha256).hex()


def signature(secret: str, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """The signature of a request; `target` is its path with the query."""
    told = "\n".join((method, target, timestamp, nonce, hashlib.sha256(body).hexdigest()))
    return hmac.digest(secret.encode(), told.encode(), hashlib.sha256).hex()


def signed_head(
    secret: str, key: str, method: str, target: str, body: bytes, *, now: datetime, nonce: str
) -> dict[str, str]:
    """The head of a request that proves itself."""
    timestamp = str(int(now.timestamp()))
    said = signature(secret, method, target, timestamp, nonce, body)
    return {KEY: key, TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: said}


def claimed(head: Mapping[str, str]) -> Signed | None:
    """What a head claims; None when it is no such head."""
    told = Signed(*(head.get(name, "") for name in (KEY, TIMESTAMP, NONCE, SIGNATURE)))
    whole = _NAME.fullmatch(told.key) and _NONCE.fullmatch(told.nonce)
    timed = told.timestamp.isascii() and told.timestamp.isdigit() and len(told.timestamp) <= 11
    return told if whole and timed and len(told.signature) == 64 else None


def proven(told: Signed, secret: str, method: str, target: str, body: bytes, now: datetime) -> bool:
    """Whether the claim is true and fresh. Whether the nonce was used before is asked elsewhere."""
    wanted = signature(secret, method, target, told.timestamp, told.nonce, body)
    fits = hmac.compare_digest(wanted.encode(), told.signature.encode())
    return fits and abs(int(told.timestamp) - now.timestamp()) <= WINDOW.total_seconds()
