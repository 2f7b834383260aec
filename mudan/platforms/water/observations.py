"""Which readings does a message of a station yield, and how is one frame told to integrators?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from mudan.connect.platform import Decoded
from mudan.core.observations.model import Quality, Quantity, Reading
from mudan.platforms.water.codec import described, message_of, unpacked
from mudan.platforms.water.model import words
from mudan.platforms.water.model.elements import BY_NAME, ELEMENTS, reading_unit
from mudan.platforms.water.model.words import Group, Item, Message, moment, station_urn, step_of

FIVE_MINUTES: Final = timedelta(minutes=5)
RAIN_SERIES: Final = "F4"
_RAIN_5MIN: Final = ELEMENTS["22"]


def decode(frame: bytes) -> tuple[Decoded, ...]:
    """One wire frame as integrators read it. Raises DecodeError and nothing else."""
    message = message_of(unpacked(frame))
    return (Decoded(described(message), tuple(readings(message))),)


def readings(message: Message, *, series_end: bool = False) -> Iterator[Reading]:
    """The readings of an uplink. `series_end`: this station's hour groups are timed by their last value.

    A test report (30) yields readings marked TEST, an answer from the station's memory (38) REPLAYED.
    """
    func = message.frame.func
    if not message.frame.up or func not in words.MEASURED:
        return
    quality = Quality.GOOD
    if func == words.TEST:
        quality = Quality.TEST
    elif func == words.QUERY_PERIOD:
        quality = Quality.REPLAYED
    for group in message.groups:
        observed = moment(group.observed) or moment(message.time)
        if observed is None:
            continue
        entity = station_urn(group.station or message.frame.station)
        for item in group.items:
            yield from _of_item(entity, group, item, observed.astimezone(UTC), quality, series_end)


def _of_item(
    entity: str, group: Group, item: Item, observed: datetime, quality: Quality, series_end: bool
) -> Iterator[Reading]:
    element = _RAIN_5MIN if item.id == RAIN_SERIES else ELEMENTS.get(item.id)
    if element is None:
        return
    unit, factor = reading_unit(element.unit)
    quantity = BY_NAME[element.quantity]
    if isinstance(item.value, list):
        pairs = zip(_times(group, item, observed, series_end), item.value, strict=False)
        values = [(when, value) for when, value in pairs if value is not None]
    elif isinstance(item.value, int | float):
        values = [(observed, float(item.value))]
    else:
        return
    for when, value in values:
        scaled = value if factor == 1.0 else value * factor
        yield Reading(entity, quantity.name, scaled, unit, when, quality | _doubt(quantity, scaled))


def _times(group: Group, item: Item, observed: datetime, series_end: bool) -> Iterator[datetime]:
    """When each value of a series was observed: from the first on, or up to the last for hour groups."""
    count = len(item.value) if isinstance(item.value, list) else 0
    hour_group = len(item.id) == 2 and "F4" <= item.id <= "FC"
    step = FIVE_MINUTES if hour_group or group.step is None else step_of(group.step)
    first = observed - (count - 1) * step if hour_group and series_end else observed
    return (first + at * step for at in range(count))


def _doubt(quantity: Quantity, value: float) -> Quality:
    low, high = quantity.low, quantity.high
    if (low is not None and value < low) or (high is not None and value > high):
        return Quality.DOUBTFUL
    return Quality.GOOD
