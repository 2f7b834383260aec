"""How often may who is not signed in do what costs something? Buckets for each address, and for all together."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import HTTPConnection

from mudan.api.deps import Deps, deps_of
from mudan.api.security import client_address
from mudan.api.security.rate import Rate
from mudan.primitives.errors import TooMany

ALL: Final = "all"


@dataclass(slots=True)
class Pair:
    """A bound for each address and one for all: 示例, many people of an office share one address."""

    each: Rate
    together: Rate


@dataclass(slots=True)
class Bounds:
    """`reports` opened, `pictures` looked at, `asks` for what is alike, `guesses` of codes.

    `bodies` are large enough to hold a picture and stand in memory while they are read; `looking`: so many pictures
    are drawn at once.
    """

    reports: Pair = field(default_factory=lambda: Pair(Rate(1 / 60, 20), Rate(1.0, 240)))
    bodies: Pair = field(default_factory=lambda: Pair(Rate(1 / 10, 20), Rate(2.0, 30)))
    pictures: Pair = field(default_factory=lambda: Pair(Rate(1 / 20, 20), Rate(1.0, 120)))
    asks: Pair = field(default_factory=lambda: Pair(Rate(0.5, 40), Rate(20.0, 400)))
    looking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    guesses: Pair = field(default_factory=lambda: Pair(Rate(1 / 30, 10), Rate(2.0, 300)))


def bounds_of(deps: Deps) -> Bounds:
    """The centre's own bounds; in memory, like those of the public pages."""
    found: Bounds = deps.nouns.setdefault("public_bounds", Bounds())
    return found


def take(connection: HTTPConnection, which: str) -> None:
    """Count one against a bound of the address and of all; raises TooMany with the seconds to wait."""
    deps = deps_of(connection)
    pair: Pair = getattr(bounds_of(deps), which)
    now_s = deps.clock.monotonic_s()
    pair.each.take(client_address(connection, deps.settings), now_s)
    try:
        pair.together.take(ALL, now_s)
    except TooMany as error:
        raise TooMany("too many people at once", retry_after_s=error.retry_after_s) from error


def give_back(connection: HTTPConnection, which: str) -> None:
    """A right code is no guess: it counts against nobody."""
    deps = deps_of(connection)
    pair: Pair = getattr(bounds_of(deps), which)
    pair.each.give_back(client_address(connection, deps.settings))
    pair.together.give_back(ALL)
