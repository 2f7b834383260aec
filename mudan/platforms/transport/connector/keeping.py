"""What is kept of frames that are not taken, and how are answers put together?"""

from typing import Final

from mudan.connect.lane import Digest, Item
from mudan.connect.session import Junk, Session
from mudan.core.frames.model import Frame, Verdict
from mudan.platforms.transport.codec.frame import FLAG
from mudan.platforms.transport.connector.link import Link

MOST_BAD: Final = 200  # frames of one connection that are bad, unknown or refused: then it is closed


def with_flags(item: Item) -> bytes:
    """The piece of an item as it stood on the wire."""
    raw = item.piece.raw if isinstance(item.piece, Junk) else item.piece
    return FLAG + raw + FLAG


def keep(
    item: Item, verdict: Verdict, reason: str, digest: Digest, link: Link | None, phone: str = ""
) -> None:
    """Keep a whole frame that was not taken, and why."""
    count_against(item, digest)
    digest.batch.frames.append(
        Frame(
            raw=with_flags(item),
            received_us=item.received_us,
            peer=item.session.peer,
            verdict=verdict,
            device=link.name if link else phone,
            entity=link.device.key if link else None,
            reason=reason,
        )
    )


def keep_good(items: list[Item], digest: Digest) -> None:
    """Keep also the frames of this batch that nothing speaks against."""
    against = {frame.raw for frame in digest.batch.frames}
    for item in items:
        raw, link = with_flags(item), item.session.state
        if raw not in against and not isinstance(item.piece, Junk) and isinstance(link, Link):
            digest.batch.frames.append(
                Frame(
                    raw=raw,
                    received_us=item.received_us,
                    peer=item.session.peer,
                    device=link.name,
                    entity=link.device.key,
                )
            )


def count_against(item: Item, digest: Digest) -> None:
    """Count a frame against its connection; too many and it is closed."""
    item.session.bad += 1
    if item.session.bad > MOST_BAD:
        digest.closing.append(item.session)


def merged(replies: list[tuple[Session, bytes]]) -> list[tuple[Session, bytes]]:
    """One write for each TCP peer; a datagram holds one answer."""
    merged: dict[Session, bytes] = {}
    apart = []
    for session, data in replies:
        if session not in merged:
            merged[session] = data
        elif session.peer.endswith("/udp"):
            apart.append((session, data))
        else:
            merged[session] += data
    return [*merged.items(), *apart]
