"""Does the lane go on, keep what it was given and acknowledge only what was recorded?"""

import asyncio
from typing import Any

import pytest

from mudan.connect.lane import Digest, Item, Lane
from mudan.connect.platform import Batch
from mudan.connect.session import Junk, Piece, Session
from mudan.core.entities.model import Device
from mudan.core.frames.model import Frame, Verdict
from mudan.primitives.clock import Clock, SystemClock

pytestmark = pytest.mark.anyio


class _Framer:
    def feed(self, data: bytes) -> list[Piece]:
        return [data]

    def pending(self) -> int:
        return 0

    def finish(self) -> list[Piece]:
        return []


class _Intake:
    clock: Clock = SystemClock()
    secret = b""
    keep_good = True

    def __init__(self) -> None:
        self.kept: list[Frame] = []

    def device(self, device: str) -> Device | None:  # noqa: ARG002 - the protocol's own name
        return None

    def quantity(self, name: str) -> int:  # noqa: ARG002 - the protocol's own name
        return 1

    async def commit(self, batch: Batch) -> None:
        if any(frame.raw == b"poison" and frame.verdict is Verdict.GOOD for frame in batch.frames):
            raise ValueError("a value that the database refuses")
        self.kept += batch.frames


def _digest(items: list[Item]) -> Digest:
    digest = Digest()
    for item in items:
        raw = item.piece.raw if isinstance(item.piece, Junk) else item.piece
        if raw == b"bug":
            raise IndexError("a fault of our own")
        digest.batch.frames.append(Frame(raw, item.received_us, item.session.peer))
        digest.replies.append((item.session, b"ok " + raw))
    return digest


async def _through(*pieces: bytes) -> tuple[Lane, _Intake, list[bytes]]:
    intake, answers = _Intake(), list[bytes]()
    lane = Lane(intake, _digest, interval_s=0)
    session = Session("test", _Framer(), 0.0, write=answers.append)
    running: asyncio.Task[Any] = asyncio.create_task(lane.run())
    for piece in pieces:
        lane.put(session, [piece], 1)
        await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return lane, intake, answers


async def test_what_cannot_be_recorded_is_kept_and_not_acknowledged() -> None:
    lane, intake, answers = await _through(b"first", b"poison", b"last")
    assert answers == [b"ok first", b"ok last"]
    assert [(frame.raw, frame.verdict) for frame in intake.kept] == [
        (b"first", Verdict.GOOD),
        (b"poison", Verdict.BAD),
        (b"last", Verdict.GOOD),
    ]
    assert intake.kept[1].reason == "could not be recorded: ValueError"
    assert (lane.counters["unrecorded"], lane.counters["commits"]) == (1, 2)


async def test_a_fault_of_a_platform_costs_no_other_frame() -> None:
    _, intake, answers = await _through(b"first", b"bug", b"last")
    assert answers == [b"ok first", b"ok last"]
    assert [frame.verdict for frame in intake.kept] == [Verdict.GOOD, Verdict.BAD, Verdict.GOOD]
