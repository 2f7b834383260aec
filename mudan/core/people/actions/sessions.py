"""Who is behind this token now? Sessions read through a memory of a few seconds."""

from collections import OrderedDict
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

from mudan.core.people import queries, store
from mudan.core.people.actions.trail import audit
from mudan.core.people.model import (
    ROLE_PERMISSIONS,
    Actor,
    Limits,
    Session,
    ended,
    ends_at,
    hashed,
    scope_of,
)
from mudan.primitives.clock import Clock
from mudan.primitives.errors import NotSignedIn
from mudan.storage.pool import Connection, Database

REMEMBERED_S: Final = 5.0  # how long another process may still serve a session that was ended here
TOUCH_EVERY: Final = timedelta(seconds=60)
_REMEMBERED_MOST: Final = 10_000


class _Remembered(NamedTuple):
    session: Session
    until_s: float


class Sessions:
    """The sessions of this process. What ends or changes one calls `forget` after its work is committed."""

    def __init__(self, database: Database, clock: Clock, limits: Limits) -> None:
        self.limits = limits
        self._database = database
        self._clock = clock
        self._remembered: OrderedDict[bytes, _Remembered] = OrderedDict()
        self._generation = 0

    async def resume(self, token: str) -> Session:
        """The session of a token; raises NotSignedIn when there is none, it has ended or its owner may not."""
        token_hash = hashed(token)
        known = self._remembered.get(token_hash)
        if known is not None and self._clock.monotonic_s() < known.until_s:
            if self._clock.now() < known.session.expires_at:
                return known.session
            raise NotSignedIn("the session has ended")
        generation = self._generation
        session = await self._read(token_hash)
        if generation == self._generation:  # nothing was forgotten while it was read
            self._remember(token_hash, session)
        return session

    def forget(self, person: UUID) -> None:
        """Read the sessions of a person anew when they are next used."""
        self._generation += 1
        for token_hash in [h for h, kept in self._remembered.items() if kept.session.actor.person == person]:
            del self._remembered[token_hash]

    def drop(self, token: str) -> None:
        """Read one session anew when it is next used."""
        self._generation += 1
        self._remembered.pop(hashed(token), None)

    async def _read(self, token_hash: bytes) -> Session:
        now = self._clock.now()
        async with self._database.work() as connection:
            row = await queries.session(connection, token_hash)
            if row is None or row.person.disabled:
                raise NotSignedIn("nobody is signed in")
            if ended(row.expires_at, row.last_seen_at, self.limits, now):
                raise NotSignedIn("the session has ended")
            if now - row.last_seen_at >= TOUCH_EVERY:
                await store.touch_session(connection, token_hash, row.person.id, now)
        return Session(
            actor_of(row, token_hash),
            row.person,
            row.csrf_hash,
            ends_at(row.expires_at, max(row.last_seen_at, now), self.limits),
        )

    def _remember(self, token_hash: bytes, session: Session) -> None:
        self._remembered[token_hash] = _Remembered(session, self._clock.monotonic_s() + REMEMBERED_S)
        self._remembered.move_to_end(token_hash)
        while len(self._remembered) > _REMEMBERED_MOST:
            self._remembered.popitem(last=False)


def actor_of(row: queries.SessionRow, token_hash: bytes) -> Actor:
    """Who a stored session stands for, with the role, area and department of now."""
    person = row.person
    return Actor(
        person=person.id,
        login=person.login,
        name=person.name,
        session=token_hash,
        permissions=ROLE_PERMISSIONS[person.role],
        scope=scope_of(person.id, person.role, person.area_code, person.department, space=row.space),
    )


async def sign_out(connection: Connection, actor: Actor) -> None:
    """End the actor's session."""
    if await store.delete_session(connection, actor.session):
        await audit(connection, actor, "session.sign_out", f"person:{actor.login}")


async def look_at(connection: Connection, actor: Actor, space: int) -> None:
    """Let the actor's session look at a data space: an exercise, or reality (0). Forget the person afterwards."""
    if not await store.set_session_space(connection, actor.session, space):
        raise NotSignedIn("nobody is signed in")
    await audit(connection, actor, "session.space", f"space:{space}")
