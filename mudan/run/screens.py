"""What do people and other systems get of the centre: the API, the live stream, what is published?

Its modules take longer to import than devices may wait for their acknowledgements after a restart. So `serve`
brings it in beside connectors that are answered already; nothing but `serve` imports it.
"""

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from mudan.api.app import ApiSettings, Deps, create_app
from mudan.api.centre import Centre
from mudan.api.live import Hub
from mudan.core.entities import queries as entities
from mudan.core.path import Path
from mudan.core.people.model import policy_named
from mudan.primitives.clock import Clock
from mudan.run.connect import Card
from mudan.run.exercise import Exercises
from mudan.run.mailing import mailer
from mudan.run.publish import outbox, publishing
from mudan.run.settings import Settings
from mudan.storage.pool import Database

# What roads and dispatch import where they use it; the first to ask for a way should not wait for it.
SLOW: Final = ("scipy.optimize", "scipy.spatial", "scipy.sparse.csgraph")


class Screens:
    """The people's side of a running centre."""

    def __init__(
        self, settings: Settings, db: Database, clock: Clock, path: Path, exercises: Exercises
    ) -> None:
        self.hub = Hub(db)
        self.hub.entities = lambda: path.directory.entities
        self._settings, self._db, self._clock, self._path = settings, db, clock, path
        self._exercises = exercises
        self._publishing = publishing(settings, clock)
        self.mail = mailer(db, clock, settings).step
        self.publish = outbox(db, clock, settings, self.hub.changed).step

    async def start(self, cards: Mapping[str, Card], commands_waiting: Callable[[], None]) -> None:
        """Learn what the path and its connectors have brought back."""
        self.hub.quantity_ids = self._path.quantities
        async with self._db.work() as connection:
            areas = await entities.areas(connection)
        self._cards = dict(cards)
        self.centre = self.hub.centre = Centre(
            platforms=dict(cards),
            changed=self.hub.changed_by_people,
            entities_changed=self._path.entities_changed,
            commands_waiting=commands_waiting,
            areas=areas,
        )

    def app(self) -> Any:
        """The HTTP application."""
        settings = self._settings
        api = ApiSettings(
            origins=settings.origins,
            secure_cookies=settings.secure_cookies,
            demo=settings.demo,
            web_root=settings.web_root if settings.web_root.is_dir() else None,
            trusted_proxies=settings.trusted_proxies,
            password_policy=policy_named(settings.password_policy),
        )
        ready: dict[str, Callable[[], bool]] = {
            name: (lambda card=card: card.running)  # type: ignore[misc]  # bound now, not when asked
            for name, card in self._cards.items()
        }
        nouns: dict[str, Any] = {
            "centre": self.centre,
            "live": self.hub,
            "exercises": self._exercises,
            "roads": self._path.roads,
            "warnings": self._publishing,
        }
        return create_app(Deps(self._db, self._clock, api, nouns=nouns, ready=ready))


for _name in SLOW:
    importlib.import_module(_name)
