"""Which warning do the tests send? A flash flood in a town, and the centre that sends it."""

from datetime import timedelta
from typing import Any

from mudan.core.people.model import Actor, Role
from mudan.core.warnings import actions
from mudan.core.warnings.actions import NewWarning, Publisher
from mudan.core.warnings.model.content import Content
from mudan.core.warnings.model.geometry import Circle
from mudan.core.warnings.model.message import Issuer
from mudan.core.warnings.model.record import WarningMessage
from mudan.core.warnings.model.templates import filled, template_named
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.core.county import actor
from tests.database import START, TOWN

ISSUER = Issuer("37170200000000", Text("牡丹区应急管理局", "Mudan Emergency Office"), "0530-0000000")
RING = tuple(Point(*pair) for pair in ((115.40, 35.20), (115.50, 35.20), (115.50, 35.30), (115.40, 35.20)))
PUBLISHER = Publisher(ISSUER, lambda document: document, ("https://radio.example/cap",))


def content(level: int = 3, **more: Any) -> Content:
    """A whole warning; `more` are fields of Content."""
    given = {
        "polygons": (RING,),
        "circles": (Circle(Point(115.48, 35.24), 3.5),),
        "geocodes": (TOWN,),
        **more,
    }
    place = Text("沙土镇", "Shatu Town")
    return filled(
        template_named("flash_flood"), level, ISSUER.name, place, {"hours": 6, "rain": 80}, START, **given
    )


class Office:
    """The three who send a warning together, and what each of them does."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.author = actor(Role.DISPATCHER)
        self.second = actor(Role.DUTY_OFFICER)
        self.leader = actor(Role.LEADER)

    async def drafted(self, who: Actor | None = None, **more: Any) -> WarningMessage:
        """A draft; `more` are fields of NewWarning or, as `words`, of Content."""
        words = more.pop("words", {})
        new = NewWarning(content(**words), **more)
        return await actions.draft(self.connection, who or self.author, new, START)

    async def checked(self, warning: WarningMessage) -> WarningMessage:
        """The same, read by the second person."""
        return await actions.check(self.connection, self.second, warning.id, warning.version, START)

    async def approved(self, warning: WarningMessage) -> WarningMessage:
        """The same, approved by whom its level asks for."""
        checked = await self.checked(warning)
        who = self.leader if checked.content.level <= 2 else self.second
        return await actions.approve(self.connection, who, checked.id, checked.version, START)

    async def sent(
        self, warning: WarningMessage, at: float = 0, publisher: Publisher = PUBLISHER
    ) -> WarningMessage:
        """The same, sent so many seconds after the start."""
        approved = await self.approved(warning)
        now = START + timedelta(seconds=at)
        return await actions.send(self.connection, self.author, approved.id, approved.version, publisher, now)
