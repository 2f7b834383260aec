"""How are passwords hashed without stopping the centre? Argon2id in a thread, two at a time."""

import asyncio
import secrets
from functools import cache
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from mudan.core.people.model import DJBH3, check_password, password_from
from mudan.primitives.errors import Invalid

# RFC 9106 §4, second recommended option; OWASP's password storage notes ask for no less.
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=64 << 10, parallelism=4, type=Type.ID)
_AT_ONCE: Final = 2  # each takes 64 MiB and about a tenth of a second of a core


class _Turns:
    """A semaphore of the running event loop."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._semaphore = asyncio.Semaphore(_AT_ONCE)

    def take(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._semaphore = loop, asyncio.Semaphore(_AT_ONCE)
        return self._semaphore


_turns: Final = _Turns()


async def hash_password(password: str) -> str:
    """The Argon2id hash to store, in PHC form."""
    async with _turns.take():
        return await asyncio.to_thread(_HASHER.hash, _bytes(password))


async def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash (an unknown login) the same work is done, for nothing."""
    async with _turns.take():
        return await asyncio.to_thread(_verify, password_hash, password)


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with weaker settings than those of now."""
    return _HASHER.check_needs_rehash(password_hash)


async def generated_password() -> tuple[str, str]:
    """A new password that keeps every policy, and its hash."""
    while True:
        password = password_from(secrets.choice)
        try:
            check_password(password, DJBH3)
        except Invalid:
            continue
        return password, await hash_password(password)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _HASHER.verify(password_hash or _decoy(), _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_bytes(16))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")  # JSON can carry half a character; it fits no password
