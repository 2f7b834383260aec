"""How do documents come in where the centre cannot ask? One a line, answered once it is durable."""

import hashlib
from typing import Final

from mudan.connect.lane import Digest, Item, bad_frame
from mudan.connect.session import Junk
from mudan.core.frames.model import Frame, Verdict
from mudan.core.observations.model import ColumnsBuilder
from mudan.core.records.model.words import Run, run_id
from mudan.platforms.citizen.codec import document
from mudan.platforms.citizen.connector.desk import Desk
from mudan.platforms.citizen.model import FEED
from mudan.primitives.clock import Clock
from mudan.primitives.errors import DecodeError

LONGEST: Final = 1 << 20
TAKEN: Final = b"OK\n"
REFUSED: Final = b"REFUSED\n"


class LineDesk:
    """What some lines come to; needs no network."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk, self._clock = desk, clock

    def digest(self, items: list[Item]) -> Digest:
        """A batch of what the lines said, and the answers to them."""
        digest, rows = Digest(), ColumnsBuilder()
        for item in items:
            reply = TAKEN if self._taken(item, digest, rows) else REFUSED
            digest.replies.append((item.session, reply))
        digest.batch.columns = rows.built()
        return digest

    def _taken(self, item: Item, digest: Digest, rows: ColumnsBuilder) -> bool:
        if isinstance(item.piece, Junk):
            digest.batch.frames.append(bad_frame(item, item.piece.reason, offset=item.piece.offset))
            return False
        try:
            found = document(item.piece)
        except DecodeError as error:
            digest.batch.frames.append(
                bad_frame(item, error.reason, offset=error.offset, clause=error.clause)
            )
            return False
        if not self._desk.observed(found, rows, item.received_us):
            unknown = Frame(item.piece, item.received_us, item.session.peer, Verdict.UNKNOWN_DEVICE, "")
            digest.batch.frames.append(unknown)
            return False
        if found.kind == "requests":
            name = f"line {item.received_us}"
            run = run_id("citizen", FEED, f"{name} {hashlib.sha256(item.piece).hexdigest()}")
            count = self._desk.sorted(found, run, 0, self._clock.now(), digest.batch)
            digest.batch.runs.append(
                Run(run, FEED, "wire", name, reached=count, sent=count, total=count, ended=True)
            )
        return True
