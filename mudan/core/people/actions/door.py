"""Who may come in? Sign-in and change of one's own password, guarded against guessing.

Each goes read → hash → write in two units of work, because hashing takes a tenth of a second and must not
hold a connection. Only two come through the door at once, so a flood of guesses cannot all read "no failures
yet" before the first is written down.
"""

import asyncio
import ipaddress
import secrets
from typing import Final, NamedTuple

from mudan.core.people import queries, store
from mudan.core.people.actions.hashing import hash_password, needs_rehash, verify_password
from mudan.core.people.actions.trail import audit
from mudan.core.people.model import (
    FREE,
    WINDOW,
    Actor,
    Limits,
    PasswordPolicy,
    Person,
    after_failure,
    check_password,
    checked_login,
    csrf_of,
    hashed,
    locked_for_s,
)
from mudan.core.people.model.sessions import TOKEN_BYTES
from mudan.primitives.clock import Clock
from mudan.primitives.errors import Invalid, NotSignedIn, TooMany
from mudan.storage.pool import Connection, Database

_THROUGH_AT_ONCE: Final = 2
_WAITING_MOST: Final = 64
_AGENT_LONGEST: Final = 200
_WRONG: Final = "the login or the password is wrong"


class _Keys(NamedTuple):
    login: str
    source: str


class Door:
    """Lets people in. One for the process."""

    def __init__(self, database: Database, clock: Clock, limits: Limits, policy: PasswordPolicy) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._policy = policy
        self._turn = asyncio.Semaphore(_THROUGH_AT_ONCE)
        self._waiting = 0

    async def sign_in(
        self, login: str, password: str, *, address: str, agent: str = "", replaces: str = ""
    ) -> str:
        """Begin a session and return its token; `replaces` is the token of one that it ends.

        Raises NotSignedIn with the same words for an unknown login, a wrong password and a disabled account,
        and TooMany while the login or the address is made to wait.
        """
        async with _Queue(self):
            person = await self._check(_folded(login), password, address)
            token = secrets.token_urlsafe(TOKEN_BYTES)
            async with self._database.work() as connection:
                await self._begin(connection, person, token, address, agent, replaces)
        return token

    async def change_password(self, actor: Actor, old: str, new: str, *, address: str) -> None:
        """Set the actor's own password and end their other sessions.

        Raises Invalid for a wrong old or an unfit new password, TooMany as for sign-in.
        """
        if old == new:
            raise Invalid("the new password is the old one", field="new")
        check_password(new, self._policy, login=actor.login)
        async with _Queue(self):
            try:
                await self._check(actor.login, old, address)
            except NotSignedIn:
                raise Invalid("the old password is wrong", field="old") from None
            password_hash = await hash_password(new)
            async with self._database.work() as connection:
                await store.update_person(
                    connection,
                    actor.person,
                    {"password_hash": password_hash, "password_changed_at": self._clock.now()},
                )
                ended = await store.delete_sessions_of(connection, actor.person, but=actor.session)
                await audit(connection, actor, "session.password", f"person:{actor.login}", {"ended": ended})

    async def _check(self, login: str, password: str, address: str) -> Person:
        keys = _Keys(f"login:{login}", f"source:{_network(address)}")
        async with self._database.work() as connection:
            await self._refuse_waiting(connection, keys)
            found = await queries.credentials(connection, login)
        fits = await verify_password(None if found is None else found.password_hash, password)
        if found is None or not fits or found.person.disabled:
            await self._note_failure(keys, found, address)
            raise NotSignedIn(_WRONG)
        rehashed = await hash_password(password) if needs_rehash(found.password_hash) else ""
        async with self._database.work() as connection:
            await store.delete_attempts(connection, keys.login)
            await store.update_attempts_of(connection, login, FREE)
            if rehashed:
                await store.update_person(connection, found.person.id, {"password_hash": rehashed})
        return found.person

    async def _refuse_waiting(self, connection: Connection, keys: _Keys) -> None:
        now = self._clock.now()
        known = await queries.attempts(connection, keys)
        wait_s = max(locked_for_s(attempts, now) for attempts in known.values())
        if wait_s > 0:
            raise TooMany("too many wrong passwords; wait before the next one", retry_after_s=wait_s)

    async def _note_failure(self, keys: _Keys, found: queries.Credentials | None, address: str) -> None:
        now = self._clock.now()
        async with self._database.work() as connection:
            await store.lock_attempts(connection)
            known = await queries.attempts(connection, keys)
            for key in keys:
                await store.upsert_attempts(connection, key, after_failure(known[key], now), now)
            login = keys.login.removeprefix("login:")
            await store.update_attempts_of(connection, login, after_failure(known[keys.login], now))
            await store.delete_attempts_before(connection, now - 2 * WINDOW)
            # an unknown login is not written down: people type passwords into the wrong box
            target = "person:unknown" if found is None else f"person:{login}"
            await audit(connection, None, "session.refuse", target, {"address": address})

    async def _begin(
        self, connection: Connection, person: Person, token: str, address: str, agent: str, replaces: str
    ) -> None:
        now = self._clock.now()
        if replaces:
            await store.delete_session(connection, hashed(replaces))
        await store.delete_sessions_before(connection, now, now - self._limits.idle)
        await store.insert_session(
            connection,
            token_hash=hashed(token),
            csrf_hash=hashed(csrf_of(token)),
            person_id=person.id,
            now=now,
            expires_at=now + self._limits.absolute,
            address=address,
            agent=agent[:_AGENT_LONGEST],
        )
        await store.update_person(connection, person.id, {"last_seen_at": now})
        await store.append_audit(
            connection,
            actor=person.login,
            actor_id=person.id,
            action="session.sign_in",
            target=f"person:{person.login}",
            detail={"address": address},
            space=0,
        )


class _Queue:
    """One's turn at the door; too long a queue is refused at once."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def __aenter__(self) -> None:
        if self._door._waiting >= _WAITING_MOST:
            raise TooMany("too many people sign in at this moment", retry_after_s=5.0)
        self._door._waiting += 1
        try:
            await self._door._turn.acquire()
        finally:
            self._door._waiting -= 1

    async def __aexit__(self, *_: object) -> None:
        self._door._turn.release()


def _folded(login: str) -> str:
    try:
        return checked_login(login)
    except Invalid:
        return ""  # no account has it; all such share one count


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))  # one household or device has a /64
    return str(parsed)
