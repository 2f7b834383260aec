"""How long does a session last, and what is kept of its token? Only hashes.

    token  256 random bits in a cookie         stored: SHA-256(token)
    csrf   SHA-256("mudan.csrf" ‖ token)       stored: SHA-256(csrf)

The CSRF token is derived, so a page that lost it asks for the session again; from it the token cannot be
worked out.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mudan.core.people.model.scope import Actor
from mudan.core.people.model.words import Person

TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lives unused, and at all (ASVS 5.0 7.3.1, 7.3.2)."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, as the API needs it. `csrf_hash` is what X-CSRF-Token must hash to."""

    actor: Actor
    user: Person
    csrf_hash: bytes
    expires_at: datetime


def hashed(token: str) -> bytes:
    """What is stored of a token: 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


def csrf_of(token: str) -> str:
    """The CSRF token that belongs to a session's token: 64 hex digits."""
    return hashlib.sha256(b"mudan.csrf" + token.encode()).hexdigest()


def ends_at(expires_at: datetime, last_seen_at: datetime, limits: Limits) -> datetime:
    """When the session ends if it is not used again; `expires_at` is its absolute end."""
    return min(expires_at, last_seen_at + limits.idle)


def ended(expires_at: datetime, last_seen_at: datetime, limits: Limits, now: datetime) -> bool:
    """Whether it has ended."""
    return now >= ends_at(expires_at, last_seen_at, limits)
