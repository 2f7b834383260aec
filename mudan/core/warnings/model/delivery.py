"""By which ways does a sent warning leave, how often is it tried, and when is it given up?

pending ─claim▶ claimed ─▶ delivered
   ▲              │
   └── lease over ┴── tried again later ─▶ failed (tries used up) │ dropped (the message holds no more)
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from mudan.core.warnings.model.cap import Status
from mudan.core.warnings.model.states import sandboxed


class Channel(StrEnum):
    """A way to the public; `sandbox` is where exercises and tests end."""

    FEED = "feed"
    PAGE = "page"
    TEXT = "text"
    BROADCAST = "broadcast"
    WEBHOOK = "webhook"
    SANDBOX = "sandbox"


class Target(NamedTuple):
    """One receiver by one channel."""

    channel: Channel
    target: str = ""


IMMEDIATE: Final = (Channel.FEED, Channel.PAGE)  # they read what is committed
GATEWAYS: Final = (Channel.TEXT, Channel.BROADCAST, Channel.WEBHOOK)  # they take it on and may report later
TRIES: Final = 8
LEASE: Final = timedelta(seconds=60)
CLAIMED_AT_ONCE: Final = 16
MOST_WEBHOOKS: Final = 32  # with the other channels, this bounds the queue of one message
FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(minutes=10)


class Outgoing(NamedTuple):
    """A delivery that somebody has claimed, with what it needs."""

    id: UUID
    warning: UUID
    channel: Channel
    target: str
    attempts: int
    space: int
    status: str
    identifier: str
    document: bytes
    words: str
    content: dict[str, object]


def targets(status: Status, space: int, webhooks: Iterable[str]) -> tuple[Target, ...]:
    """Where a message goes. What is not real goes nowhere but into the sandbox."""
    if sandboxed(status, space):
        return (Target(Channel.SANDBOX),)
    fixed = (Target(Channel.FEED), Target(Channel.PAGE), Target(Channel.TEXT), Target(Channel.BROADCAST))
    addresses = list(dict.fromkeys(webhooks))[:MOST_WEBHOOKS]
    return (*fixed, *(Target(Channel.WEBHOOK, address) for address in addresses))


def next_try(attempts: int, now: datetime) -> datetime | None:
    """When to try again after so many tries; None when they are used up."""
    if attempts >= TRIES:
        return None
    wait: timedelta = FIRST_WAIT * 2 ** max(0, attempts - 1)
    return now + min(LONGEST_WAIT, wait)
