"""What does one document of requests bring into a batch? Records, the rows that are bad, and readings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mudan.connect.cells import Row
from mudan.connect.feeds import Feed
from mudan.connect.lines import add_readings
from mudan.connect.mapping import Source, mapped
from mudan.connect.platform import Batch, Intake
from mudan.core.cases.model.georeport import Document
from mudan.core.observations.model import ColumnsBuilder, Reading
from mudan.core.records.model.deliveries import Target
from mudan.core.records.model.faults import fault
from mudan.core.records.model.words import BadRow, Record
from mudan.platforms.citizen.codec import rows


@dataclass(frozen=True, slots=True)
class Wiring:
    """The platform's declarations and pure functions that its connector is given."""

    feed: Callable[[str], Feed]
    readings: Callable[[Document, str], tuple[Reading, ...]]
    target: Target
    status: Callable[[str], str]


class Desk:
    """Turns documents into what a batch holds; knows neither sockets nor times."""

    def __init__(self, intake: Intake, feed: Feed, source: str, area: str, wiring: Wiring) -> None:
        self._intake, self._feed, self._source, self._area, self._wiring = intake, feed, source, area, wiring

    @property
    def entity(self) -> int | None:
        """The registered endpoint."""
        device = self._intake.device(self._source)
        return None if device is None else device.key

    def sorted(self, found: Document, run: UUID, first: int, now: datetime, batch: Batch) -> int:
        """Put the requests of a document into a batch, numbered on from `first`; how many rows it had.

        Raises DecodeError for a document that is none of requests.
        """
        for place, values in rows(found):
            one = mapped(self._feed, Row(first + place, values), Source(self._area, run, now))
            if isinstance(one, Record):
                batch.records.append(one)
            else:
                batch.bad_rows.append(one)
        after = first + len(found.items)
        for number, bad in enumerate(found.bad, 1):
            why = fault(bad.field, f"无法识别：{bad.reason}", f"cannot be understood: {bad.reason}")
            raw = {"row": bad.row, "field": bad.field}
            batch.bad_rows.append(BadRow(self._feed.name, after + number, raw, (why,), run))
        return len(found.items) + len(found.bad)

    def observed(self, found: Document, rows_built: ColumnsBuilder, received_us: int) -> bool:
        """Add the readings of a document; whether the endpoint is registered."""
        entity = self.entity
        if entity is None:
            return False
        found_readings = self._wiring.readings(found, self._source)
        add_readings(self._intake, rows_built, entity, found_readings, received_us)
        return True


def times(found: Sequence[Record]) -> list[datetime]:
    """When records were last changed at their source."""
    return [one.source_at for one in found if one.source_at is not None]
