"""What may one screen ask for, and what waits to be sent to it?"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec
import numpy as np

from mudan.core.people.model import Actor

QUEUE: Final = 64
MOST_SUBSCRIPTIONS: Final = 32
TOPICS: Final = {
    "alarms": "alarms.read",
    "incidents": "incidents.read",
    "incident": "incidents.read",
    "tasks": "",
    "units": "units.read",
    "observations": "observations.read",
    "platforms": "platforms.read",
    "changes": "",  # ids only; each noun's permission is asked below
}
# Nouns that are read with another's permission.
READ_WITH: Final = {
    "calls": "incidents",
    "census": "entities",
    "stage": "incidents",
    "posts": "incidents",
    "dispatch": "tasks",
}
encoded = msgspec.json.Encoder().encode


class Ask(msgspec.Struct, forbid_unknown_fields=True):
    """What a client says."""

    do: str
    id: str = ""
    topic: str = ""
    filter: dict[str, Any] = {}


@dataclass(slots=True)
class Subscription:
    """One view's wish. `keys`: the entities it hears of, worked out once and again when entities change."""

    id: str
    topic: str
    filter: dict[str, Any]
    seq: int = 0
    keys: np.ndarray[Any, Any] | None = None
    quantities: np.ndarray[Any, Any] | None = None
    wish: tuple[bytes, bytes] = (b"", b"")


@dataclass(slots=True, eq=False)
class Client:
    """One web socket with its bounded queue. `write_now` passes the queue by while nothing waits in it."""

    actor: Actor
    units: frozenset[UUID]
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    write_now: Callable[[bytes], bool] | None = None
    sending: bool = False

    def send(self, subscription: Subscription, items: list[Any] | msgspec.Raw) -> None:
        """Queue one message, or lose everything that waits when there is no room."""
        subscription.seq += 1
        message = {"id": subscription.id, "seq": subscription.seq, "items": items}
        self.say(message)

    def say(self, message: dict[str, Any]) -> None:
        """Write any message, or queue it behind what waits."""
        text = encoded(message)
        if not self.sending and self.queue.empty() and self.write_now is not None and self.write_now(text):
            return
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            for subscription in self.subscriptions.values():
                self.queue.put_nowait(encoded({"id": subscription.id, "do": "lost"}))

    def become(self, actor: Actor) -> None:
        """The person's role or area has changed: what is still allowed is seen anew, the rest ends."""
        self.actor = actor
        for one in list(self.subscriptions.values()):
            reason = refusal(Ask("subscribe", one.id, one.topic, one.filter), self)
            one.keys = None
            if reason:
                del self.subscriptions[one.id]
            self.say(
                {"do": "refused", "id": one.id, "reason": reason} if reason else {"id": one.id, "do": "lost"}
            )


def refusal(ask: Ask, client: Client) -> str:
    """Why a subscription is not possible; nothing when it is."""
    permission = TOPICS.get(ask.topic)
    if permission is None or not 0 < len(ask.id) <= 80:
        return "no such topic"
    if permission and not client.actor.may(permission):
        return "your role does not allow this"
    if ask.topic == "tasks" and not (client.actor.may("tasks.read") or client.actor.may("tasks.own")):
        return "your role does not allow this"
    if ask.id not in client.subscriptions and len(client.subscriptions) >= MOST_SUBSCRIPTIONS:
        return "too many subscriptions"
    if ask.topic == "changes" and not _readable(ask.filter.get("nouns"), client.actor):
        return "nouns is a list of names that your role may read"
    for name in ("urns", "types", "quantities"):
        wish = ask.filter.get(name)
        if wish is not None and not _strings(wish):
            return f"{name} is a list of names"
    return ""


def _readable(nouns: object, actor: Actor) -> bool:
    return (
        _strings(nouns)
        and isinstance(nouns, list)
        and 0 < len(nouns) <= MOST_SUBSCRIPTIONS
        and all(hears(actor, noun) for noun in nouns)
    )


def hears(actor: Actor, noun: str) -> bool:
    """Whether somebody may know that a thing of this noun has changed."""
    read = READ_WITH.get(noun, noun)
    return actor.may(f"{read}.read") or actor.may(f"{read}.own")


def _strings(wish: object) -> bool:
    return isinstance(wish, list) and len(wish) <= 20_000 and all(isinstance(one, str) for one in wish)
