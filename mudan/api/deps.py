"""What does the API stand on? Database, clock, settings, and what other parts of the centre lend it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import HTTPConnection

from mudan.api.metrics import Metrics
from mudan.core.people.actions import Door, Sessions
from mudan.core.people.model import DJBH3, Limits, PasswordPolicy
from mudan.primitives.clock import Clock
from mudan.storage.pool import Database


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """`origins` are the addresses people type (`https://centre.example`), the first one is put into links;
    none means the address of each request. `trusted_proxies` are addresses or networks whose
    X-Forwarded-For is believed.
    """

    origins: tuple[str, ...] = ()
    secure_cookies: bool = True
    demo: bool = False
    web_root: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    password_policy: PasswordPolicy = DJBH3
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Deps:
    """`nouns` holds what routers of other nouns need (`live`, `platforms`, …), by name. `ready` are the
    questions of /readyz besides the database, by name.
    """

    db: Database
    clock: Clock
    settings: ApiSettings
    nouns: dict[str, Any] = field(default_factory=dict)
    ready: Mapping[str, Callable[[], bool]] = field(default_factory=dict)
    sessions: Sessions = field(init=False)
    door: Door = field(init=False)
    metrics: Metrics = field(init=False)

    def __post_init__(self) -> None:
        settings = self.settings
        self.sessions = Sessions(self.db, self.clock, settings.limits)
        self.door = Door(self.db, self.clock, settings.limits, settings.password_policy)
        self.metrics = Metrics(self.db)


def deps_of(connection: HTTPConnection) -> Deps:
    """The app's dependencies, from any request or web socket."""
    deps: Deps = connection.app.state.deps
    return deps
