"""What stands on a device and its parts after a packet, and which entities must hear of it?"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from mudan.core.entities.model import Device
from mudan.core.observations.model import Quality
from mudan.platforms.emergency.connector.transmitters import MOST_PARTS, Transmitter
from mudan.platforms.emergency.model.messages import Part
from mudan.platforms.emergency.model.readings import FLAGS, PLAIN, Change

GAS: Final = "gas_lel"


class Told(NamedTuple):
    """One value for one entity."""

    entity: int
    quantity: str
    value: float
    quality: Quality


def told(one: Transmitter, change: Change, registered: Callable[[str], Device | None]) -> Iterator[Told]:
    """The values to record: those of a registered part on its own entity, those of all others on the device.

    A test changes nothing that stands; it is told for the record alone.
    """
    if change.quality & Quality.TEST:
        target = registered(change.part.id) or one.device
        yield from (Told(target.key, name, value, change.quality) for name, value in change.values.items())
        return
    touched = [change.part.id]
    if change.cleared:
        touched += _cleared(one, change.part)
    _stand(one, change)
    for id_ in dict.fromkeys(touched):
        part = registered(id_) if id_ != one.last.device else None
        if part is not None:
            own = change if id_ == change.part.id else None
            yield from _of_part(one, id_, part, own, change.quality)
    yield from _of_device(one, change, registered)


def _cleared(one: Transmitter, part: Part) -> list[str]:
    """Set back all that stands on the parts below one; which they were."""
    below = part.id + "-"
    found = [id_ for id_ in one.parts if id_.startswith(below) or id_ == part.id]
    for id_ in found:
        for name in one.parts[id_]:
            if name in FLAGS:
                one.parts[id_][name] = 0.0
    return found


def _stand(one: Transmitter, change: Change) -> None:
    if change.part.id not in one.parts and len(one.parts) >= MOST_PARTS:
        one.parts.pop(next(iter(one.parts)))
    one.parts.setdefault(change.part.id, {}).update(change.values)


def _of_part(
    one: Transmitter, id_: str, part: Device, own: Change | None, quality: Quality
) -> Iterator[Told]:
    values = one.parts.get(id_, {}) if own is None else own.values
    for name, value in values.items():
        key = f"{id_} {name}"
        if name in FLAGS and name not in PLAIN and one.told.get(key) == value:
            continue
        one.told[key] = value
        yield Told(part.key, name, value, quality)


def _of_device(
    one: Transmitter, change: Change, registered: Callable[[str], Device | None]
) -> Iterator[Told]:
    """The device's own values, and the sums over its parts that have no entity of their own."""
    address = one.last.device
    loose = [values for id_, values in one.parts.items() if id_ == address or registered(id_) is None]
    own = change.part.id == address or registered(change.part.id) is None
    names = [name for name in FLAGS if any(name in values for values in loose)]
    for name in names:
        total = float(sum(values.get(name, 0.0) > 0 for values in loose))
        if one.told.get(name) != total or (own and name in PLAIN and name in change.values):
            one.told[name] = total
            yield Told(one.device.key, name, total, change.quality)
    if own:
        for name, value in change.values.items():
            if name == GAS:
                yield Told(one.device.key, GAS, max(values.get(GAS, 0.0) for values in loose), change.quality)
            elif name not in FLAGS and change.part.id == address:
                yield Told(one.device.key, name, value, change.quality)
