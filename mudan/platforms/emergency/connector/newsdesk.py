"""What becomes of a document of warnings? It is kept, judged, entered; the areas' values follow."""

from datetime import timedelta
from typing import Final

from mudan.connect.lane import Digest, Item
from mudan.connect.platform import Intake
from mudan.connect.session import Junk
from mudan.core.frames.model import Frame, Verdict
from mudan.core.observations.model import ColumnsBuilder
from mudan.core.warnings.model.signature import Seal, sealed
from mudan.platforms.emergency.codec.warnings import document_of
from mudan.platforms.emergency.connector.ledger import Ledger
from mudan.platforms.emergency.connector.settings import Settings
from mudan.platforms.emergency.connector.wiring import Wiring
from mudan.platforms.emergency.model.messages import Document
from mudan.primitives.clock import to_us
from mudan.primitives.errors import DecodeError

TAKEN: Final = b"taken"
REFUSED: Final = b"refused"
LOOK_S: Final = 2.0
KEPT_OF_DOCUMENT: Final = 256 << 10


class NewsDesk:
    """Takes documents into a digest; needs no network."""

    def __init__(self, intake: Intake, settings: Settings, wiring: Wiring, trusted: tuple[str, ...]) -> None:
        self._intake = intake
        self._signed_only = bool(settings.signed_only)
        self._trusted = trusted
        life = timedelta(hours=settings.life_h)
        self.ledger = Ledger(settings.area, life, wiring.warned, intake.device)
        self._quantities: dict[str, int] = {}
        self._looked_s = -LOOK_S
        self.documents = self.refused = 0

    def take(self, item: Item, whole: Digest) -> None:
        """One document; its bringer learns what became of it once that is durable."""
        raw = item.piece.raw if isinstance(item.piece, Junk) else item.piece
        self.documents += 1
        try:
            document = document_of(raw)
        except DecodeError as error:
            self._refuse(item, raw, Verdict.BAD, error.reason, error, whole)
            return
        against = self._against(raw, document)
        if against:
            self._refuse(item, raw, Verdict.REFUSED, against, None, whole)
            return
        self.ledger.add(document.content.alerts)
        self._looked_s = -LOOK_S
        faults = [finding.code for member in document.content.members for finding in member.errors]
        reason = "accepted with faults: " + ", ".join(dict.fromkeys(faults)) if faults else ""
        whole.batch.frames.append(_kept(item, raw, Verdict.GOOD, reason, document))
        whole.replies.append((item.session, TAKEN))

    def restore(self, raw: bytes) -> None:
        """Enter a document that was recorded before the restart."""
        try:
            document = document_of(raw)
        except DecodeError:
            return
        if not self._against(raw, document):
            self.ledger.add(document.content.alerts)

    def look(self, rows: ColumnsBuilder) -> None:
        """Tell what has begun or ended since the last look."""
        now_s = self._intake.clock.monotonic_s()
        if now_s - self._looked_s < LOOK_S:
            return
        self._looked_s = now_s
        now = self._intake.clock.now()
        now_us = to_us(now)
        for entity, values in self.ledger.news(now).items():
            for name, value in values.items():
                rows.add(entity, self._quantity(name), value, now_us, now_us)

    def _against(self, raw: bytes, document: Document) -> str:
        seal = sealed(raw, self._intake.clock.now(), self._trusted)
        if seal.seal is Seal.INVALID:
            return f"the signature does not hold: {seal.reason}"
        if self._signed_only and seal.seal is not Seal.VALID:
            return f"no trusted signature ({seal.seal})"
        if document.content.status not in {"", "Actual"}:
            return f"the wrapper says {document.content.status}"
        return ""

    def _refuse(
        self, item: Item, raw: bytes, verdict: Verdict, reason: str, error: DecodeError | None, whole: Digest
    ) -> None:
        self.refused += 1
        frame = _kept(item, raw, verdict, reason, None)
        if error is not None:
            frame = Frame(
                frame.raw,
                frame.received_us,
                frame.peer,
                verdict,
                "",
                None,
                reason,
                error.offset,
                error.clause,
            )
        whole.batch.frames.append(frame)
        whole.replies.append((item.session, REFUSED + b": " + reason.encode()[:300]))

    def _quantity(self, name: str) -> int:
        id_ = self._quantities.get(name)
        if id_ is None:
            id_ = self._quantities[name] = self._intake.quantity(name)
        return id_


def _kept(item: Item, raw: bytes, verdict: Verdict, reason: str, document: Document | None) -> Frame:
    alerts = () if document is None else document.content.alerts
    if len(raw) > KEPT_OF_DOCUMENT:
        reason = f"{reason} (first {KEPT_OF_DOCUMENT} of {len(raw)} bytes kept)".strip()
    return Frame(
        raw=raw[:KEPT_OF_DOCUMENT],
        received_us=item.received_us,
        peer=item.session.peer,
        verdict=verdict,
        device=alerts[0].identifier[:120] if alerts else "",
        reason=reason,
    )
