"""How do frames get from sockets to one commit and back as answers, with bounded memory?

    sockets ──put──▶ waiting (bounded) ──take all──▶ digest ──▶ commit ──▶ replies
                        │ over the high mark: reading stops on every socket
                        └ under the low mark: reading starts again

One batch is under way at a time, so batches grow by themselves when the database is slow (group commit).
Replies are written only after the commit that they confirm.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from mudan.connect.platform import Batch, Intake
from mudan.connect.session import Junk, Piece, Session
from mudan.core.frames.model import Frame, Verdict
from mudan.core.observations.model import Columns

log = logging.getLogger(__name__)

HIGH_BYTES = 8 << 20
LOW_BYTES = 2 << 20
INTERVAL_S = 0.04  # frames wait so long for company: a commit costs the same for one frame as for a hundred
MANY = 500  # so many frames are company enough
MOST_AT_ONCE = 8_192
MOST_BYTES_AT_ONCE = 512 << 10  # long frames hold many measurements each: a commit stays short
PIECE_OVERHEAD = 200  # bytes of Python objects around one waiting piece
KEPT_OF_BAD = 4_096  # bytes kept of one bad frame; its full length stays in the reason


class Item(NamedTuple):
    """One piece of input: who sent it, the frame (or junk), when it arrived (µs since 1970 UTC)."""

    session: Session
    piece: Piece
    received_us: int


@dataclass(slots=True)
class Digest:
    """What a platform made of some items: a batch to commit, then replies to write."""

    batch: Batch = field(default_factory=Batch)
    replies: list[tuple[Session, bytes]] = field(default_factory=list)
    closing: list[Session] = field(default_factory=list)


class Lane:
    """One platform's way from its sockets to the commit."""

    def __init__(
        self, intake: Intake, digest: Callable[[list[Item]], Digest], *, interval_s: float = INTERVAL_S
    ) -> None:
        self._intake = intake
        self._digest = digest
        self._interval_s = interval_s
        self._items: list[Item] = []
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._paused = False
        self.sessions: set[Session] = set()
        self.counters: dict[str, int] = dict.fromkeys(
            (
                "frames_good",
                "frames_bad",
                "frames_unknown",
                "frames_refused",
                "bytes_in",
                "commits",
                "paused",
                "unrecorded",
            ),
            0,
        )

    @property
    def full(self) -> bool:
        """Whether the bound is reached; a datagram that arrives now cannot be taken."""
        return self._paused

    @property
    def waiting(self) -> int:
        """Pieces that wait for a commit."""
        return len(self._items)

    def put(self, session: Session, pieces: list[Piece], received_us: int) -> None:
        """Add input; stops reading on every socket when the bound is reached."""
        for piece in pieces:
            self._items.append(Item(session, piece, received_us))
            self._waiting_bytes += len(piece) + PIECE_OVERHEAD
        self._wake.set()
        if self._waiting_bytes > HIGH_BYTES and not self._paused:
            self._pause()

    def poke(self) -> None:
        """Wake the lane though no frame arrived: a link changed."""
        self._wake.set()

    async def run(self) -> None:
        """Digest and commit until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(self._interval_s)
            while taken := self._taken():
                await self._carry(taken)
                if len(self._items) < MANY:
                    await asyncio.sleep(self._interval_s)
            await self._carry([])

    def _taken(self) -> list[Item]:
        """The oldest items, as many as one commit takes."""
        size = count = 0
        for item in self._items[:MOST_AT_ONCE]:
            size += len(item.piece)
            if size > MOST_BYTES_AT_ONCE and count:
                break
            count += 1
        taken = self._items[:count]
        del self._items[:count]
        return taken

    async def _carry(self, items: list[Item]) -> None:
        digest = self._digested(items)
        self._count(digest.batch.frames, len(items))
        if digest.batch and not await self._committed(digest.batch, items):
            digest.replies.clear()  # what was not recorded is not acknowledged
        self._waiting_bytes -= sum(len(item.piece) + PIECE_OVERHEAD for item in items)
        for session, data in digest.replies:
            session.write(data)
        for session in digest.closing:
            session.close()
        if self._paused and self._waiting_bytes < LOW_BYTES:
            self._resume()

    async def _committed(self, batch: Batch, items: list[Item]) -> bool:
        """Commit a batch; one that no waiting can mend is kept as raw frames, and the lane goes on."""
        try:
            await self._intake.commit(batch)
        except Exception as error:
            log.exception("a batch of %d frames could not be recorded; its frames are kept", len(items))
            reason = f"could not be recorded: {type(error).__name__}"
        else:
            self.counters["commits"] += 1
            return True
        self.counters["unrecorded"] += len(items)
        try:
            await self._intake.commit(Batch(frames=[bad_frame(item, reason) for item in items]))
        except Exception:
            log.exception("nor could its raw frames be kept")
        return False

    def _digested(self, items: list[Item]) -> Digest:
        try:
            return self._digest(items)
        except Exception:
            log.exception("a batch of %d frames could not be digested; taking them one by one", len(items))
        whole = Digest()
        for item in items:
            try:
                part = self._digest([item])
            except Exception as error:  # noqa: BLE001 - no input may stop a connector, whatever the fault
                whole.batch.frames.append(bad_frame(item, f"internal fault: {type(error).__name__}"))
                continue
            _append(whole, part)
        return whole

    def _count(self, kept: list[Frame], items: int) -> None:
        # Only frames that are kept are listed in a batch, and good ones not always: what is not bad is good.
        other = 0
        for frame in kept:
            if frame.verdict is Verdict.BAD:
                self.counters["frames_bad"] += 1
            elif frame.verdict is Verdict.UNKNOWN_DEVICE:
                self.counters["frames_unknown"] += 1
            elif frame.verdict is Verdict.REFUSED:
                self.counters["frames_refused"] += 1
            else:
                continue
            other += 1
        self.counters["frames_good"] += items - other

    def _pause(self) -> None:
        self._paused = True
        self.counters["paused"] += 1
        for session in self.sessions:
            session.pause()

    def _resume(self) -> None:
        self._paused = False
        for session in self.sessions:
            session.resume()


def bad_frame(item: Item, reason: str, *, offset: int = 0, clause: str = "", device: str = "") -> Frame:
    """The frame to keep of a piece that could not be understood."""
    raw = item.piece.raw if isinstance(item.piece, Junk) else item.piece
    if len(raw) > KEPT_OF_BAD:
        reason = f"{reason} (first {KEPT_OF_BAD} of {len(raw)} bytes kept)"
        raw = raw[:KEPT_OF_BAD]
    return Frame(
        raw=bytes(raw),
        received_us=item.received_us,
        peer=item.session.peer,
        verdict=Verdict.BAD,
        device=device,
        reason=reason,
        offset=offset,
        clause=clause,
    )


def _append(whole: Digest, part: Digest) -> None:
    whole.batch.columns = Columns.joined([whole.batch.columns, part.batch.columns])
    whole.batch.frames += part.batch.frames
    whole.batch.receipts += part.batch.receipts
    whole.batch.links += part.batch.links
    whole.batch.records += part.batch.records
    whole.batch.bad_rows += part.batch.bad_rows
    whole.batch.runs += part.batch.runs
    whole.batch.outcomes += part.batch.outcomes
    whole.replies += part.replies
    whole.closing += part.closing
