"""What is one observation, and how do many of them travel together as columns?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntFlag
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from mudan.primitives.clock import US_PER_S
from mudan.primitives.text import Text

I16 = npt.NDArray[np.int16]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

FUTURE_LIMIT: Final = timedelta(minutes=5)
PAST_LIMIT: Final = timedelta(days=30)


class Quality(IntFlag):
    """What is known against an observation; 0 is good. Bits add up and are stored as a small integer."""

    GOOD = 0
    DOUBTFUL = 1  # the device itself marks it, or a value outside the plausible range
    TIME_FUTURE = 2  # observed more than FUTURE_LIMIT after it was received
    TIME_PAST = 4  # observed more than PAST_LIMIT before it was received
    REPLAYED = 8  # sent late from a device's memory; not the state of now
    TEST = 16  # a test message; kept, never judged


@dataclass(frozen=True, slots=True)
class Quantity:
    """A kind of measurement. `unit` is a UCUM code of `primitives.units`; plausible range in that unit."""

    name: str
    unit: str
    title: Text
    low: float | None = None
    high: float | None = None
    decimals: int = 2


class Reading(NamedTuple):
    """One observation in a platform's own words; `entity` is the NGSI-LD name, `observed_at` aware UTC."""

    entity: str
    quantity: str
    value: float
    unit: str
    observed_at: datetime
    quality: Quality = Quality.GOOD


@dataclass(slots=True)
class Columns:
    """Many observations as parallel columns of one length n.

    entity: int32 entity keys; quantity: int16 quantity ids; value: float64 in the quantity's unit;
    observed_us, received_us: int64 microseconds since 1970 UTC; quality: int16 `Quality` bits.
    """

    entity: I32
    quantity: I16
    value: F64
    observed_us: I64
    received_us: I64
    quality: I16

    def __len__(self) -> int:
        return len(self.entity)

    @classmethod
    def empty(cls) -> "Columns":
        """No observations."""
        return cls.of([], [], [], [], [], [])

    @classmethod
    def of(
        cls,
        entity: Iterable[int] | I32,
        quantity: Iterable[int] | I16,
        value: Iterable[float] | F64,
        observed_us: Iterable[int] | I64,
        received_us: Iterable[int] | I64,
        quality: Iterable[int] | I16,
    ) -> "Columns":
        """Columns of any sequences of one length."""
        return cls(
            np.asarray(entity, np.int32),
            np.asarray(quantity, np.int16),
            np.asarray(value, np.float64),
            np.asarray(observed_us, np.int64),
            np.asarray(received_us, np.int64),
            np.asarray(quality, np.int16),
        )

    @classmethod
    def joined(cls, parts: Iterable["Columns"]) -> "Columns":
        """All parts one after another."""
        kept = [part for part in parts if len(part)]
        if not kept:
            return cls.empty()
        if len(kept) == 1:
            return kept[0]
        return cls(
            np.concatenate([part.entity for part in kept]),
            np.concatenate([part.quantity for part in kept]),
            np.concatenate([part.value for part in kept]),
            np.concatenate([part.observed_us for part in kept]),
            np.concatenate([part.received_us for part in kept]),
            np.concatenate([part.quality for part in kept]),
        )

    def where(self, mask: npt.NDArray[np.bool_] | I64) -> "Columns":
        """The rows that a mask or an index picks."""
        return Columns(
            self.entity[mask],
            self.quantity[mask],
            self.value[mask],
            self.observed_us[mask],
            self.received_us[mask],
            self.quality[mask],
        )


@dataclass(slots=True)
class ColumnsBuilder:
    """Columns written a row at a time, for platforms of low rate."""

    _rows: list[tuple[int, int, float, int, int, int]] = field(default_factory=list)

    def add(
        self, entity: int, quantity: int, value: float, observed_us: int, received_us: int, quality: int = 0
    ) -> None:
        """Add one observation; the arguments are those of `Columns`."""
        self._rows.append((entity, quantity, value, observed_us, received_us, quality))

    def built(self) -> Columns:
        """The columns written so far."""
        return Columns.of(*zip(*self._rows, strict=True)) if self._rows else Columns.empty()


def flag_times(columns: Columns) -> None:
    """Mark observations whose time is too far from their receipt: kept, but never the latest value."""
    ahead = columns.observed_us - columns.received_us
    future = ahead > int(FUTURE_LIMIT.total_seconds()) * US_PER_S
    past = ahead < -int(PAST_LIMIT.total_seconds()) * US_PER_S
    columns.quality[future] |= np.int16(Quality.TIME_FUTURE)
    columns.quality[past] |= np.int16(Quality.TIME_PAST)


# Whether a device is connected: the centre's own quantity, the same on every platform.
LINK: Final = Quantity("link", "1", Text("在线", "connected"), 0, 1, 0)

NOT_LIVE: Final = int(
    Quality.DOUBTFUL | Quality.TIME_FUTURE | Quality.TIME_PAST | Quality.REPLAYED | Quality.TEST
)


def live_rows(columns: Columns) -> npt.NDArray[np.bool_]:
    """Which rows speak of now: they may become the latest value and be judged."""
    live: npt.NDArray[np.bool_] = (columns.quality & np.int16(NOT_LIVE)) == 0
    return live
