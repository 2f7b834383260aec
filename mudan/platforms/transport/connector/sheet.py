"""How do all positions of one batch become columns and answers together?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mudan.connect.lane import Item
from mudan.connect.session import Session
from mudan.core.observations.model import Columns, ColumnsBuilder, Quality
from mudan.platforms.transport.codec.columnar import (
    Bytes,
    Origin,
    Positions,
    Rows,
    matrix_of,
    positions_of,
    whole_rows,
)
from mudan.platforms.transport.codec.position import parse_position
from mudan.platforms.transport.codec.replies import answers
from mudan.platforms.transport.connector.link import Link
from mudan.platforms.transport.connector.wiring import Wiring
from mudan.platforms.transport.model import ACC_ON, Answer, Position

FEWEST: Final = 4  # below this, setting up columns costs more than it saves


class Owner(NamedTuple):
    """Whose a position is, when it was received (µs), and whether it comes from the terminal's memory."""

    link: Link
    received_us: int
    replayed: bool


class Entry(NamedTuple):
    """One 0200 frame that waits: the item it came as, its unescaped bytes, its link."""

    item: Item
    inner: bytes
    link: Link


class Sheet:
    """Positions of one batch: frames, and bodies out of other messages.

    `frames`, by length, are 0200 of authenticated terminals, unescaped and not yet proved whole.
    """

    def __init__(self, wiring: Wiring, ids: Mapping[str, int]) -> None:
        self._wiring = wiring
        self._ids = ids
        self.frames: defaultdict[int, list[Entry]] = defaultdict(list)
        self._bodies: defaultdict[int, list[tuple[bytes, Owner]]] = defaultdict(list)
        self.parts: list[Columns] = []
        self.singles = ColumnsBuilder()
        self.replies: list[tuple[Session, bytes]] = []

    def add_body(self, body: bytes, owner: Owner) -> None:
        """A position body of at least 28 bytes."""
        self._bodies[len(body)].append((body, owner))

    def read_frames(self) -> list[Item]:
        """Read the frames as columns and answer them; returns those that must go the plain way."""
        plain: list[Item] = []
        for size, entries in self.frames.items():
            if len(entries) < FEWEST or size < 13 + 28:
                plain += [entry.item for entry in entries]
                continue
            frames = matrix_of([entry.inner for entry in entries])
            old, new = whole_rows(frames)
            if len(old):
                self._take(frames, old, entries, new=False)
            if size < 18 + 28:
                new = new[:0]
            if len(new):
                self._take(frames, new, entries, new=True)
            if len(old) + len(new) < len(entries):
                good = {*old.tolist(), *new.tolist()}
                plain += [entry.item for row, entry in enumerate(entries) if row not in good]
        self.frames.clear()
        return plain

    def read_bodies(self) -> None:
        """Read the bodies: as columns where many have one length, else one by one."""
        for entries in self._bodies.values():
            owners = [owner for _, owner in entries]
            if len(entries) >= FEWEST:
                self._read(matrix_of([body for body, _ in entries]), owners)
            else:
                for body, owner in entries:
                    self._one(body, owner)
        self._bodies.clear()

    def columns(self) -> Columns:
        """All that was read."""
        return Columns.joined([*self.parts, self.singles.built()])

    def _take(self, frames: Bytes, rows: Rows, entries: Sequence[Entry], *, new: bool) -> None:
        every = len(rows) == len(entries)
        chosen = frames if every else frames[rows]
        mine = entries if every else [entries[row] for row in rows.tolist()]
        head = 17 if new else 12
        owners = [Owner(entry.link, entry.item.received_us, replayed=False) for entry in mine]
        self._read(np.ascontiguousarray(chosen[:, head:-1]), owners)
        serials = [entry.link.next_serial() for entry in mine]
        written = answers(chosen, serials, Answer.OK, new=new)
        self.replies += [(entry.item.session, data) for entry, data in zip(mine, written, strict=True)]

    def _read(self, bodies: Bytes, owners: Sequence[Owner]) -> None:
        parts, left = positions_of(bodies)
        stated = np.zeros(len(owners), bool)
        for part in parts:
            self._mark_stated(part, owners, stated)
        origin = _origin(owners, stated)
        self.parts += [self._wiring.columns_of(part, origin, self._ids) for part in parts]
        for row in left.tolist():
            self._one(bodies[row].tobytes(), owners[row])

    def _mark_stated(self, part: Positions, owners: Sequence[Owner], stated: npt.NDArray[np.bool_]) -> None:
        flags = (part.alarm << 1 | part.status & ACC_ON).tolist()
        for row, flag in zip(part.rows.tolist(), flags, strict=True):
            link, received_us, replayed = owners[row]
            if replayed or link.restates(flag, received_us):
                stated[row] = True

    def _one(self, body: bytes, owner: Owner) -> None:
        position = parse_position(body)
        if not owner.replayed:
            owner.link.restates(position.alarm << 1 | position.status & ACC_ON, owner.received_us)
        for name, value, observed_us, quality in self._values(position, owner):
            key = owner.link.device.key
            self.singles.add(key, self._ids[name], value, observed_us, owner.received_us, quality)

    def _values(self, position: Position, owner: Owner) -> Iterable[tuple[str, float, int, int]]:
        late = Quality.REPLAYED if owner.replayed else Quality.GOOD
        observed_us = owner.received_us
        if position.local_us is None:
            late |= Quality.DOUBTFUL  # no time of its own: the receipt stands in
        else:
            observed_us = position.local_us - owner.link.offset_us
        place = late | self._wiring.quality_of(position)
        for name, value in self._wiring.values_of(position).items():
            yield name, value, observed_us, int(place if name in self._wiring.of_place else late)


def _origin(owners: Sequence[Owner], stated: npt.NDArray[np.bool_]) -> Origin:
    return Origin(
        entity=np.array([owner.link.device.key for owner in owners], np.int32),
        received_us=np.array([owner.received_us for owner in owners], np.int64),
        offset_us=np.array([owner.link.offset_us for owner in owners], np.int64),
        quality=np.array([Quality.REPLAYED.value if owner.replayed else 0 for owner in owners], np.int16),
        stated=stated,
    )
