"""How do screens hear of changes? One web socket a person, subscriptions with sequence numbers.

    path ──observed, changed──▶ Hub ──every 150 ms──▶ each subscription: {"id", "seq", "items"}
                                                     bounded queue ─▶ one writer a client

A client whose queue is full loses what waits, is told "lost" for every subscription and refetches; one that
does not read for 10 s is cut off. What a subscription gets is what its person may see at that moment.
"""

from mudan.api.live.clients import TOPICS
from mudan.api.live.hub import Hub
from mudan.api.live.stream import router

__all__ = ["TOPICS", "Hub", "router"]
