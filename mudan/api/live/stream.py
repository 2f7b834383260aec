"""How does a web socket begin, listen, speak and end?"""

import asyncio
import contextlib
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect

from mudan.api.deps import deps_of
from mudan.api.errors import LATER_CLOSE, REFUSED_CLOSE, SIGNED_OUT_CLOSE
from mudan.api.live.clients import Ask, Client, Subscription, refusal
from mudan.api.live.hub import Hub
from mudan.api.live.protocol import EXTENSION
from mudan.api.security import current_session, origin_allowed, signed_in
from mudan.core.people.model import Actor
from mudan.core.units import queries as units
from mudan.primitives.errors import MudanError, NotSignedIn

router = APIRouter(tags=["live"])

SEND_S: Final = 10.0
CHECK_S: Final = 10.0
MOST_CLIENTS: Final = 2_000


@router.websocket("/live")
async def live(socket: WebSocket, actor: Annotated[Actor, Depends(signed_in())]) -> None:
    """The live stream of one person."""
    deps = deps_of(socket)
    hub: Hub = deps.nouns["live"]
    if not origin_allowed(socket, deps.settings):
        await socket.close(REFUSED_CLOSE)
        return
    if len(hub.clients) >= MOST_CLIENTS:
        await socket.close(LATER_CLOSE)
        return
    await socket.accept()
    async with deps.db.work(actor.scope.settings()) as connection:
        crew = await units.of_person(connection, actor.person)
    client = Client(actor, frozenset(row["id"] for row in crew))
    client.write_now = socket.scope.get("extensions", {}).get(EXTENSION)
    hub.clients.add(client)
    parts = [
        asyncio.create_task(part)
        for part in (_reading(socket, client), _writing(socket, client), _checking(socket, client, hub))
    ]
    try:
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    finally:
        hub.clients.discard(client)
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)


async def _reading(socket: WebSocket, client: Client) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            text = await socket.receive_text()
            if len(text) > 200_000:
                return
            try:
                ask = msgspec.json.decode(text, type=Ask)
            except msgspec.DecodeError:
                client.say({"do": "refused", "id": "", "reason": "not understood"})
                continue
            _answer(ask, client)


def _answer(ask: Ask, client: Client) -> None:
    if ask.do == "ping":
        client.say({"do": "pong"})
    elif ask.do == "unsubscribe":
        client.subscriptions.pop(ask.id, None)
    elif ask.do == "subscribe":
        reason = refusal(ask, client)
        if reason:
            client.say({"do": "refused", "id": ask.id, "reason": reason})
            return
        client.subscriptions[ask.id] = Subscription(ask.id, ask.topic, ask.filter)
        client.say({"do": "subscribed", "id": ask.id})
    else:
        client.say({"do": "refused", "id": ask.id, "reason": "no such thing to do"})


async def _writing(socket: WebSocket, client: Client) -> None:
    while True:
        message = await client.queue.get()
        client.sending = True
        try:
            async with asyncio.timeout(SEND_S):
                await socket.send_text(message.decode())
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            with contextlib.suppress(Exception):
                await socket.close(LATER_CLOSE)
            return
        client.sending = False


async def _checking(socket: WebSocket, client: Client, hub: Hub) -> None:
    while True:
        await asyncio.sleep(CHECK_S)
        try:
            async with hub.checking:  # a thousand screens must not crowd people's own requests out
                actor = (await current_session(socket)).actor
            if (actor.permissions, actor.scope) != (client.actor.permissions, client.actor.scope):
                client.become(actor)
        except NotSignedIn:
            await socket.close(SIGNED_OUT_CLOSE)
            return
        except MudanError:
            continue
