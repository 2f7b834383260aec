"""Which terminals are connected now, and what changed since the last commit?"""

from collections.abc import Callable
from dataclasses import dataclass, field

from mudan.connect.platform import Batch, LinkChange
from mudan.connect.session import Session
from mudan.core.commands.model import Receipt
from mudan.platforms.transport.connector.link import Link


@dataclass(slots=True)
class Roll:
    """Sessions by terminal name and by entity; link changes and receipts that wait for a commit."""

    by_name: dict[str, Session] = field(default_factory=dict)
    by_entity: dict[int, Session] = field(default_factory=dict)
    unfinished: dict[Session, Link] = field(default_factory=dict)
    links: list[LinkChange] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    on_gone: Callable[[Session], None] = lambda _session: None

    def up(self, session: Session, link: Link, at_us: int) -> list[Session]:
        """A terminal has authenticated; returns the older connections of it, which are dead."""
        old = self.by_name.get(link.name)
        replaced = [] if old is None or old is session else [old]
        for each in replaced:
            each.state = None
            self.unfinished.pop(each, None)
            self.on_gone(each)
        link.authenticated = True
        self.by_name[link.name] = session
        self.by_entity[link.device.key] = session
        if old is None:
            self.links.append(LinkChange(link.device.key, online=True, at_us=at_us))
        # A datagram peer is no connection: the listener would never write to it again.
        return [each for each in replaced if not each.peer.endswith("/udp")]

    def down(self, session: Session, at_us: int) -> None:
        """A terminal has logged out, gone silent or lost its connection."""
        link: Link | None = session.state
        self.unfinished.pop(session, None)
        self.on_gone(session)
        if link is None or not link.authenticated:
            return
        link.authenticated = False
        if self.by_name.get(link.name) is session:
            del self.by_name[link.name]
            self.by_entity.pop(link.device.key, None)
            self.links.append(LinkChange(link.device.key, online=False, at_us=at_us))

    def assembling(self, session: Session, link: Link) -> None:
        """Remember which terminals have unfinished split messages."""
        if len(link.parts):
            self.unfinished[session] = link
        else:
            self.unfinished.pop(session, None)

    def report(self, receipt: Receipt) -> None:
        """Keep a receipt for the next commit."""
        self.receipts.append(receipt)

    def drain(self, batch: Batch) -> None:
        """Hand over what waits for a commit."""
        batch.links += self.links
        batch.receipts += self.receipts
        self.links = []
        self.receipts = []
