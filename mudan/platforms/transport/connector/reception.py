"""What does each message of a terminal do: what is recorded, what is answered?

Item ─ 0200, authenticated ────────────────▶ Sheet (columns)
  └─── anything else ─ whole? ─ known? ─ authenticated? ─ by message id ─▶ answer
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from mudan.connect.lane import Digest, Item, bad_frame
from mudan.connect.platform import Intake
from mudan.connect.session import Junk, Session
from mudan.core.frames.model import Verdict
from mudan.platforms.transport.codec import compose
from mudan.platforms.transport.codec.frame import Speech, Whole, encode, unescaped, whole
from mudan.platforms.transport.codec.message import parsed
from mudan.platforms.transport.codec.position import SIZE, parse_position
from mudan.platforms.transport.codec.terminal import batch_bodies, short_batch_bodies
from mudan.platforms.transport.connector.downlinks import Downlinks
from mudan.platforms.transport.connector.keeping import (
    count_against,
    keep,
    keep_good,
    merged,
    with_flags,
)
from mudan.platforms.transport.connector.link import Link, code_is_right, code_of, link_of
from mudan.platforms.transport.connector.parts import Joined
from mudan.platforms.transport.connector.roll import Roll
from mudan.platforms.transport.connector.sheet import Entry, Owner, Sheet
from mudan.platforms.transport.connector.wiring import Settings, Wiring
from mudan.platforms.transport.model import Answer, Header, Registration
from mudan.primitives.clock import to_us
from mudan.primitives.errors import DecodeError

POSITION: Final = b"\x02\x00"
BEFORE_LOGIN: Final = frozenset({0x0004, 0x0100, 0x0102, 0x0109})


class Told(NamedTuple):
    """One whole message of a known terminal. `serial` is what an answer names."""

    item: Item
    link: Link
    header: Header
    body: bytes
    size: int  # of the body before media were dropped
    digest: Digest
    sheet: Sheet

    @property
    def session(self) -> Session:
        """Who said it."""
        return self.item.session


class Reception:
    """Digests batches of items. Touches no network: answers leave in the digest."""

    def __init__(
        self, intake: Intake, wiring: Wiring, settings: Settings, roll: Roll, downlinks: Downlinks
    ) -> None:
        self._intake = intake
        self._wiring = wiring
        self._settings = settings
        self._roll = roll
        self._downlinks = downlinks
        self._ids = {name: intake.quantity(name) for name in wiring.quantities}
        self.media_bytes = 0
        self._acts: dict[int, Callable[[Told], None]] = {
            0x0001: self._general_answer,
            0x0003: self._logout,
            0x0004: self._server_time,
            0x0005: self._resend,
            0x0100: self._register,
            0x0102: self._authenticate,
            0x0107: self._attributes,
            0x0109: self._clock,
            0x0200: self._position,
            0x0201: self._answered_position,
            0x0500: self._answered_position,
            0x0210: self._short_positions,
            0x0704: self._positions,
            0x0801: self._media,
            **dict.fromkeys(
                (0x0302, 0x0700, 0x0802, 0x0805, 0x0104, 0x0608, 0x1205, 0x1206), self._special_answer
            ),
            **dict.fromkeys((0x0002, 0x0108, 0x0301, 0x0303, 0x0701, 0x0702, 0x0705), self._accept),
            **dict.fromkeys((0x0800, 0x0900, 0x0901, 0x1003, 0x1005), self._accept),
        }

    def digest(self, items: list[Item]) -> Digest:
        """What the items come to: observations, kept frames, changes of links, receipts and answers."""
        digest = Digest()
        sheet = Sheet(self._wiring, self._ids)
        for item in items:
            session, piece, _ = item
            if type(piece) is bytes and piece[:2] == POSITION:
                link = session.state
                if link is not None and link.authenticated and _queued(sheet, item, piece, link):
                    continue
            self._plain(item, digest, sheet)
        for item in sheet.read_frames():
            self._plain(item, digest, sheet)
        sheet.read_bodies()
        digest.batch.columns = sheet.columns()
        digest.replies = merged(sheet.replies + digest.replies)
        self._roll.drain(digest.batch)
        if self._intake.keep_good:
            keep_good(items, digest)
        return digest

    def _plain(self, item: Item, digest: Digest, sheet: Sheet) -> None:
        """One item the plain way."""
        piece = item.piece
        if isinstance(piece, Junk):
            frame = bad_frame(item, piece.reason, offset=piece.offset, clause=piece.clause)
            digest.batch.frames.append(frame)
            return
        try:
            found = whole(unescaped(piece))
        except DecodeError as error:
            self._bad(item, error, digest)
            return
        link = self._link(item.session, found.header)
        if link is None:
            self._unknown(item, found.header, digest)
            return
        if not self._admitted(item, link, found.header, digest):
            keep(item, Verdict.REFUSED, "not authenticated", digest, link)
            self._answer(item.session, link, found.header, Answer.FAILED, digest)
            return
        self._understood(item, link, found, digest, sheet)

    def _understood(self, item: Item, link: Link, found: Whole, digest: Digest, sheet: Sheet) -> None:
        header = found.header
        joined: Joined | None = Joined(found.body, len(found.body))
        if header.encryption:
            self._answer(item.session, link, header, Answer.UNSUPPORTED, digest)
            return
        if header.split:
            joined = link.parts.add(header, found.body, self._intake.clock.monotonic_s())
            self._roll.assembling(item.session, link)
        if joined is None:
            self._answer(item.session, link, header, Answer.OK, digest)
            return
        told = Told(item, link, header, joined.body, joined.size, digest, sheet)
        try:
            self._acts.get(header.msg_id, self._unsupported)(told)
        except DecodeError as error:
            self._bad(item, error, digest)
            self._answer(item.session, link, header, Answer.WRONG, digest)

    def _link(self, session: Session, header: Header) -> Link | None:
        link: Link | None = session.state
        if link is not None and link.speech.phone == header.phone and link.new == header.versioned:
            return link
        fresh = link_of(self._intake, header)
        if fresh is not None:
            if link is not None:
                self._roll.down(session, to_us(self._intake.clock.now()))
            session.state = fresh
            session.device = fresh.name
            session.entity = fresh.device.key
        return fresh

    def _admitted(self, item: Item, link: Link, header: Header, digest: Digest) -> bool:
        if link.authenticated or header.msg_id in BEFORE_LOGIN:
            return True
        if self._settings.accept_unauthenticated:
            digest.closing += self._roll.up(item.session, link, item.received_us)
        return link.authenticated

    def _register(self, told: Told) -> None:
        body = compose.registration_answer(
            told.header.serial, Registration.OK, code_of(self._intake.secret, told.link.name)
        )
        self._say(told, 0x8100, body)

    def _authenticate(self, told: Told) -> None:
        code = str(_fields(told)["code"])
        if code_is_right(self._intake.secret, told.link.name, code):
            told.digest.closing += self._roll.up(told.session, told.link, told.item.received_us)
            self._accept(told)
            return
        keep(told.item, Verdict.REFUSED, "the authentication code is wrong", told.digest, told.link)
        self._answer(told.session, told.link, told.header, Answer.FAILED, told.digest)

    def _accept(self, told: Told) -> None:
        self._answer(told.session, told.link, told.header, Answer.OK, told.digest)

    def _unsupported(self, told: Told) -> None:
        self._answer(told.session, told.link, told.header, Answer.UNSUPPORTED, told.digest)

    def _logout(self, told: Told) -> None:
        self._accept(told)
        self._roll.down(told.session, told.item.received_us)

    def _server_time(self, told: Told) -> None:
        self._say(told, 0x8004, compose.server_time(self._intake.clock.now()))

    def _clock(self, told: Told) -> None:
        self._say(told, 0x8109, compose.clock(self._intake.clock.now()))

    def _general_answer(self, told: Told) -> None:
        fields = _fields(told)
        self._downlinks.answered(told.session, fields["answered_serial"], fields["result"], fields)

    def _special_answer(self, told: Told) -> None:
        fields = _fields(told)
        self._downlinks.answered(told.session, fields["answered_serial"], fields.get("result", 0), fields)
        self._accept(told)

    def _attributes(self, told: Told) -> None:
        self._downlinks.confirmed(told.session, 0x8107, _fields(told))
        self._accept(told)

    def _resend(self, told: Told) -> None:
        fields = _fields(told)
        self._downlinks.resend(told.session, fields["first_serial"], fields["packages_missing"])
        self._accept(told)

    def _position(self, told: Told) -> None:
        self._placed(told, told.body)
        self._accept(told)

    def _answered_position(self, told: Told) -> None:
        fields = _fields(told)
        self._placed(told, told.body[2:])
        self._downlinks.answered(told.session, fields["answered_serial"], 0, fields)
        self._accept(told)

    def _positions(self, told: Told) -> None:
        _, kind, bodies = batch_bodies(told.body)
        self._batch(told, bodies, replayed=kind == 1)

    def _short_positions(self, told: Told) -> None:
        self._batch(told, short_batch_bodies(told.body), replayed=False)

    def _batch(self, told: Told, bodies: list[bytes], *, replayed: bool) -> None:
        whole_bodies = [body for body in bodies if len(body) >= SIZE]
        owner = Owner(told.link, told.item.received_us, replayed)
        for body in whole_bodies:
            told.sheet.add_body(body, owner)
        if len(whole_bodies) < len(bodies):
            keep(
                told.item,
                Verdict.BAD,
                "an item of the batch is shorter than a position",
                told.digest,
                told.link,
            )
        self._accept(told)

    def _media(self, told: Told) -> None:
        fields = _fields(told)
        self.media_bytes += told.size
        self._say(told, 0x8800, compose.media_answer(fields["media_id"]))

    def _placed(self, told: Told, body: bytes) -> None:
        parse_position(body[:SIZE])  # raises when it is too short to be one
        told.sheet.add_body(body, Owner(told.link, told.item.received_us, replayed=False))

    def _say(self, told: Told, msg_id: int, body: bytes) -> None:
        frames = encode(msg_id, body, told.link.speech, told.link.next_serial())
        told.digest.replies += [(told.session, frame) for frame in frames]

    def _answer(self, session: Session, link: Link, header: Header, result: int, digest: Digest) -> None:
        body = compose.answer(header.serial, header.msg_id, result)
        digest.replies.append((session, encode(0x8001, body, link.speech, link.next_serial())[0]))

    def _unknown(self, item: Item, header: Header, digest: Digest) -> None:
        phone = header.phone.hex()
        keep(item, Verdict.UNKNOWN_DEVICE, f"nobody registered {phone}", digest, None, phone)
        speech = Speech(header.phone, header.protocol_version)
        if header.msg_id == 0x0100:
            body = compose.registration_answer(header.serial, Registration.NO_SUCH_TERMINAL)
            frames = encode(0x8100, body, speech, 0)
        else:
            frames = encode(0x8001, compose.answer(header.serial, header.msg_id, Answer.FAILED), speech, 0)
        digest.replies += [(item.session, frame) for frame in frames]

    def _bad(self, item: Item, error: DecodeError, digest: Digest) -> None:
        shown = item._replace(piece=with_flags(item))
        device = item.session.device
        frame = bad_frame(shown, error.reason, offset=error.offset, clause=error.clause, device=device)
        count_against(item, digest)
        digest.batch.frames.append(frame)


def _queued(sheet: Sheet, item: Item, piece: bytes, link: Link) -> bool:
    """Hand a position to the sheet, if its escapes are right and the phone is the link's."""
    if b"\x7d" in piece:
        try:
            piece = unescaped(piece)
        except DecodeError:
            return False
    if piece[link.at : link.end] != link.speech.phone:
        return False
    sheet.frames[len(piece)].append(Entry(item, piece, link))
    return True


def _fields(told: Told) -> dict[str, Any]:
    return parsed(told.header.msg_id, told.body, new=told.header.versioned)
